/** IKEv2 Hash Algorithms (IANA, Internet Key Exchange Version 2 Parameters): RFC 7427 §7. */
import { entries, type Entry, type Namer, namer } from "../registry.ts";

/** All assigned hash algorithms. */
export const HASH_ALGORITHM: readonly Entry[] = entries("RFC 7427", [
  [1, "SHA1"],
  [2, "SHA2-256"],
  [3, "SHA2-384"],
  [4, "SHA2-512"],
  [5, "Identity", "RFC 8420"],
  [6, "STREEBOG-256", "RFC 9385"],
  [7, "STREEBOG-512", "RFC 9385"],
]);

/** `SHA2-256` for 2. */
export const hashAlgorithmName: Namer = namer(HASH_ALGORITHM, { reserved: [[0, 0]], privateUse: [[1024, 65535]] });
