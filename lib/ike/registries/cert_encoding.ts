/** IKEv2 Certificate Encodings (IANA, Internet Key Exchange Version 2 Parameters). */
import { entries, type Entry, type Namer, namer } from "../registry.ts";

/** All assigned certificate encodings. */
export const CERT_ENCODING: readonly Entry[] = entries("RFC 7296", [
  [1, "PKCS #7 wrapped X.509 certificate"],
  [2, "PGP Certificate"],
  [3, "DNS Signed Key"],
  [4, "X.509 Certificate - Signature"],
  [6, "Kerberos Token"],
  [7, "Certificate Revocation List (CRL)"],
  [8, "Authority Revocation List (ARL)"],
  [9, "SPKI Certificate"],
  [10, "X.509 Certificate - Attribute"],
  [11, "Raw RSA Key"],
  [12, "Hash and URL of X.509 certificate"],
  [13, "Hash and URL of X.509 bundle"],
  [14, "OCSP Content", "RFC 4806"],
  [15, "Raw Public Key", "RFC 7670"],
]);

/** `X.509 Certificate - Signature` for 4. */
export const certEncodingName: Namer = namer(CERT_ENCODING, { reserved: [[0, 0], [5, 5]], privateUse: [[201, 255]] });
