/** Vendor ID payload (RFC 7296 §3.12). */
import { EMPTY, rest } from "../../wire/mod.ts";
import { vendorName } from "../vendor_ids.ts";
import type { PayloadBase, PayloadForm } from "./form.ts";

/** Who made the sender, or what private extension it knows. */
export interface VendorIdPayload extends PayloadBase {
  kind: "V";
  /** A hash or a text; see {@linkcode vendorName}. */
  data: Uint8Array;
}

/** Payload type 43. */
export const VENDOR_ID_FORM: PayloadForm<VendorIdPayload> = {
  type: 43,
  fields: [rest("data")],
  create: () => ({ kind: "V", critical: false, data: EMPTY }),
  describe: (payload) => vendorName(payload.data),
};
