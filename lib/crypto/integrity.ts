/** Integrity algorithms of the Encrypted payload: truncated HMACs (RFC 2404, RFC 4868 §2.1.1). */
import { prf, prfKeyLength } from "./prf.ts";

/** One algorithm. */
export interface Integrity {
  /** Octets of SK_ai and SK_ar. */
  readonly keyLength: number;
  /** Octets of the Integrity Checksum Data. */
  readonly length: number;
  /** The Integrity Checksum Data. */
  checksum(key: Uint8Array, data: Uint8Array): Uint8Array;
}

/** IANA number of the algorithm, to the PRF with the same HMAC and the length that it is cut to. */
const TRUNCATED: ReadonlyMap<number, { readonly prf: number; readonly length: number }> = new Map([
  [2, { prf: 2, length: 12 }],
  [12, { prf: 5, length: 16 }],
  [13, { prf: 6, length: 24 }],
  [14, { prf: 7, length: 32 }],
]);

/** The algorithm with an IANA number ("Integrity Algorithm", transform type 3), or undefined: not supported. */
export function integrity(id: number): Integrity | undefined {
  const known = TRUNCATED.get(id);
  if (known === undefined) return undefined;
  return {
    keyLength: prfKeyLength(known.prf)!,
    length: known.length,
    checksum: (key, data) => prf(known.prf, key, data)!.subarray(0, known.length),
  };
}
