/**
 * Events are the facts of a run: every packet, connection step and error, in order of time. Findings are opinions about
 * them and cite them by index. Whoever records an event knows nothing of findings.
 */
import type { Milliseconds, TlsReport } from "./path.ts";

/** Why an operation of the network layer failed: a closed list, so that rules need not read system texts. */
export const FAILURES = [
  "refused",
  "timeout",
  "host-unreachable",
  "net-unreachable",
  "prohibited",
  "no-route",
  "no-family",
  "reset",
  "message-too-long",
  "permission",
  "address-in-use",
  "address-not-available",
  "tls",
  "resolve",
  "other",
] as const;
/** One of {@linkcode FAILURES}. */
export type Failure = (typeof FAILURES)[number];

/** An address and a port. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** What a transport can see of the network: rules that read silence must ask (`sight.icmp`). */
export interface Sight {
  /** ICMP errors are reported. */
  readonly icmp: boolean;
  /** ICMP errors name the router that sent them. */
  readonly router: boolean;
  /** Datagrams from other sources than the one addressed are seen. */
  readonly strangers: boolean;
  /** The kernel's round trip time and MSS of a TCP connection are readable. */
  readonly tcpInfo: boolean;
}

interface EventBase {
  /** Since the start of the run. */
  readonly t_ms: Milliseconds;
  /** Path id; null for what concerns the whole run. */
  readonly path: string | null;
  /** Number of the experiment (index into `experiments`) that this belongs to; absent for the main exchange. */
  readonly experiment?: number;
}

/** One UDP socket or one TCP connection: a number, unique in the run. */
export interface FlowEvent extends EventBase {
  readonly flow: number;
}

/** A name was resolved, or was not. */
export interface ResolveEvent extends EventBase {
  readonly kind: "resolve";
  readonly name: string;
  readonly addresses: readonly string[];
  readonly ms: Milliseconds;
  readonly error?: string;
}

/** A UDP socket was opened, or a TCP connection attempt begins (the SYN). */
export interface OpenEvent extends FlowEvent {
  readonly kind: "open";
  readonly protocol: "udp" | "tcp";
  readonly local?: Endpoint;
  readonly remote: Endpoint;
  readonly sight: Sight;
}

/** The TCP handshake is complete. */
export interface ConnectedEvent extends FlowEvent {
  readonly kind: "connected";
  readonly local: Endpoint;
  readonly ms: Milliseconds;
  /** The kernel's smoothed round trip time, where `sight.tcpInfo`. */
  readonly rtt_ms?: Milliseconds;
  /** Send MSS in octets, where `sight.tcpInfo`. */
  readonly mss?: number;
}

/** The TLS handshake is complete. */
export interface TlsEvent extends FlowEvent {
  readonly kind: "tls";
  readonly ms: Milliseconds;
  readonly tls: TlsReport;
}

/** Octets went out: a datagram, or a piece of a stream (inside TLS: before encryption). */
export interface SentEvent extends FlowEvent {
  readonly kind: "sent";
  /** Hex of the datagram's payload or of the stream's octets; cut when `octets` says more. */
  readonly data: string;
  readonly octets: number;
  /** What it is, in a few words: `IKE_SA_INIT request (group 31)`, `stream prefix`. */
  readonly what: string;
  /** Copies sent before this one: 1 is the first retransmission. */
  readonly retransmission?: number;
}

/** Octets came in: a datagram, or a piece of a stream (inside TLS: after decryption). */
export interface ReceivedEvent extends FlowEvent {
  readonly kind: "received";
  readonly data: string;
  readonly octets: number;
  /** Where a datagram came from. */
  readonly from?: Endpoint;
}

/**
 * What an incoming message or stretch of octets turned out to be. `answer`: fits our request. `keepalive`: one octet FF.
 * `esp`: an ESP packet. `echo`: our own request came back. `stray`: IKE, but not to our request. `other-source`: IKE that
 * fits, from another address or port. `not-ike`: does not parse as IKE, or the stream does not parse as RFC 9329.
 */
export const FITS = ["answer", "keepalive", "esp", "echo", "stray", "other-source", "not-ike"] as const;
/** One of {@linkcode FITS}. */
export type Fit = (typeof FITS)[number];

