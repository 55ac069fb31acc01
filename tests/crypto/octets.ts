/** Little helpers of this folder's tests. */
import { hex } from "../../lib/wire/mod.ts";

/** Randomness of the system. */
export function random(length: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** A source of randomness that always answers zeros and, at their end, a number; for vectors. */
export function counter(value: number): (length: number) => Uint8Array {
  return (length) => {
    const octets = new Uint8Array(length);
    new DataView(octets.buffer).setUint32(length - 4, value);
    return octets;
  };
}

/** SHA-256 by WebCrypto, in hexadecimal. */
export async function sha256Hex(octets: Uint8Array): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", Uint8Array.from(octets))));
}
