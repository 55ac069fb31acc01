/** Keying material of any length from a pseudorandom function (RFC 7296 §2.13). */
import { prf } from "./prf.ts";

/**
 * prf+(key, seed) = T1 | T2 | …, with Tn = prf(key, Tn-1 | seed | n).
 *
 * @param id IANA number of the PRF, as in {@linkcode prf}
 * @param length octets wanted
 * @throws {RangeError} when the PRF is not known, or the counter of one octet does not reach so far
 */
export function prfPlus(id: number, key: Uint8Array, seed: Uint8Array, length: number): Uint8Array {
  const material = new Uint8Array(length);
  let block: Uint8Array = new Uint8Array(0);
  for (let n = 1, at = 0; at < length; n++, at += block.length) {
    if (n > 255) throw new RangeError(`Cannot derive ${length} octets: prf+ ends after 255 blocks`);
    const input = new Uint8Array(block.length + seed.length + 1);
    input.set(block);
    input.set(seed, block.length);
    input[input.length - 1] = n;
    const next = prf(id, key, input);
    if (next === undefined) throw new RangeError(`Cannot derive keys: PRF ${id} is not supported`);
    block = next;
    material.set(block.subarray(0, length - at), at);
  }
  return material;
}
