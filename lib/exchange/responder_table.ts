/** The half-open SAs of a Responder: bounded in number and in time, so that a repeated request gets the same response. */
import { prf } from "../crypto/mod.ts";
import { hex } from "../wire/mod.ts";

const HMAC_SHA2_256 = 5;

interface Entry {
  readonly response: Uint8Array;
  readonly expires: number;
}

/** See the file's head. Requests are remembered by their hash: a large one costs no more than a small one. */
export class HalfOpenTable {
  /** Entries expire in the order of insertion, as all live equally long. */
  readonly #entries = new Map<string, Entry>();
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

  /** Remembers a response, unless there is no place. */
  add(request: Uint8Array, address: string, response: Uint8Array, now: number): void {
    if (this.lifetime <= 0 || this.full) return;
    this.#entries.set(this.#name(request, address), { response, expires: now + this.lifetime });
  }

  /** When the next entry expires. */
  get nextExpiry(): number | undefined {
    return this.#entries.values().next().value?.expires;
  }

  /** Forgets what has expired. */
  expire(now: number): void {
    for (const [name, entry] of this.#entries) {
      if (entry.expires > now) return;
      this.#entries.delete(name);
    }
  }

  #name(request: Uint8Array, address: string): string {
    return `${address} ${hex(prf(HMAC_SHA2_256, this.#key, request)!)}`;
  }
}
