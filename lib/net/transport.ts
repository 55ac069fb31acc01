/** What every transport looks like to a probe. The only home of sockets is this folder; nothing here knows IKE. */
import type { Endpoint, Failure, IcmpEvent, Sight, TlsReport } from "../model/mod.ts";

/** An ICMP error, as far as the system tells. */
export type Icmp = Pick<IcmpEvent, "version" | "type" | "code" | "name" | "from" | "failure" | "mtu">;

/** What can arrive on a channel. `at` is {@linkcode Clock.now} at the moment of observation. */
export type Arrival =
  /** A datagram (with its source), or a piece of a stream. Never empty for a stream. */
  | { readonly kind: "octets"; readonly at: number; readonly data: Uint8Array; readonly from?: Endpoint }
  | { readonly kind: "icmp"; readonly at: number; readonly icmp: Icmp }
  /** The peer ended its direction in order (FIN; for TLS: close_notify or FIN). */
  | { readonly kind: "fin"; readonly at: number }
  /** The peer reset the connection. */
  | { readonly kind: "rst"; readonly at: number }
  | {
    readonly kind: "error";
    readonly at: number;
    readonly failure: Failure;
    readonly detail: string;
    readonly alert?: string;
  };

/** A UDP socket that talks to one endpoint, or an established TCP or TLS connection. */
export interface Channel {
  readonly sight: Sight;
  readonly remote: Endpoint;
  /**
   * Our side. A UDP channel that cannot know the local address (portable socket) says `0.0.0.0` or `::`, and
   * `localCandidates` lists what it may be.
   */
  readonly local: Endpoint;
  /** Addresses that `local.address` may stand for; one element where it is known. */
  readonly localCandidates: readonly string[];
  /**
   * Hands octets to the system. Resolves when they are taken; never rejects for what the network or the peer did (that
   * arrives through `receive`), nor after `close`. Stream pieces go out as segments of their own where the system allows
   * (TCP_NODELAY).
   */
  send(data: Uint8Array): Promise<void>;
  /**
   * The next arrival, in order; `undefined` once {@linkcode Clock.now} reaches `until`, or when `signal` aborts. After
   * `fin`, `rst` or `error` on a stream, or `close`, further calls answer `undefined` at once. One call at a time.
   */
  receive(until: number, signal?: AbortSignal): Promise<Arrival | undefined>;
  /** Ends the channel; idempotent. `rst`: abortive, where the system allows. */
  close(how?: "fin" | "rst"): void;
  /** Only streams, and only where `sight.tcpInfo`: the kernel's view now. Times in milliseconds. */
  tcpInfo?(): TcpInfo | undefined;
  /** Only TLS. */
  readonly tls?: TlsReport;
}

/** From TCP_INFO. */
export interface TcpInfo {
  readonly rtt_ms: number;
  readonly min_rtt_ms?: number;
  readonly mss: number;
  /** Octets of ours that the peer has acknowledged. */
  readonly acked?: number;
  /** Octets of ours that it has yet to acknowledge. */
  readonly unacked?: number;
  readonly retransmits: number;
}

/** How opening a channel ended: a channel, or the reason. Network trouble is a value here, never an exception. */
export type Opened<C extends Channel = Channel> =
  | { readonly ok: true; readonly channel: C; readonly ms: number }
  | {
    readonly ok: false;
    readonly failure: Failure;
    readonly detail: string;
    readonly ms: number;
    readonly icmp?: Icmp;
    readonly alert?: string;
    /** Our side, as far as it got. */
    readonly local?: Endpoint;
    /** Octets that came in place of a TLS handshake, for who wants to know what speaks there. */
    readonly foreign?: Uint8Array;
  };

/** Options of every opening. */
export interface OpenOptions {
  /** Local address to bind (`--source`). */
  readonly source?: string;
  /** Local port to bind; 0 or absent: any. */
  readonly sourcePort?: number;
  readonly signal?: AbortSignal;
}

/** Options of TCP. */
export interface ConnectOptions extends OpenOptions {
  /** {@linkcode Clock.now} at which the attempt ends with `timeout`. */
  readonly until: number;
  /** Maximum segment size to announce and to send, in octets, where the system allows. */
  readonly mss?: number;
}

/** Options of TLS. */
export interface TlsOptions extends ConnectOptions {
  /** SNI and the name to check the certificate against; an address: no SNI. */
  readonly serverName: string;
  readonly alpn?: readonly string[];
  /** Called when TCP stands and the TLS handshake begins. */
  readonly onConnected?: (channel: Pick<Channel, "local" | "tcpInfo" | "sight">, ms: number) => void;
}

/** Monotonic time in milliseconds with microsecond digits, since an arbitrary start. */
export interface Clock {
  now(): number;
  /** Resolves at `until`, or when the signal aborts; never rejects. */
  sleep(until: number, signal?: AbortSignal): Promise<void>;
}

/** An answer of the system's resolver (hosts file, DNS, ...). */
export type Resolved =
  | {
    readonly ok: true;
    readonly addresses: readonly { address: string; family: 4 | 6; canonical_name?: string }[];
    readonly ms: number;
  }
  | { readonly ok: false; readonly detail: string; readonly ms: number };

/** A NAT_DETECTION hash whose preimage is wanted (RFC 7296 §2.23), and what is likely. */
export interface NatQuestion {
  /** 20 octets. */
  readonly hash: Uint8Array;
  readonly initiatorSpi: Uint8Array;
  readonly responderSpi: Uint8Array;
  /** The likeliest port. */
  readonly port: number;
  /** Likely addresses, tried with every port. */
  readonly addresses?: readonly string[];
}

/** X25519 (RFC 7748) by the runtime. Secrets, public values and shared secrets are of 32 octets. */
export interface NativeX25519 {
  generate(): Promise<{ readonly publicValue: Uint8Array; readonly secret: Uint8Array }>;
  shared(secret: Uint8Array, publicValue: Uint8Array): Promise<Uint8Array>;
}

/** All that a probe may do to the outside world; the simulated network of the tests is another one of these. */
export interface Network {
  readonly clock: Clock;
  /** What channels of each protocol will be able to see; known before any is opened. */
  readonly sight: Readonly<Record<"udp" | "tcp", Sight>>;
  /** Cryptographically random octets. */
  random(length: number): Uint8Array;
  /** A quicker way than our own; absent where all has to come from {@linkcode random}. Both functions may reject. */
  readonly x25519?: NativeX25519;
  /** All addresses of a name; a literal (also `[::1]`, and scoped `fe80::1%eth0`) is its own answer. */
  resolve(name: string, family?: 4 | 6): Promise<Resolved>;
  openUdp(remote: Endpoint, options?: OpenOptions): Promise<Opened>;
  connectTcp(remote: Endpoint, options: ConnectOptions): Promise<Opened>;
  connectTls(remote: Endpoint, options: TlsOptions): Promise<Opened>;
  /** Searches for the address and port behind a hash; absent where there is no machine to do it. */
  searchNat?(
    question: NatQuestion,
    bounds: { readonly seconds: number; readonly signal?: AbortSignal },
  ): Promise<Endpoint | undefined>;
}
