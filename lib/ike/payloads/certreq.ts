/** Certificate Request payload (RFC 7296 §3.7). */
import { EMPTY, rest, uint } from "../../wire/mod.ts";
import { certEncodingName } from "../registries/mod.ts";
import type { PayloadBase, PayloadForm } from "./form.ts";

/** Which certificates the sender would like to see. */
export interface CertReqPayload extends PayloadBase {
  kind: "CERTREQ";
  /** A number of {@linkcode CERT_ENCODING}. */
  encoding: number;
  /** Certification authorities: SHA-1 hashes of their public keys, for X.509. */
  data: Uint8Array;
}

/** Payload type 38. */
export const CERTREQ: PayloadForm<CertReqPayload> = {
  type: 38,
  fields: [uint("encoding", 1, certEncodingName), rest("data")],
  create: () => ({ kind: "CERTREQ", critical: false, encoding: 0, data: EMPTY }),
};
