/** The half-open SAs of a Responder: bounded in number and in time, so that a repeated request gets the same response. */
import { prf } from "../crypto/mod.ts";
import { equalBytes, hex } from "../wire/mod.ts";
import type { HalfOpenSa } from "./responder_end.ts";

const HMAC_SHA2_256 = 5;

interface Entry {
  readonly response: Uint8Array;
  readonly halfOpen: HalfOpenSa;
  readonly expires: number;
}

/** See the file's head. Requests are remembered by their hash: a large one costs no more than a small one. */
export class HalfOpenTable {
  /** Entries expire in the order of insertion, as all live equally long. */
  readonly #entries = new Map<string, Entry>();
  /** Names of entries, by the Responder's SPI in hex. */
  readonly #names = new Map<string, string>();
  readonly #key: Uint8Array;

  /** @param key random octets: nobody shall aim at an entry by a collision */
  constructor(key: Uint8Array, private readonly lifetime: number, private readonly limit: number) {
    this.#key = key;
  }

  /** How many SAs are half-open. */
  get size(): number {
    return this.#entries.size;
  }

  /** Another one would be too many. */
  get full(): boolean {
    return this.#entries.size >= this.limit;
  }

  /** The response to a request seen before from this address (RFC 7296 §2.1), whatever port or connection it came by. */
  find(request: Uint8Array, address: string): Uint8Array | undefined {
    return this.#entries.get(this.#name(request, address))?.response;
  }

  /** Remembers an SA and the response that made it, unless there is no place. */
  add(request: Uint8Array, address: string, response: Uint8Array, halfOpen: HalfOpenSa, now: number): void {
    if (this.lifetime <= 0 || this.full) return;
    const name = this.#name(request, address);
    this.#entries.set(name, { response, halfOpen, expires: now + this.lifetime });
    this.#names.set(hex(halfOpen.sa.spiR), name);
  }

  /** The SA with these SPIs. */
  halfOpen(spiI: Uint8Array, spiR: Uint8Array): HalfOpenSa | undefined {
    const name = this.#names.get(hex(spiR));
    const known = name === undefined ? undefined : this.#entries.get(name)?.halfOpen;
    return known !== undefined && equalBytes(known.sa.spiI, spiI) ? known : undefined;
  }

  /** Forgets an SA. */
  forget({ sa }: HalfOpenSa): void {
    const spi = hex(sa.spiR);
    const name = this.#names.get(spi);
    if (name !== undefined) this.#entries.delete(name);
    this.#names.delete(spi);
  }

  /** When the next entry expires. */
  get nextExpiry(): number | undefined {
    return this.#entries.values().next().value?.expires;
  }

  /** Forgets what has expired. */
  expire(now: number): void {
    for (const entry of this.#entries.values()) {
      if (entry.expires > now) return;
      this.forget(entry.halfOpen);
    }
  }

  #name(request: Uint8Array, address: string): string {
    return `${address} ${hex(prf(HMAC_SHA2_256, this.#key, request)!)}`;
  }
}
