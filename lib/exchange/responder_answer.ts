/** The responses of IKE_SA_INIT, put together (RFC 7296 §1.2; the extensions by their own RFCs). */
import { encodeMessage, encodeRedirect, FLAG, type Header, type NotifyPayload, type Payload } from "../ike/mod.ts";
import { familyOf } from "../wire/address.ts";
import { concatBytes } from "../wire/mod.ts";
import { STATUS, statusNotify } from "./request.ts";
import { PUZZLE_PRF, type ResponderPolicy } from "./responder_policy.ts";

/** Notify types of the errors that a Responder answers with (RFC 7296 §3.10.1). */
export const ERROR = {
  UNSUPPORTED_CRITICAL_PAYLOAD: 1,
  INVALID_MAJOR_VERSION: 5,
  INVALID_SYNTAX: 7,
  NO_PROPOSAL_CHOSEN: 14,
  INVALID_KE_PAYLOAD: 17,
} as const;

const CHILDLESS_IKEV2_SUPPORTED = 16418;
const NOBODY = new Uint8Array(8);

/** Two octets, most significant first. */
export function uint16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 255);
}

/** A response to a request's header. */
export function encodeResponse(request: Header, responderSpi: Uint8Array, payloads: readonly Payload[]): Uint8Array {
  return encodeMessage({
    initiatorSpi: request.initiatorSpi,
    responderSpi,
    exchangeType: request.exchangeType,
    flags: FLAG.RESPONSE,
    messageId: request.messageId,
    payloads,
  });
}

/** A response that consists of notifies and leaves no state: the responder's SPI stays as it came. */
export function encodeNotifies(request: Header, ...notifies: readonly NotifyPayload[]): Uint8Array {
  return encodeResponse(request, request.responderSpi, notifies);
}

/** An error notify, as the only content of a response. */
export function encodeError(request: Header, type: number, data?: Uint8Array): Uint8Array {
  return encodeNotifies(request, statusNotify(type, data));
}

/** COOKIE, and with a difficulty PUZZLE behind it (RFC 7296 §2.6, RFC 8019 §7.1.1). */
export function encodeDemand(request: Header, cookie: Uint8Array, puzzleBits?: number): Uint8Array {
  const notifies = [statusNotify(STATUS.COOKIE, cookie)];
  if (puzzleBits !== undefined) {
    notifies.push(statusNotify(STATUS.PUZZLE, concatBytes(uint16(PUZZLE_PRF), Uint8Array.of(puzzleBits))));
  }
  return encodeResponse(request, NOBODY, notifies);
}

/** REDIRECT to an address or a name, with the request's nonce (RFC 5685 §3). */
export function encodeRedirection(request: Header, gateway: string, nonce: Uint8Array): Uint8Array {
  const family = familyOf(gateway);
  const kind = family === undefined ? "FQDN" : family === 4 ? "IPv4" : "IPv6";
  return encodeResponse(request, NOBODY, [statusNotify(STATUS.REDIRECT, encodeRedirect({ kind, gateway, nonce }))]);
}

/** What a policy announces to an Initiator that announced `announced`, vendor IDs last. */
export function announcements(policy: ResponderPolicy, announced: ReadonlySet<number>): Payload[] {
  const payloads: Payload[] = [];
  if (policy.fragmentation && announced.has(STATUS.IKEV2_FRAGMENTATION_SUPPORTED)) {
    payloads.push(statusNotify(STATUS.IKEV2_FRAGMENTATION_SUPPORTED));
  }
  if (policy.signatureHashes.length > 0 && announced.has(STATUS.SIGNATURE_HASH_ALGORITHMS)) {
    const hashes = concatBytes(...policy.signatureHashes.map(uint16));
    payloads.push(statusNotify(STATUS.SIGNATURE_HASH_ALGORITHMS, hashes));
  }
  if (policy.childless) payloads.push(statusNotify(CHILDLESS_IKEV2_SUPPORTED));
  for (const data of policy.vendorIds) payloads.push({ kind: "V", critical: false, data });
  return payloads;
}
