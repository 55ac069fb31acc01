/**
 * Stateless cookies (RFC 7296 §2.6): what the Responder would have to remember comes back in the cookie itself. The
 * port is not part of it: over TCP a cookie may return on another connection (RFC 9329 §7.3).
 */
import { prf } from "../crypto/mod.ts";
import { concatBytes, equalBytes } from "../wire/mod.ts";

const HMAC_SHA2_256 = 5;

/** A new secret every minute; a cookie lives for one to two of them. */
export const SECRET_MS = 60_000;

function number32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** Makes cookies and knows them again. */
export class CookieJar {
  readonly #master: Uint8Array;

  /** @param master 32 random octets; the secrets of all times are derived from them */
  constructor(master: Uint8Array) {
    this.#master = master;
  }

  /** `<VersionIDofSecret> | HMAC(secret, Ni | IPi | SPIi)`: 36 octets. */
  make(nonce: Uint8Array, address: Uint8Array, spiI: Uint8Array, now: number): Uint8Array {
    return this.#make(Math.floor(now / SECRET_MS), nonce, address, spiI);
  }

  /** Whether a cookie was made for this Initiator, with the present or the previous secret. */
  knows(cookie: Uint8Array, nonce: Uint8Array, address: Uint8Array, spiI: Uint8Array, now: number): boolean {
    const period = Math.floor(now / SECRET_MS);
    return [period, period - 1].some((one) => equalBytes(this.#make(one, nonce, address, spiI), cookie));
  }

  #make(period: number, nonce: Uint8Array, address: Uint8Array, spiI: Uint8Array): Uint8Array {
    const version = number32(period >>> 0);
    const secret = prf(HMAC_SHA2_256, this.#master, version)!;
    return concatBytes(version, prf(HMAC_SHA2_256, secret, concatBytes(nonce, address, spiI))!);
  }
}
