/** Pseudorandom functions of IKEv2, as far as puzzles need them. */
import { hmac } from "@noble/hashes/hmac.js";
import { sha1 } from "@noble/hashes/legacy.js";
import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";

/** By IANA number ("Pseudorandom Function", transform type 2): RFC 2104 and RFC 4868. All take keys of any length. */
const HASHES = new Map([[2, sha1], [5, sha256], [6, sha384], [7, sha512]]);

/** Whether {@linkcode prf} knows a function. */
export function knowsPrf(id: number): boolean {
  return HASHES.has(id);
}

/**
 * prf(key, data).
 *
 * @param id IANA number: 2 HMAC-SHA1, 5 HMAC-SHA2-256, 6 HMAC-SHA2-384, 7 HMAC-SHA2-512
 * @returns the whole output, or undefined when the function is not known
 */
export function prf(id: number, key: Uint8Array, data: Uint8Array): Uint8Array | undefined {
  const hash = HASHES.get(id);
  return hash === undefined ? undefined : hmac(hash, key, data);
}

/** Preferred key length of a known function, in octets: its output's (RFC 7296 §2.13). */
export function prfKeyLength(id: number): number | undefined {
  return HASHES.get(id)?.outputLen;
}
