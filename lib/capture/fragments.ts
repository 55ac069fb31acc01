/** Puts IP fragments together (RFC 791 §3.2, RFC 8200 §4.5), within bounds: a capture may be anybody's. */
import { concatBytes, hex } from "../wire/mod.ts";
import type { IpContents } from "./read_ip.ts";

/** Packets that are put together at the same time; the oldest is given up for a new one. */
const MOST_AT_A_TIME = 1024;
/** Parts of one packet: more are no packet but an attack. */
const MOST_PARTS = 1024;

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

interface Waiting {
  readonly first: IpContents;
  readonly parts: Part[];
  /** Octets of the whole, once the last part is there. */
  length: number | undefined;
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
    const key = `${hex(packet.source)} ${hex(packet.destination)} ${packet.protocol} ${fragment.id}`;
    let waiting = this.#waiting.get(key);
    if (waiting === undefined) {
      if (this.#waiting.size >= MOST_AT_A_TIME) yield* this.#giveUp(this.#waiting.keys().next().value!);
      this.#waiting.set(key, waiting = { first: packet, parts: [], length: undefined });
    }
    if (waiting.parts.length < MOST_PARTS) {
      waiting.parts.push({ offset: fragment.offset, payload: packet.payload, frame });
    }
    if (!fragment.more) waiting.length = fragment.offset + packet.length;
    if (waiting.length === undefined) return;
    const { octets, frames } = joined(waiting);
    if (octets.length < waiting.length) return;
    this.#waiting.delete(key);
    const payload = octets.subarray(0, waiting.length);
    yield { ...whole(waiting.first), payload, length: payload.length, frames, isIncomplete: false };
  }

  /** The capture is over: what is there of packets that were never completed. */
  *end(): Generator<Reassembled> {
    for (const key of [...this.#waiting.keys()]) yield* this.#giveUp(key);
  }

  *#giveUp(key: string): Generator<Reassembled> {
    const waiting = this.#waiting.get(key)!;
    this.#waiting.delete(key);
    const { octets, frames } = joined(waiting);
    const length = waiting.length ?? Math.max(...waiting.parts.map(({ offset, payload }) => offset + payload.length));
    yield { ...whole(waiting.first), payload: octets, length, frames, isIncomplete: true };
  }
}

function whole({ fragment: _fragment, ...packet }: IpContents): IpContents {
  return packet;
}

/** All octets up to the first hole. Where parts overlap, the one that begins first counts. */
function joined({ parts }: Waiting): { readonly octets: Uint8Array; readonly frames: readonly number[] } {
  const pieces: Uint8Array[] = [];
  let end = 0;
  for (const { offset, payload } of parts.toSorted((a, b) => a.offset - b.offset)) {
    if (offset > end) break;
    if (offset + payload.length <= end) continue;
    pieces.push(payload.subarray(end - offset));
    end = offset + payload.length;
  }
  return { octets: concatBytes(...pieces), frames: parts.map(({ frame }) => frame).toSorted((a, b) => a - b) };
}
