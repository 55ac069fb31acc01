/** Puts IKE_SA_INIT requests together (RFC 7296 §1.2, §2.6; extensions by their own RFCs). */
import { encodeMessage, FLAG, type NotifyPayload, type Payload, type Proposal } from "../ike/mod.ts";
import type { Endpoint } from "../model/mod.ts";
import { IKE_SA_INIT } from "./fit.ts";
import { natNotifies } from "./nat.ts";

const NOBODY = new Uint8Array(8);
const NONE = new Uint8Array(0);

/** Status notifies that a request can carry, by IANA number. */
export const STATUS = {
  COOKIE: 16390,
  REDIRECT_SUPPORTED: 16406,
  REDIRECT: 16407,
  REDIRECTED_FROM: 16408,
  IKEV2_FRAGMENTATION_SUPPORTED: 16430,
  SIGNATURE_HASH_ALGORITHMS: 16431,
  PUZZLE: 16434,
  INTERMEDIATE_EXCHANGE_SUPPORTED: 16438,
} as const;

/** SHA2-256, SHA2-384, SHA2-512, Identity (RFC 7427 §7, RFC 8420). */
const SIGNATURE_HASHES = Uint8Array.of(0, 2, 0, 3, 0, 4, 0, 5);

/** What one request consists of. */
export interface RequestParts {
  readonly spiI: Uint8Array;
  readonly proposals: readonly Proposal[];
  readonly group: number;
  readonly publicValue: Uint8Array;
  readonly nonce: Uint8Array;
  /** Where the request may leave from: NAT_DETECTION_SOURCE_IP. */
  readonly locals: readonly Endpoint[];
  readonly remote: Endpoint;
  readonly cookie?: Uint8Array;
  /** PS payloads' data: the solution of a puzzle (RFC 8019 §7.1.2). */
  readonly puzzleSolution?: Uint8Array;
  /** REDIRECTED_FROM data (RFC 5685 §7.3). */
  readonly redirectedFrom?: Uint8Array;
}

/** A Notify payload without protocol and SPI. */
export function statusNotify(type: number, data: Uint8Array = NONE): NotifyPayload {
  return { kind: "N", critical: false, protocolId: 0, spi: NONE, type, data };
}

/** The message's octets, without non-ESP marker. */
export function buildRequest(parts: RequestParts): Uint8Array {
  const payloads: Payload[] = [];
  // RFC 7296 §2.6: the cookie is the first payload; RFC 8019 §7.1.2: the puzzle's solution follows it.
  if (parts.cookie !== undefined) payloads.push(statusNotify(STATUS.COOKIE, parts.cookie));
  if (parts.puzzleSolution !== undefined) payloads.push({ kind: "PS", critical: false, data: parts.puzzleSolution });
  payloads.push(
    { kind: "SA", critical: false, proposals: [...parts.proposals] },
    { kind: "KE", critical: false, group: parts.group, data: parts.publicValue },
    { kind: "Nonce", critical: false, data: parts.nonce },
    ...natNotifies(parts.spiI, NOBODY, parts.locals, parts.remote),
    statusNotify(STATUS.IKEV2_FRAGMENTATION_SUPPORTED),
    statusNotify(STATUS.SIGNATURE_HASH_ALGORITHMS, SIGNATURE_HASHES),
    statusNotify(STATUS.INTERMEDIATE_EXCHANGE_SUPPORTED),
    // RFC 5685 §3: who was redirected says from where instead of announcing support once more.
    parts.redirectedFrom === undefined
      ? statusNotify(STATUS.REDIRECT_SUPPORTED)
      : statusNotify(STATUS.REDIRECTED_FROM, parts.redirectedFrom),
  );
  return encodeMessage(initiatorMessage(parts.spiI, payloads));
}

function initiatorMessage(initiatorSpi: Uint8Array, payloads: Payload[], majorVersion = 2) {
  return {
    initiatorSpi,
    responderSpi: NOBODY,
    exchangeType: IKE_SA_INIT,
    flags: FLAG.INITIATOR,
    messageId: 0,
    majorVersion,
    payloads,
  };
}

/**
 * An IKE_SA_INIT without payloads: answered INVALID_SYNTAX by many, leaves no state with anybody, as there is no
 * proposal to accept.
 */
export function buildEmptyInit(spiI: Uint8Array): Uint8Array {
  return encodeMessage(initiatorMessage(spiI, []));
}

/**
 * A header of a major version that does not exist: RFC 7296 §2.5 wants INVALID_MAJOR_VERSION for it. There is nothing in
 * it to accept, so it leaves no state even where the version is not looked at.
 */
export function buildVersionPing(spiI: Uint8Array): Uint8Array {
  return encodeMessage(initiatorMessage(spiI, [], 3));
}
