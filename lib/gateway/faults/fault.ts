/** What a fault can interfere with. Every hook is optional; what a fault does not have, goes its ordinary way. */
import type { Between, Reaction } from "../../exchange/responder.ts";
import type { ResponderPolicy } from "../../exchange/responder_policy.ts";
import type { Frame } from "../../encap/mod.ts";
import type { Transport } from "../../model/mod.ts";
import type { Connection } from "../connection.ts";

/** A request and what the Responder made of it. */
export interface Exchange {
  readonly transport: Transport;
  readonly between: Between;
  /** An SA was accepted on this TCP or TLS connection before. */
  readonly carriesSa: boolean;
  /** The IKE message, without marker and length. */
  readonly request: Uint8Array;
  /** Milliseconds on the gateway's clock. */
  readonly now: number;
  random(length: number): Uint8Array;
}

/** An exchange that the Responder has seen. */
export interface Answered extends Exchange {
  readonly reaction: Reaction;
  /** The Responder's answer to the same request once more, with other random values. */
  again(): Uint8Array | undefined;
}

/** Something to send. */
export interface Outgoing {
  /** An IKE message, or with `raw` the octets of a datagram or of a piece of the stream. */
  readonly octets: Uint8Array;
  readonly raw?: true;
  /** So many milliseconds later. */
  readonly after?: number;
  /** UDP: from another local address or port. */
  readonly from?: { readonly address?: string };
}

/** What to do with a connection: close it, reset it, or read on and say nothing any more. */
export type Ending = "fin" | "rst" | "mute";

/** Changes to the certificate of a TLS listener. */
export interface CertificateChange {
  readonly name?: string;
  readonly expired?: boolean;
}

/** A fault at work. One instance serves all listeners of its scope, so what it counts, it counts over all of them. */
export interface Fault {
  /** The listener is opened, to know its port, and closed again. */
  readonly refuse?: true;
  readonly certificate?: CertificateChange;
  /** A TLS listener listens as plain TCP, and this handles its connections. */
  handshake?(connection: Connection): Promise<void>;
  /** Before anything else: another policy for the Responder. */
  policy?(policy: ResponderPolicy): ResponderPolicy;
  /** Takes a connection over, from its first octet to its end. */
  connection?(connection: Connection): Promise<void>;
  /** Is told of every connection, and may end it later. */
  watch?(connection: Connection): void;
  /** A piece of the stream as it was read; `before`: octets read earlier. */
  segment?(octets: Uint8Array, before: number): Ending | undefined;
  /** The stream need not begin with the prefix; its six octets are not looked at. */
  readonly anyPrefix?: true;
  frame?(frame: Frame): Ending | undefined;
  /** Whether a request is lost before anybody sees it. */
  lost?(exchange: Exchange): boolean;
  /** What is sent in place of the answers. The same list: nothing is changed. */
  answers?(exchange: Answered, answers: readonly Outgoing[]): readonly Outgoing[];
  /** The octets of a datagram or of a piece of the stream; `before`: octets sent earlier on the connection. */
  wire?(octets: Uint8Array, before: number): Uint8Array;
  /** Cuts what is written into segments. */
  readonly segmentLength?: number;
  /** After the answers to a request are sent. */
  ending?(exchange: Answered): Ending | undefined;
}
