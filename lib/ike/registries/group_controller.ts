/** Transform Types 13 and 14, for group keys (IANA, Internet Key Exchange Version 2 Parameters). */
import { entries, type Entry, type Namer, namer } from "../registry.ts";

/** All assigned key wrap algorithms. */
export const KWA: readonly Entry[] = entries("RFC 9838", [
  [1, "KW-5649-128"],
  [2, "KW-5649-192"],
  [3, "KW-5649-256"],
  [4, "KW-ARX"],
]);

/** `KW-5649-128` for 1. */
export const kwaName: Namer = namer(KWA, { reserved: [[0, 0]], privateUse: [[1024, 65535]] });

/** All assigned authentication methods of a group controller. */
export const GCAUTH: readonly Entry[] = entries("RFC 9838", [
  [1, "Implicit"],
  [2, "Digital Signature"],
]);

/** `Implicit` for 1. */
export const gcauthName: Namer = namer(GCAUTH, { reserved: [[0, 0]], privateUse: [[1024, 65535]] });
