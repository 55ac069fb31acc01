/** Is a message an answer to our request? What does not fit is evidence, not an answer. */
import { decodeHeader, exchangeTypeName, FLAG, HEADER_LENGTH } from "../ike/mod.ts";
import type { Fit } from "../model/mod.ts";
import { equalBytes, hex } from "../wire/mod.ts";

/** IKE_SA_INIT (RFC 7296 §3.1). */
export const IKE_SA_INIT = 34;

/** What the request is, beside its SPI. */
export interface AskedExchange {
  readonly exchangeType: number;
  readonly messageId: number;
}

const FIRST: AskedExchange = { exchangeType: IKE_SA_INIT, messageId: 0 };

/** What {@linkcode fitOf} concludes. */
export interface FitResult {
  readonly fit: Extract<Fit, "answer" | "echo" | "stray" | "not-ike">;
  /** Why, for all but `answer`. */
  readonly why: string;
}

function bitsApart(a: Uint8Array, b: Uint8Array): number {
  let bits = 0;
  for (let i = 0; i < a.length; i++) {
    for (let x = a[i]! ^ b[i]!; x !== 0; x &= x - 1) bits++;
  }
  return bits;
}

/**
 * Compares a message's header with the request (RFC 7296 §2.1: SPIs, exchange type, message ID and Response flag).
 * A message of another major version fits when its initiator SPI is ours: that is how another version answers.
 */
export function fitOf(
  bytes: Uint8Array,
  spiI: Uint8Array,
  sent: readonly Uint8Array[],
  asked: AskedExchange = FIRST,
): FitResult {
  if (sent.some((request) => equalBytes(request, bytes))) {
    return { fit: "echo", why: "our own request came back" };
  }
  const header = decodeHeader(bytes);
  if (header === undefined) {
    return { fit: "not-ike", why: `${bytes.length} octets, shorter than an IKE header of ${HEADER_LENGTH}` };
  }
  // A version that there never was, and a Length that is not the message's: octets that only are as long as a header.
  if (header.majorVersion !== 1 && header.majorVersion !== 2 && header.length !== bytes.length) {
    return { fit: "not-ike", why: `${bytes.length} octets that are no IKE message` };
  }
  const stray = (why: string): FitResult => ({ fit: "stray", why });
  if (!equalBytes(header.initiatorSpi, spiI)) {
    const apart = bitsApart(header.initiatorSpi, spiI);
    const near = apart <= 8 ? `, ${apart} ${apart === 1 ? "bit" : "bits"} away from ours` : "";
    return stray(`another initiator SPI (${hex(header.initiatorSpi)}${near})`);
  }
  if (header.majorVersion !== 2) return { fit: "answer", why: "" };
  if ((header.flags & FLAG.RESPONSE) === 0) return stray("a request with our SPI, not a response");
  if ((header.flags & FLAG.INITIATOR) !== 0) return stray("a response that claims to come from the Initiator");
  if (header.exchangeType !== asked.exchangeType) {
    return stray(`exchange type ${header.exchangeType} in place of ${exchangeTypeName(asked.exchangeType)}`);
  }
  if (header.messageId !== asked.messageId) {
    return stray(`message ID ${header.messageId} in place of ${asked.messageId}`);
  }
  return { fit: "answer", why: "" };
}
