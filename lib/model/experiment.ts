/**
 * The control experiments: what is asked of the network after a first attempt left a question. Every experiment is
 * recorded as one {@linkcode ../report.ts Experiment} with a name and a result from these lists, and its packets as
 * events; rules read only that.
 */

/** What each experiment does. The names are fixed; new ones are added. */
export const EXPERIMENT_MEANING = {
  "tcp-silence": "connect, and say nothing",
  "tcp-other-prefix": "connect, and send six other octets in place of the stream prefix",
  "tcp-other-stream":
    "connect, and send six other octets, then the same frame as with the prefix (same length, same cut)",
  "tcp-prefix": "connect, and send the stream prefix alone",
  "tcp-prefix-frame": "connect, send the stream prefix and a frame with a message that leaves no state",
  "tcp-prefix-split": "the same, with the stream prefix cut into two segments",
  "tcp-empty-init": "connect, send the stream prefix and an IKE_SA_INIT without payloads",
  "tcp-bad-length":
    "connect, send the stream prefix and a frame that no Responder can parse: it must close (RFC 9329 §7.1)",
  "tcp-inside-tls": "a TLS handshake on the same port, then stream prefix and frame inside",
  "tcp-http": "connect, and send a plain HTTP request, as a browser would",
  "tcp-closed-port": "connect to a port that is not open on a VPN gateway",
  "udp-closed-port":
    "a datagram to a port that is closed there: ICMP port unreachable proves that UDP passes both ways",
  "udp-version": "a header with an unknown major version: leaves no state (RFC 7296 §2.5)",
  "udp-empty-init": "an IKE_SA_INIT without payloads: leaves no state",
  "udp-no-proposal": "an IKE_SA_INIT whose only proposal nobody accepts: leaves no state",
  "udp-other-encoding": "the same message with the non-ESP marker where none belongs, or without it where it does",
  "udp-source-port": "the same message from our port 500 or 4500 instead of an ephemeral one",
  "udp-again": "a message that leaves no state, after everything else: does the gateway still answer?",
  "nat-search": "a search for the address and port behind a NAT_DETECTION hash",
} as const;
/** One of the experiments. */
export type ExperimentName = keyof typeof EXPERIMENT_MEANING;
/** All experiments. */
export const EXPERIMENT_NAMES = Object.keys(EXPERIMENT_MEANING) as readonly ExperimentName[];

/** What came of an experiment. */
export const EXPERIMENT_RESULT_MEANING = {
  answered: "an IKE response that is ours came back",
  octets: "something came back that is no IKE answer (facts: `speaks`, `first`)",
  silent:
    "nothing came back while it was watched (facts: `acked`, octets that the peer's TCP acknowledged, where known)",
  closed: "the other side closed in order (FIN)",
  reset: "the other side reset the connection",
  connected: "the TCP handshake succeeded (for experiments that ask no more)",
  refused: "TCP RST to the SYN, or ICMP port unreachable",
  filtered: "no answer to the SYN",
  prohibited: "an ICMP error of a router or firewall",
  failed: "the experiment did not get as far as the network",
  found: "the search found what it looked for (facts: `side`, `address`, `port`)",
  "not-found": "the search ended without a match (facts: `side`, `searched`)",
} as const;
/** One of the results. */
export type ExperimentResult = keyof typeof EXPERIMENT_RESULT_MEANING;
/** All results. */
export const EXPERIMENT_RESULTS = Object.keys(EXPERIMENT_RESULT_MEANING) as readonly ExperimentResult[];

/** What a listener speaks, as far as its first octets tell. */
export const LISTENERS = [
  "ike-tcp",
  "ike-unframed",
  "tls",
  "http",
  "ssh",
  "tcpt",
  "ctcp",
  "echo",
  "smtp",
  "other",
] as const;
/** One of {@linkcode LISTENERS}. */
export type Listener = (typeof LISTENERS)[number];
