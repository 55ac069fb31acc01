/** The Encrypted payload, SK{…} (RFC 7296 §3.14; combined-mode ciphers: RFC 5282): whole messages are sealed and opened. */
import { type DecodedMessage, decodeMessage, encodeMessage, HEADER_LENGTH, type OutgoingMessage } from "../ike/mod.ts";
import { equalBytes } from "../wire/mod.ts";
import type { Protection } from "./keys.ts";

/** Payload type of SK. */
const SK = 46;
const GENERIC_HEADER_LENGTH = 4;
/** Where the IV begins: behind the header and SK's generic header, when SK is the only payload. */
const BODY = HEADER_LENGTH + GENERIC_HEADER_LENGTH;
/** Next Payload and Length in the IKE header (RFC 7296 §3.1). */
const NEXT_PAYLOAD = 16;
const LENGTH = 24;

/**
 * The octets of a message whose payloads all travel inside SK.
 *
 * @param random For the Initialization Vector, which is fresh for each message.
 */
export function sealMessage(
  message: OutgoingMessage,
  protection: Protection,
  random: (length: number) => Uint8Array,
): Uint8Array {
  const { encryption, encryptionKey, integrity, integrityKey } = protection;
  const open = encodeMessage(message);
  const plain = padded(open.subarray(HEADER_LENGTH), encryption.blockLength);
  const sumLength = integrity?.length ?? 0;
  const data = new Uint8Array(encryption.ivLength + plain.length + encryption.tagLength + sumLength);
  const sealed = encodeMessage({
    ...message,
    payloads: [{ kind: "unknown", critical: false, type: SK, inner: open[NEXT_PAYLOAD]!, data }],
  });
  const iv = random(encryption.ivLength);
  sealed.set(iv, BODY);
  const body = encryption.encrypt(encryptionKey, iv, plain, sealed.subarray(0, BODY));
  sealed.set(body, BODY + iv.length);
  const covered = sealed.subarray(0, sealed.length - sumLength);
  if (integrity !== undefined) sealed.set(integrity.checksum(integrityKey, covered), covered.length);
  return sealed;
}

/** Payloads, padding, Pad Length: together a multiple of the cipher's block (RFC 7296 §3.14). */
function padded(payloads: Uint8Array, blockLength: number): Uint8Array {
  const length = Math.ceil((payloads.length + 1) / blockLength) * blockLength;
  const plain = new Uint8Array(length);
  plain.set(payloads);
  plain[length - 1] = length - payloads.length - 1;
  return plain;
}

/** A message that was opened, or why it cannot be. */
export type OpenedMessage =
  | { readonly ok: true; readonly decoded: DecodedMessage }
  | { readonly ok: false; readonly why: string };

/**
 * Checks and decrypts a message's Encrypted payload. The payloads that come out are exactly those inside: what stands in
 * front of SK, if anything, is left out. Offsets of faults count as if the payloads stood behind the header in the clear.
 * Never throws.
 */
export function openMessage(bytes: Uint8Array, protection: Protection): OpenedMessage {
  const outer = decodeMessage(bytes);
  const last = outer.payloads.at(-1);
  if (outer.faults.length > 0) return { ok: false, why: "the message is malformed" };
  if (last?.kind !== "unknown" || last.type !== SK) return { ok: false, why: "no Encrypted payload" };
  const plain = decrypt(bytes, bytes.length - last.data.length, protection);
  if (plain === undefined) return { ok: false, why: "not protected with the SA's keys" };
  const padLength = plain.at(-1);
  if (padLength === undefined || padLength >= plain.length) {
    return { ok: false, why: "padding longer than the contents" };
  }
  const payloads = plain.subarray(0, plain.length - 1 - padLength);
  return { ok: true, decoded: decodeMessage(inTheClear(bytes, last.inner ?? 0, payloads)) };
}

/** @param body Where the IV begins. */
function decrypt(bytes: Uint8Array, body: number, protection: Protection): Uint8Array | undefined {
  const { encryption, encryptionKey, integrity, integrityKey } = protection;
  const end = bytes.length - (integrity?.length ?? 0);
  const start = body + encryption.ivLength;
  if (end < start + encryption.tagLength) return undefined;
  if (integrity !== undefined) {
    const sum = integrity.checksum(integrityKey, bytes.subarray(0, end));
    if (!equalBytes(sum, bytes.subarray(end))) return undefined;
  }
  const iv = bytes.subarray(body, start);
  return encryption.decrypt(encryptionKey, iv, bytes.subarray(start, end), bytes.subarray(0, body));
}

/** The same message as if it had not been encrypted. */
function inTheClear(bytes: Uint8Array, first: number, payloads: Uint8Array): Uint8Array {
  const clear = new Uint8Array(HEADER_LENGTH + payloads.length);
  clear.set(bytes.subarray(0, HEADER_LENGTH));
  clear.set(payloads, HEADER_LENGTH);
  clear[NEXT_PAYLOAD] = first;
  new DataView(clear.buffer).setUint32(LENGTH, clear.length);
  return clear;
}
