/** Payloads whose contents this codec does not read: other exchanges' payloads, encrypted ones, and unknown types. */
import { EMPTY, rest } from "../../wire/mod.ts";
import type { PayloadBase, PayloadForm } from "./form.ts";

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

/** Encrypted and Authenticated (46), and its fragment (53, RFC 7383 §2.5): the last payload of a message. */
export function isEncrypted(type: number): boolean {
  return type === 46 || type === 53;
}

/** Contents of any payload type that no other form is for. */
export function unknownForm(type: number): PayloadForm<UnknownPayload> {
  return {
    type,
    fields: [rest("data")],
    create: () => ({ kind: "unknown", critical: false, type, data: EMPTY }),
  };
}
