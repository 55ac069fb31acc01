/**
 * A path is one way to reach one address: transport, port, address. Its states and outcomes are closed lists: scripts
 * read them, so nothing is renamed without a new schema number.
 */

import type { Listener } from "./experiment.ts";

/** `udp`: IKE over UDP (RFC 7296, RFC 3948); `tcp`: RFC 9329; `tls`: RFC 9329 Appendix A. */
export const TRANSPORTS = ["udp", "tcp", "tls"] as const;
/** One of {@linkcode TRANSPORTS}. */
export type Transport = (typeof TRANSPORTS)[number];

/** How an IKE message lies in a UDP datagram: alone (port 500), or behind the non-ESP marker (RFC 3948 §2.2). */
export const UDP_ENCODINGS = ["bare", "marker"] as const;
/** One of {@linkcode UDP_ENCODINGS}. */
export type UdpEncoding = (typeof UDP_ENCODINGS)[number];

/** What a user asks for with `--paths`: a path without its address. */
export interface PathSpec {
  readonly transport: Transport;
  readonly port: number;
  /** Only for `udp`; absent: `bare` on port 500, `marker` on any other. */
  readonly encoding?: UdpEncoding;
}

/** In which state a path can end. */
export const PATH_STATES = [
  "answered",
  "silent",
  "refused",
  "prohibited",
  "reset",
  "closed",
  "foreign",
  "failed",
  "skipped",
] as const;
/** One of {@linkcode PATH_STATES}. */
export type PathState = (typeof PATH_STATES)[number];

/** What each state means, for help and documentation. */
export const PATH_STATE_MEANING: Readonly<Record<PathState, string>> = {
  answered: "an IKE response that is ours came back (an error notify is an answer too: the path works)",
  silent: "nothing came back before the deadline, after all retransmissions",
  refused: "TCP RST to our SYN, or ICMP port unreachable",
  prohibited: "an ICMP error of a router or firewall: administratively prohibited, host or net unreachable",
  reset: "TCP was connected, then reset",
  closed: "TCP was connected, then closed by the other side without an answer",
  foreign: "something answered that is not IKE (HTTP, TLS, SSH, unframed bytes, ...)",
  failed:
    "the attempt did not get as far as the network: no route, no such address family, permission, TLS library error",
  skipped: "not tried, with the reason",
};

/**
 * How IKE_SA_INIT ended on a path that answered. `alive`: only a message that leaves no state was sent there, and
 * answered, because the run's budget of half-open SAs was spent on another path of the same address.
 */
export const IKE_OUTCOMES = [
  "accepted",
  "alive",
  "rejected",
  "redirected",
  "unsolved",
  "version",
  "malformed",
] as const;
/** One of {@linkcode IKE_OUTCOMES}. */
export type IkeOutcome = (typeof IKE_OUTCOMES)[number];

/** What each outcome means, for help and documentation. */
export const IKE_OUTCOME_MEANING: Readonly<Record<IkeOutcome, string>> = {
  accepted: "the gateway accepted IKE_SA_INIT: proposal, key exchange and nonce came back",
  alive: "a message that leaves no half-open SA was answered; the full exchange was spent on another path (budget)",
  rejected: "a final error notify, by name (NO_PROPOSAL_CHOSEN and others)",
  redirected: "REDIRECT to another gateway",
  unsolved: "cookies, key exchange groups or puzzles without end",
  version: "the gateway speaks another major version only",
  malformed: "an answer to our request that does not parse",
};

/** A milliseconds value from a monotonic clock, with microsecond digits. */
export type Milliseconds = number;

/** The transforms that the gateway chose, by IANA name. */
export interface ChosenProposal {
  readonly encr: string;
  readonly key_bits?: number;
  readonly prf?: string;
  readonly integ?: string;
  readonly dh?: string;
  /** Additional key exchanges (RFC 9370), when chosen. */
  readonly additional?: readonly string[];
}

/** A Notify payload as the gateway sent it. */
export interface ReportedNotify {
  readonly type: number;
  readonly name: string;
  /** Notification data in hex, when there is any. */
  readonly data?: string;
  /** Notification data in words, where its form is known: `wants group 14`, `SHA2-256 SHA2-384`. */
  readonly meaning?: string;
}

/** What NAT_DETECTION_* say of one side: no translation, translation, or no way to know. */
export type NatSide = "none" | "translated" | "unknown";

/** The IKE part of a path that answered. */
export interface IkeReport {
  readonly outcome: IkeOutcome;
  /** The final error notify, by IANA name. */
  readonly error?: string;
  /** 16 hex digits. */
  readonly initiator_spi: string;
  /** 16 hex digits: zeros when the gateway made no SA. */
  readonly responder_spi: string;
  readonly proposal?: ChosenProposal;
  /** IANA names of the groups that a KE payload was sent for, in order. */
  readonly groups_tried: readonly string[];
  /** A COOKIE was demanded. */
  readonly cookie: boolean;
  /** A PUZZLE was demanded (RFC 8019): its difficulty in zero bits. */
  readonly puzzle?: number;
  readonly notifies: readonly ReportedNotify[];
  readonly vendor_ids: readonly { readonly hex: string; readonly name?: string }[];
  readonly nat: { readonly client: NatSide; readonly gateway: NatSide };
  /** Size of the IKE message that decided, in octets. */
  readonly bytes: number;
  /** Where REDIRECT (RFC 5685) pointed, hop by hop. */
  readonly redirects?: readonly string[];
  /** The path at the end of the redirects, when they could be followed; it is one of the report's paths. */
  readonly followed?: string;
  /** Major version that the gateway wants, for `version`. */
  readonly major_version?: number;
  /** What is wrong with the answer, for `malformed`, and defects that did not hinder elsewhere. */
  readonly faults?: readonly string[];
}

