/** IKEv2 Payload Types (IANA, Internet Key Exchange Version 2 Parameters). Names are the registry's notations. */
import { entries, type Entry, type Namer, namer } from "../registry.ts";

/** All assigned payload types. */
export const PAYLOAD_TYPE: readonly Entry[] = entries("RFC 7296", [
  [0, "NONE"],
  [33, "SA"],
  [34, "KE"],
  [35, "IDi"],
  [36, "IDr"],
  [37, "CERT"],
  [38, "CERTREQ"],
  [39, "AUTH"],
  [40, "Nonce"],
  [41, "N"],
  [42, "D"],
  [43, "V"],
  [44, "TSi"],
  [45, "TSr"],
  [46, "SK"],
  [47, "CP"],
  [48, "EAP"],
  [49, "GSPM", "RFC 6467"],
  [50, "IDg", "RFC 9838"],
  [51, "GSA", "RFC 9838"],
  [52, "KD", "RFC 9838"],
  [53, "SKF", "RFC 7383"],
  [54, "PS", "RFC 8019"],
]);

/** `SA` for 33. */
export const payloadTypeName: Namer = namer(PAYLOAD_TYPE, { reserved: [[1, 32]], privateUse: [[128, 255]] });
