/** Transform Type 5: Sequence Numbers Transform IDs (IANA, Internet Key Exchange Version 2 Parameters), once "ESN". */
import { entries, type Entry, type Namer, namer } from "../registry.ts";

/** All assigned kinds of sequence numbers, by short names: "Partially Transmitted 64-bit Sequential Numbers" is `ESN`. */
export const SEQUENCE_NUMBERS: readonly Entry[] = entries("RFC 9827", [
  [0, "32-bit"],
  [1, "ESN"],
  [2, "32-bit-unspecified"],
]);

/** `ESN` for 1. */
export const sequenceNumbersName: Namer = namer(SEQUENCE_NUMBERS, { privateUse: [[1024, 65535]] });
