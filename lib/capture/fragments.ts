/** Puts IP fragments together (RFC 791 §3.2, RFC 8200 §4.5), within bounds: a capture may be anybody's. */
import { concatBytes, hex } from "../wire/mod.ts";
import { behindExtensions, type IpContents } from "./read_ip.ts";

/** Packets that are put together at the same time; the oldest is given up for a new one. */
const MOST_AT_A_TIME = 1024;
/** Parts that wait behind a hole: so many of eight octets, the least of all but the last, make the longest packet. */
const MOST_WAITING = 8192;
/** Octets of an address of IPv6. */
const ADDRESS6 = 16;

/** What came of fragments: a whole packet, or what there is of one. */
export interface Reassembled extends IpContents {
  /** Numbers of the frames that it came in, in their order. */
  readonly frames: readonly number[];
  /** Some of it is missing: `payload` is what there is up to the first hole. */
  readonly isIncomplete: boolean;
}

interface Part {
  readonly offset: number;
  readonly payload: Uint8Array;
  readonly frame: number;
}

/** A packet of which parts are there. */
class Waiting {
  /** In the order of their offsets. */
  readonly #parts: Part[] = [];
  /** So many of them, the first ones, leave no hole, and so many octets they have. */
  #joined = 0;
  #end = 0;
  /** Of the whole; undefined: the last part is not there. */
  #length: number | undefined;
  /** It says what the whole is; by RFC 8200 §4.5 only the part at offset 0 does. */
  #first: IpContents;

  constructor(first: IpContents) {
    this.#first = first;
  }

  get isComplete(): boolean {
    return this.#length !== undefined && this.#end >= this.#length;
  }

  add(packet: IpContents, offset: number, isLast: boolean, frame: number): void {
    if (isLast) this.#length ??= offset + packet.length;
    if (offset === 0 && this.#end === 0) this.#first = packet;
    const { payload } = packet;
    const at = this.#placeFor(offset);
    // What is there already completes nothing, and a flood of it would be kept.
    const before = this.#parts[at - 1];
    const known = at === this.#joined ? this.#end : before!.offset + before!.payload.length;
    if (offset + payload.length <= known) return;
    if (offset > this.#end && this.#parts.length - this.#joined >= MOST_WAITING) return;
    this.#parts.splice(at, 0, { offset, payload, frame });
    for (let part = this.#parts[this.#joined]; part !== undefined; part = this.#parts[++this.#joined]) {
      if (part.offset > this.#end) return;
      this.#end = Math.max(this.#end, part.offset + part.payload.length);
    }
  }

  /** Where a part stands among those that wait: found by halving, as there may be thousands. */
  #placeFor(offset: number): number {
    let [low, high] = [this.#joined, this.#parts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#parts[middle]!.offset > offset) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** All octets up to the first hole. Where parts overlap, the one that was joined first counts. */
  whole(): Reassembled {
    const pieces: Uint8Array[] = [];
    let end = 0;
    for (const { offset, payload } of this.#parts.slice(0, this.#joined)) {
      if (offset + payload.length <= end) continue;
      pieces.push(payload.subarray(end - offset));
      end = offset + payload.length;
    }
    const ends = this.#parts.map(({ offset, payload }) => offset + payload.length);
    const length = this.#length ?? ends.reduce((a, b) => Math.max(a, b), 0);
    const payload = concatBytes(...pieces).subarray(0, length);
    const { fragment: _fragment, ...first } = this.#first;
    return {
      ...transportOf({ ...first, payload, length }),
      frames: this.#parts.map(({ frame }) => frame).toSorted((a, b) => a - b),
      isIncomplete: !this.isComplete,
    };
  }
}

/** See the file's head. */
export class Fragments {
  readonly #waiting = new Map<string, Waiting>();

  /**
   * One more packet: itself where it is no fragment, the whole where it completes one; undefined: more is to come. What is
   * given up comes out as well.
   */
  *take(packet: IpContents, frame: number): Generator<Reassembled> {
    const { fragment } = packet;
    if (fragment === undefined) {
      yield { ...packet, frames: [frame], isIncomplete: false };
      return;
    }
    const key = keyOf(packet, fragment.id);
    let waiting = this.#waiting.get(key);
    if (waiting === undefined) {
      if (this.#waiting.size >= MOST_AT_A_TIME) yield* this.#end(this.#waiting.keys().next().value!);
      this.#waiting.set(key, waiting = new Waiting(packet));
    }
    waiting.add(packet, fragment.offset, !fragment.more, frame);
    if (waiting.isComplete) yield* this.#end(key);
  }

  /** The capture is over: what is there of packets that were never completed. */
  *end(): Generator<Reassembled> {
    for (const key of [...this.#waiting.keys()]) yield* this.#end(key);
  }

  *#end(key: string): Generator<Reassembled> {
    const waiting = this.#waiting.get(key)!;
    this.#waiting.delete(key);
    yield waiting.whole();
  }
}

/** What a whole packet of IPv6 carries behind its extension headers; that it is again a fragment makes no sense. */
function transportOf(whole: IpContents): IpContents {
  const inside = whole.source.length === ADDRESS6 ? behindExtensions(whole) : undefined;
  return inside === undefined || inside.fragment !== undefined ? whole : inside;
}

/** The protocol belongs to it in IPv4 alone: in IPv6, parts but the first need not say the same (RFC 8200 §4.5). */
function keyOf({ source, destination, protocol }: IpContents, id: number): string {
  const ends = `${hex(source)} ${hex(destination)}`;
  return source.length === ADDRESS6 ? `${ends} ${id}` : `${ends} ${protocol} ${id}`;
}
