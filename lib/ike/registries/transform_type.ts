/** Transform Type Values and IKEv2 Transform Attribute Types (IANA, Internet Key Exchange Version 2 Parameters). */
import { entries, type Entry, type Namer, namer } from "../registry.ts";

/** All assigned transform types. */
export const TRANSFORM_TYPE: readonly Entry[] = entries("RFC 7296", [
  [1, "ENCR"],
  [2, "PRF"],
  [3, "INTEG"],
  [4, "KE", "RFC 9370"],
  [5, "SN", "RFC 9827"],
  [6, "ADDKE1", "RFC 9370"],
  [7, "ADDKE2", "RFC 9370"],
  [8, "ADDKE3", "RFC 9370"],
  [9, "ADDKE4", "RFC 9370"],
  [10, "ADDKE5", "RFC 9370"],
  [11, "ADDKE6", "RFC 9370"],
  [12, "ADDKE7", "RFC 9370"],
  [13, "KWA", "RFC 9838"],
  [14, "GCAUTH", "RFC 9838"],
]);

/** `ENCR` for 1. */
export const transformTypeName: Namer = namer(TRANSFORM_TYPE, { reserved: [[0, 0]], privateUse: [[241, 255]] });

/** All assigned attribute types. */
export const ATTRIBUTE_TYPE: readonly Entry[] = entries("RFC 7296", [
  [14, "Key Length"],
  [18, "Signature Algorithm Identifier", "RFC 9838"],
]);

/** `Key Length` for 14. */
export const attributeTypeName: Namer = namer(ATTRIBUTE_TYPE, {
  reserved: [[0, 13], [15, 17]],
  privateUse: [[16384, 32767]],
});
