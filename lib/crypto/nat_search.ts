/**
 * The search for the address and port behind a NAT_DETECTION hash (RFC 7296 §2.23): what was hashed but for these two
 * is known, so that candidates can be tried. A search does a bounded amount of work at a time and can go on later.
 */
import { NAT_HASH_LENGTH, natDetectionInput } from "./nat_input.ts";
import { BATCH, type BatchSearch, type Varying } from "./sha1_batch.ts";
import { blockOf } from "./sha1_block.ts";
import { Sha1Lanes } from "./sha1_lanes.ts";
import { Sha1Plain } from "./sha1_plain.ts";

export { NAT_HASH_LENGTH };

/** A hash whose preimage is wanted. */
export interface NatHash {
  /** 20 octets. */
  readonly hash: Uint8Array;
  /** Of the message that carried it; 8 octets each. */
  readonly initiatorSpi: Uint8Array;
  readonly responderSpi: Uint8Array;
}

/** Neighbouring candidates: IPv4 addresses from `address` on, at one port, or ports from `port` on, of one address. */
export interface NatCandidates {
  readonly vary: "address" | "port";
  /** The (first) address, 4 octets, or 16 where only the port varies. */
  readonly address: Uint8Array;
  /** The (first) port. */
  readonly port: number;
  /** How many. Searches work on multiples of 256: some candidates before and behind may be tried as well. */
  readonly count: number;
}

/** What was hashed. */
export interface NatPreimage {
  /** 4 or 16 octets. */
  readonly address: Uint8Array;
  readonly port: number;
}

/**
 * Where a candidate's number goes: addresses begin at octet 16 of the message, in word 4; the port follows, in the
 * upper half of word 5 or 8.
 */
function varyingOf({ vary, address }: NatCandidates): Varying {
  if (vary === "address") return { word: 4, shift: 0 };
  return { word: address.length === 4 ? 5 : 8, shift: 16 };
}

/** Searches by varying word, as making one compiles it. They keep nothing between calls that a caller could see. */
const SEARCHES = new Map<number, BatchSearch>();

function searchFor(varying: Varying): BatchSearch {
  const known = SEARCHES.get(varying.word);
  if (known !== undefined) return known;
  const search = fastest(varying);
  SEARCHES.set(varying.word, search);
  return search;
}

/** Without a compiler, or on a very old processor, WebAssembly or its vectors are missing. */
function fastest(varying: Varying): BatchSearch {
  try {
    return new Sha1Lanes(varying);
  } catch {
    return new Sha1Plain(varying);
  }
}

/** See the file's head. */
export class NatSearch {
  readonly #varying: Varying;
  readonly #search: BatchSearch;
  readonly #hash: Int32Array;
  readonly #candidates: NatCandidates;
  /** Of the next batch's first candidate. */
  readonly #block: Int32Array;
  #left: number;

  /** @throws {RangeError} when hash, SPIs, address or port have a wrong length or size */
  constructor(wanted: NatHash, candidates: NatCandidates) {
    const { hash, initiatorSpi, responderSpi } = wanted;
    const { vary, address, port, count } = candidates;
    if (hash.length !== NAT_HASH_LENGTH) {
      throw new RangeError(`Cannot search for a hash of ${hash.length} octets: ${NAT_HASH_LENGTH} are wanted`);
    }
    if (vary === "address" && address.length !== 4) {
      throw new RangeError(`Cannot vary an address of ${address.length} octets: only IPv4 can be searched`);
    }
    const view = new DataView(hash.buffer, hash.byteOffset);
    this.#hash = Int32Array.from({ length: 5 }, (_, i) => view.getInt32(4 * i));
    this.#candidates = candidates;
    this.#varying = varyingOf(candidates);
    this.#search = searchFor(this.#varying);
    this.#block = blockOf(natDetectionInput(initiatorSpi, responderSpi, address, port));
    const { word, shift } = this.#varying;
    const excess = (this.#block[word]! >>> shift) % BATCH;
    this.#block[word]! -= excess << shift;
    this.#left = Math.ceil((count + excess) / BATCH);
  }

  /** Whether all candidates have been tried. */
  get done(): boolean {
    return this.#left === 0;
  }

  /** Tries at most so many batches of 256 candidates more; the preimage, when it was among them. */
  step(batches: number): NatPreimage | undefined {
    const { word, shift } = this.#varying;
    for (let n = Math.min(batches, this.#left); n > 0; n--) {
      this.#left--;
      const candidate = this.#search.search(this.#block, this.#hash);
      const first = this.#block[word]!;
      this.#block[word]! += BATCH << shift;
      if (candidate !== undefined) return this.#preimage(first ^ (candidate << shift));
    }
    return undefined;
  }

  #preimage(word: number): NatPreimage {
    const { vary, address, port } = this.#candidates;
    if (vary === "port") return { address, port: word >>> 16 };
    return { address: Uint8Array.of(word >>> 24, word >>> 16, word >>> 8, word), port };
  }
}