/** One certificate of a chain; text from the network is kept as it came and escaped where it is shown. */
export interface CertificateReport {
  readonly subject: string;
  readonly issuer: string;
  readonly names: readonly string[];
  /** RFC 3339. */
  readonly not_before: string;
  /** RFC 3339. */
  readonly not_after: string;
  /** SHA-256 of the DER form, hex. */
  readonly fingerprint_sha256: string;
  readonly self_signed: boolean;
}

/** What a TLS handshake showed. */
export interface TlsReport {
  /** `TLSv1.3`; absent where the runtime does not tell. */
  readonly version?: string;
  readonly cipher?: string;
  readonly alpn?: string;
  readonly server_name?: string;
  /** Would a client that checks certificates have gone on? */
  readonly trusted: boolean;
  /** Why it would not. */
  readonly trust_error?: string;
  /** The leaf first; only as far as the runtime shows the chain. */
  readonly chain: readonly CertificateReport[];
}

/** One path of a report. */
export interface PathReport {
  /** `TRANSPORT-PORT[/ENCODING]@ADDRESS`. */
  readonly id: string;
  readonly transport: Transport;
  readonly port: number;
  readonly address: string;
  /** Only for `udp`. */
  readonly encoding?: UdpEncoding;
  /** Named in `--paths` or `--require`; the others on 443 are candidates and are never a problem. */
  readonly expected: boolean;
  /** Named in `--require`. */
  readonly required: boolean;
  /** Id of the path whose REDIRECT led here. */
  readonly redirected_from?: string;
  readonly local?: { readonly address: string; readonly port: number };
  readonly state: PathState;
  /** Why, in one phrase: always there but for `answered`. */
  readonly reason?: string;
  /** What speaks there instead, for `foreign`. */
  readonly speaks?: Listener;
  /** Its first octets, in hex, for `foreign`. */
  readonly banner?: string;
  /** IKE requests sent, retransmissions and corrected requests included. */
  readonly attempts: number;
  readonly timing_ms: {
    /** TCP handshake. */
    readonly connect?: Milliseconds;
    /** TLS handshake. */
    readonly tls?: Milliseconds;
    /** From the last request to its answer. */
    readonly answer?: Milliseconds;
    /** From the path's start to its end. */
    readonly total: Milliseconds;
  };
  readonly tls?: TlsReport;
  readonly ike?: IkeReport;
}

/** Default encoding of a UDP port (RFC 3948: the marker belongs to 4500; 500 is bare). */
export function defaultEncoding(port: number): UdpEncoding {
  return port === 500 ? "bare" : "marker";
}

/** `udp-500`, `udp-5000/bare`, `tcp-4500`: the encoding is written only where it is not the port's default. */
export function formatPathSpec(spec: PathSpec): string {
  const forced = spec.transport === "udp" && spec.encoding !== undefined &&
    spec.encoding !== defaultEncoding(spec.port);
  return `${spec.transport}-${spec.port}${forced ? `/${spec.encoding}` : ""}`;
}

/** The id of a path: `tcp-4500@192.0.2.7`, `udp-500@2001:db8::7`. */
export function pathId(spec: PathSpec, address: string): string {
  return `${formatPathSpec(spec)}@${address}`;
}

/**
 * Parses one element of `--paths`.
 *
 * @throws {TypeError} with a sentence for the user, when the text is no path.
 */
export function parsePathSpec(text: string): PathSpec {
  const match = /^(udp|tcp|tls)-(\d{1,5})(?:\/(bare|marker))?$/.exec(text);
  if (match === null) {
    throw new TypeError(
      `Cannot read path "${text}": expected udp-PORT, udp-PORT/bare, udp-PORT/marker, tcp-PORT or tls-PORT`,
    );
  }
  const transport = match[1] as Transport;
  const port = Number(match[2]);
  if (port < 1 || port > 65535) throw new TypeError(`Cannot read path "${text}": the port must be 1 to 65535`);
  const encoding = match[3] as UdpEncoding | undefined;
  if (encoding === undefined) return { transport, port };
  if (transport !== "udp") throw new TypeError(`Cannot read path "${text}": /${encoding} is for udp only`);
  return { transport, port, encoding };
}

/** Those that are paths, for who leaves complaints about the others to somebody else. */
export function readablePaths(texts: readonly string[]): PathSpec[] {
  return texts.flatMap((text) => {
    try {
      return [parsePathSpec(text)];
    } catch {
      return [];
    }
  });
}

/** What `--paths` is when it is not given. */
export const DEFAULT_PATHS: readonly PathSpec[] = [
  { transport: "udp", port: 500 },
  { transport: "udp", port: 4500 },
  { transport: "tcp", port: 4500 },
  { transport: "tcp", port: 443 },
  { transport: "tls", port: 443 },
];

/** Whether a default path is only a candidate: reported, and never a problem unless named. */
export function isCandidate(spec: PathSpec): boolean {
  return spec.port === 443 && spec.transport !== "udp";
}
