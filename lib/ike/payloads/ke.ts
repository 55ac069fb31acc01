/** Key Exchange payload (RFC 7296 §3.4). */
import { EMPTY, reserved, rest, uint } from "../../wire/mod.ts";
import { groupName } from "../registries/mod.ts";
import type { PayloadBase, PayloadForm } from "./form.ts";

/** One side's public value. */
export interface KePayload extends PayloadBase {
  kind: "KE";
  /** Key exchange method: a number of {@linkcode GROUP}. */
  group: number;
  /** The public value, in the form that the group's RFC gives. */
  data: Uint8Array;
  /** The two octets behind the group; absent: zero, as they must be sent. */
  reserved?: number;
}

/** Payload type 34. */
export const KE: PayloadForm<KePayload> = {
  type: 34,
  fields: [uint("group", 2, groupName), reserved("reserved", 2), rest("data")],
  create: () => ({ kind: "KE", critical: false, group: 0, data: EMPTY }),
};
