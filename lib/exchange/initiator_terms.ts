/** What goes into an Initiator and what comes out of it. */
import type { KeyPair } from "../crypto/mod.ts";
import type { DecodedMessage } from "../ike/mod.ts";
import type { Endpoint, MessageEvent, NatObservation } from "../model/mod.ts";
import type { Acceptance } from "./acceptance.ts";

/** What an Initiator needs to know. */
export interface InitiatorSettings {
  /** TCP or TLS: no retransmission, errors are final at once. */
  readonly reliable: boolean;
  /** Offered groups; the KE payload is of the first one. */
  readonly groups: readonly number[];
  /** A group of the list to begin with, when the gateway's wish is known already. */
  readonly firstGroup?: number;
  /** `unacceptable`: a proposal that nobody accepts, so that the exchange leaves no half-open SA. */
  readonly offer: "ordinary" | "unacceptable";
  /** Retransmissions of each request over UDP. */
  readonly retries: number;
  /** How long answers take, as far as it is known by now: an error over UDP waits for a better answer by that. */
  readonly roundTripMs?: () => number | undefined;
  readonly remote: Endpoint;
  /** Our side; several when the system does not tell which of them a datagram leaves from. */
  readonly locals: readonly Endpoint[];
  /** REDIRECTED_FROM data, when this exchange follows a redirect (RFC 5685 §3). */
  readonly redirectedFrom?: Uint8Array;
}

/** What an Initiator needs from outside to be deterministic inside. */
export interface InitiatorSources {
  random(length: number): Uint8Array;
  /** A fresh key pair of a group; the same one may serve several requests of a run. */
  keyPair(group: number): KeyPair;
  /** Why a peer's public value must not be used, or undefined (RFC 6989, RFC 8031 §3.2). */
  checkPublic(group: number, value: Uint8Array): string | undefined;
}

/** A request to hand to the transport. */
export interface Transmit {
  /** The IKE message, without marker and length. */
  readonly message: Uint8Array;
  readonly what: string;
  /** 0 for the first copy. */
  readonly retransmission: number;
}

/** What a message was, in the words of the report's `message` event. */
export type MessageNote = Pick<MessageEvent, "fit" | "what" | "result" | "notify" | "faults" | "nat">;

/** How the exchange ended. */
export type InitiatorOutcome =
  | { readonly kind: "accepted"; readonly acceptance: Acceptance }
  | { readonly kind: "rejected"; readonly error: string }
  | { readonly kind: "redirected"; readonly gateway: string }
  | { readonly kind: "unsolved"; readonly why: string }
  | { readonly kind: "version"; readonly major: number }
  | { readonly kind: "malformed"; readonly faults: readonly string[] };

/** The message that decided, or the last one that counted. */
export interface DecisiveMessage {
  readonly bytes: Uint8Array;
  readonly decoded: DecodedMessage;
  readonly nat?: NatObservation;
}
