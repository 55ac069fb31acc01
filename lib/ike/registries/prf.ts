/** Transform Type 2: Pseudorandom Function Transform IDs (IANA, Internet Key Exchange Version 2 Parameters). */
import { entries, type Entry, type Namer, namer } from "../registry.ts";

/** All assigned PRFs. Names are the registry's with the prefix `PRF_` taken off and hyphens for underscores. */
export const PRF: readonly Entry[] = entries("RFC 4868", [
  [1, "HMAC-MD5", "RFC 2104"],
  [2, "HMAC-SHA1", "RFC 2104"],
  [3, "HMAC-TIGER", "RFC 7296"],
  [4, "AES128-XCBC", "RFC 4434"],
  [5, "HMAC-SHA2-256"],
  [6, "HMAC-SHA2-384"],
  [7, "HMAC-SHA2-512"],
  [8, "AES128-CMAC", "RFC 4615"],
  [9, "HMAC-STREEBOG-512", "RFC 9385"],
]);

/** `HMAC-SHA2-256` for 5. */
export const prfName: Namer = namer(PRF, { reserved: [[0, 0]], privateUse: [[1024, 65535]] });
