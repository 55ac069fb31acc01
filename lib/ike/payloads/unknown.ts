/** Payloads whose contents this codec does not read: other exchanges' payloads, encrypted ones, and unknown types. */
import { count, EMPTY, rest } from "../../wire/mod.ts";
import { payloadTypeName } from "../registries/mod.ts";
import type { PayloadBase, PayloadForm, PayloadHeader } from "./form.ts";

/** A payload as it came. */
export interface UnknownPayload extends PayloadBase {
  kind: "unknown";
  /** IANA payload type. */
  type: number;
  /** What stands behind the generic header. */
  data: Uint8Array;
  /**
   * Only for SK and SKF: the type of the first payload inside, which their Next Payload field holds (RFC 7296 §3.14).
   * Absent: 0.
   */
  inner?: number;
}

const SK = 46;
const SKF = 53;

/** Encrypted and Authenticated (46), and its fragment (53, RFC 7383 §2.5): the last payload of a message. */
export function isEncrypted(type: number): boolean {
  return type === SK || type === SKF;
}

/**
 * What is to be seen of an encrypted payload from outside: `240 octets encrypted, IDi is the first payload inside`,
 * `fragment 2 of 3, ...`. Undefined for any other one.
 *
 * @param inner What its Next Payload field says.
 */
export function describeEncrypted({ type, data }: UnknownPayload, inner: number): string | undefined {
  if (!isEncrypted(type)) return undefined;
  const first = inner === 0 ? "" : `, ${payloadTypeName(inner)} is the first payload inside`;
  if (type === SK || data.length < 4) return `${count(data.length)} encrypted, with IV and checksum${first}`;
  // Fragment Number and Total Fragments stand before the IV (RFC 7383 §2.5).
  const [number, total] = [data[0]! * 256 + data[1]!, data[2]! * 256 + data[3]!];
  return `fragment ${number} of ${total}: ${count(data.length - 4)} encrypted, with IV and checksum${first}`;
}

/** Contents of any payload type that no other form is for. */
export function unknownForm(type: number): PayloadForm<UnknownPayload> {
  return {
    type,
    fields: [rest("data")],
    create: () => ({ kind: "unknown", critical: false, type, data: EMPTY }),
    // While it is read, the payload has its whole generic header.
    describe: (payload) => describeEncrypted(payload, (payload as UnknownPayload & PayloadHeader).nextPayload),
  };
}