/** An IKE message, or what stood in its place, as taken from the octets before it. */
export interface MessageEvent extends FlowEvent {
  readonly kind: "message";
  readonly fit: Fit;
  /** One line: `IKE_SA_INIT response: SA KE Nonce N(...)`, or why it does not fit. */
  readonly what: string;
  /** Hex of the IKE message without marker and length (of the stretch of octets, for `not-ike`). */
  readonly data: string;
  readonly octets: number;
  readonly from?: Endpoint;
  /** Exchange outcome of this single message, for `answer`: `accepted`, `cookie`, `group`, `redirect`, `error`, ... */
  readonly result?: string;
  /** Error or status notify that decided, by IANA name. */
  readonly notify?: string;
  /** `PATH @OFFSET: reason`, for what could not be decoded. */
  readonly faults?: readonly string[];
  /** NAT_DETECTION_* compared, where the message carries them (RFC 7296 §2.23). */
  readonly nat?: NatObservation;
}

/** What the NAT_DETECTION_* hashes of a response were compared with, and how that went. */
export interface NatObservation {
  /** Hex of the gateway's NAT_DETECTION_SOURCE_IP data. */
  readonly source?: readonly string[];
  /** Hex of the gateway's NAT_DETECTION_DESTINATION_IP data. */
  readonly destination?: string;
  readonly source_matches?: boolean;
  readonly destination_matches?: boolean;
  /** What we hashed for comparison. */
  readonly local?: Endpoint;
  readonly remote: Endpoint;
  readonly initiator_spi: string;
  readonly responder_spi: string;
}

/** An ICMP error about something we sent. */
export interface IcmpEvent extends FlowEvent {
  readonly kind: "icmp";
  /** 4 or 6: whose type and code numbers these are. */
  readonly version: 4 | 6;
  readonly type: number;
  readonly code: number;
  /** `port unreachable`, `administratively prohibited`, ... */
  readonly name: string;
  /** The router or host that sent it; null when the system does not tell. */
  readonly from: string | null;
  readonly failure: Failure;
  /** Next-hop MTU, for fragmentation needed and packet too big. */
  readonly mtu?: number;
}

/** A flow ended. */
export interface EndEvent extends FlowEvent {
  readonly kind: "end";
  /** `fin`, `rst`: the peer's; `ours`: we closed it; `connect`: it never was established; `error`: the rest. */
  readonly how: "fin" | "rst" | "ours" | "connect" | "error";
  readonly failure?: Failure;
  /** The system's or the library's words. */
  readonly detail?: string;
  /** TLS alert by name, when that is what ended a handshake. */
  readonly alert?: string;
  /** Since the flow's `open`. */
  readonly ms: Milliseconds;
  /** Octets of ours that the peer has acknowledged, where `sight.tcpInfo`. */
  readonly acked?: number;
  /** Of `ours`: by RST, so that nothing is delivered any more that the peer has not acknowledged. */
  readonly abortive?: true;
  /** Our side of a connection that was not established, where the system tells. */
  readonly local?: Endpoint;
}

/** A deadline passed on a flow. */
export interface TimeoutEvent extends FlowEvent {
  readonly kind: "timeout";
  readonly waited_ms: Milliseconds;
  readonly for: string;
}

/** An attempt did not get as far as the network, or was not made. */
export interface FailedEvent extends EventBase {
  readonly kind: "failed" | "skipped";
  readonly failure?: Failure;
  readonly detail: string;
}

/** A half-open SA was spent on an address, or refused by the budget. */
export interface BudgetEvent extends EventBase {
  readonly kind: "budget";
  readonly address: string;
  readonly spent: number;
  readonly limit: number;
  readonly detail: string;
}

/** Everything that can be in `events`. */
export type Event =
  | ResolveEvent
  | OpenEvent
  | ConnectedEvent
  | TlsEvent
  | SentEvent
  | ReceivedEvent
  | MessageEvent
  | IcmpEvent
  | EndEvent
  | TimeoutEvent
  | FailedEvent
  | BudgetEvent;

/** The kinds of {@linkcode Event}, for the JSON Schema. */
export const EVENT_KINDS = [
  "resolve",
  "open",
  "connected",
  "tls",
  "sent",
  "received",
  "message",
  "icmp",
  "end",
  "timeout",
  "failed",
  "skipped",
  "budget",
] as const satisfies readonly Event["kind"][];

/** An event before the recorder has stamped it with the time. */
export type Unstamped = Event extends infer E ? E extends Event ? Omit<E, "t_ms"> : never : never;
