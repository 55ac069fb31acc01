/** What a gateway tells about itself: one event for every message, connection and listener. */
import type { Reaction } from "../exchange/responder.ts";
import type { Endpoint, Transport, UdpEncoding } from "../model/mod.ts";

/** An open listener. */
export interface Listening extends Endpoint {
  readonly transport: Transport;
  /** Only UDP. */
  readonly encoding?: UdpEncoding;
}

interface EventBase {
  /** Milliseconds on the gateway's clock. */
  readonly at: number;
  readonly transport: Transport;
  readonly local: Endpoint;
}

/** A listener is there; `refused`: a fault closed it again. */
export interface ListeningEvent extends EventBase {
  readonly kind: "listening";
  readonly encoding?: UdpEncoding;
  readonly refused: boolean;
}

/** A connection was accepted, turned away because there are too many, or ended. */
export interface ConnectionEvent extends EventBase {
  readonly kind: "open" | "full" | "end";
  readonly remote: Endpoint;
  /** Number of the connection, from 1. */
  readonly connection: number;
  /** How it ended: `fin`, `rst`, `error` are the peer's doing, the others ours. Text from the network is escaped. */
  readonly why?: string;
  /** Octets read from it. */
  readonly octets?: number;
}

/** An IKE message came in. */
export interface MessageEvent extends EventBase {
  readonly kind: "message";
  readonly remote: Endpoint;
  readonly connection?: number;
  /** One line: `IKE_SA_INIT request: SA KE ...`. Safe to show. */
  readonly what: string;
  readonly octets: number;
  /** Hex of the IKE message. */
  readonly data: string;
  /** What the Responder did; `lost`: a fault took the message away before. */
  readonly reaction: Reaction | "lost";
  readonly why: string;
  /** Octets of each IKE message (or other octets) sent back. */
  readonly answers: readonly number[];
  /** Names of the faults that interfered. */
  readonly faults: readonly string[];
  /** NAT_DETECTION_* of the request: `none`, `client`, `gateway`, `both`; absent without them. */
  readonly nat?: "none" | "client" | "gateway" | "both";
}

/** Something that is no IKE message came in. */
export interface OtherEvent extends EventBase {
  readonly kind: "other";
  readonly remote: Endpoint;
  readonly connection?: number;
  /** What it was. Safe to show. */
  readonly what: string;
  readonly octets: number;
}

/** Everything that is told. */
export type GatewayEvent = ListeningEvent | ConnectionEvent | MessageEvent | OtherEvent;
