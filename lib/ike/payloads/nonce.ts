/** Nonce payload (RFC 7296 §3.9). */
import { EMPTY, rest } from "../../wire/mod.ts";
import type { PayloadBase, PayloadForm } from "./form.ts";

/** Random octets of one side: 16 to 256. */
export interface NoncePayload extends PayloadBase {
  kind: "Nonce";
  /** The nonce. */
  data: Uint8Array;
}

/** Payload type 40. */
export const NONCE: PayloadForm<NoncePayload> = {
  type: 40,
  fields: [rest("data")],
  create: () => ({ kind: "Nonce", critical: false, data: EMPTY }),
};
