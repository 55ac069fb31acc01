/** Transform Type 3: Integrity Algorithm Transform IDs (IANA, Internet Key Exchange Version 2 Parameters). */
import { entries, type Entry, type Namer, namer } from "../registry.ts";

/** All assigned integrity algorithms. Names are the registry's with `AUTH_` taken off and hyphens for underscores. */
export const INTEG: readonly Entry[] = entries("RFC 7296", [
  [0, "NONE"],
  [1, "HMAC-MD5-96", "RFC 2403"],
  [2, "HMAC-SHA1-96", "RFC 2404"],
  [3, "DES-MAC"],
  [4, "KPDK-MD5", "RFC 1826"],
  [5, "AES-XCBC-96", "RFC 3566"],
  [6, "HMAC-MD5-128", "RFC 4595"],
  [7, "HMAC-SHA1-160", "RFC 4595"],
  [8, "AES-CMAC-96", "RFC 4494"],
  [9, "AES-128-GMAC", "RFC 4543"],
  [10, "AES-192-GMAC", "RFC 4543"],
  [11, "AES-256-GMAC", "RFC 4543"],
  [12, "HMAC-SHA2-256-128", "RFC 4868"],
  [13, "HMAC-SHA2-384-192", "RFC 4868"],
  [14, "HMAC-SHA2-512-256", "RFC 4868"],
]);

/** `HMAC-SHA2-256-128` for 12. */
export const integName: Namer = namer(INTEG, { privateUse: [[1024, 65535]] });
