/** What a gateway is told when it starts. */
import { DEFAULT_POLICY, type ResponderPolicy } from "../exchange/responder_policy.ts";
import type { Transport, UdpEncoding } from "../model/mod.ts";
import type { GatewayEvent } from "./event.ts";
import type { FaultSpec } from "./faults/spec.ts";
import type { Credentials, GatewayHost } from "./host.ts";

/** One listener. */
export interface ListenSpec {
  readonly transport: Transport;
  /** An address of this machine; `0.0.0.0` and `::`: all of that family. */
  readonly address: string;
  /** 0: a free one. */
  readonly port: number;
  /** Only UDP; default: bare on 500, marker elsewhere. */
  readonly encoding?: UdpEncoding;
}

/** Bounds on what peers can make a gateway hold. */
export interface GatewayLimits {
  /** Connections at a time; further ones are closed at once. */
  readonly connections: number;
  /** A connection without octets for so many milliseconds is closed. */
  readonly idleMs: number;
  /** The first whole message must be there after so many milliseconds. */
  readonly firstMessageMs: number;
  /** Answers that wait for their time (fault `delay`); further ones are lost. */
  readonly delayed: number;
}

/** Default bounds. */
export const DEFAULT_LIMITS: GatewayLimits = {
  connections: 256,
  idleMs: 120_000,
  firstMessageMs: 10_000,
  delayed: 1024,
};

/** See the file's head. */
export interface GatewayOptions {
  readonly listen: readonly ListenSpec[];
  /** Default: {@linkcode DEFAULT_POLICY}. */
  readonly policy?: ResponderPolicy;
  readonly faults?: readonly FaultSpec[];
  readonly limits?: Partial<GatewayLimits>;
  /** For TLS listeners; default: a self-signed certificate, made at start. */
  readonly credentials?: Credentials;
  /** Name in the self-signed certificate. Default `vpn.example`. */
  readonly tlsName?: string;
}

/** Where a gateway runs, and who listens to it. */
export interface GatewayHooks {
  readonly host: GatewayHost;
  /** Must not throw. */
  readonly onEvent?: (event: GatewayEvent) => void;
}

export { DEFAULT_POLICY };
