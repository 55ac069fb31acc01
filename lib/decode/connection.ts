/** A TCP connection of a capture: RFC 9329 when its client begins with the stream prefix, else nothing of ours. */
import { STREAM_PREFIX } from "../encap/mod.ts";
import { type ReadSegment, StreamAssembly, type StreamPiece } from "../capture/mod.ts";
import { concatBytes, equalBytes } from "../wire/mod.ts";
import { FrameStream, type PlaceOf } from "./frame_stream.ts";
import type { Item } from "./item.ts";
import { beginsFrame, FRAME_SIGN } from "./plausible.ts";

/** Octets of either side that are kept until the client has shown what it speaks. */
const MOST_UNDECIDED = 65_536;
const FLAG = { syn: 0x02, ack: 0x10 } as const;

/** One direction. */
class Side {
  readonly assembly = new StreamAssembly();
  /** What came while it was not known what the connection is. */
  readonly waiting: StreamPiece[] = [];
  waitingOctets = 0;
  stream: FrameStream | undefined;

  /** The first octets, as far as they are there without a gap. */
  head(): Uint8Array {
    const gap = this.waiting.findIndex(({ kind }) => kind === "gap");
    const pieces = gap < 0 ? this.waiting : this.waiting.slice(0, gap);
    return concatBytes(...pieces.flatMap((piece) => piece.kind === "octets" ? [piece.data] : []));
  }
}

/** See the file's head. */
export class Connection {
  /** Of its first SYN; undefined: the capture began later. */
  #firstSequence: number | undefined;
  /** Which side opened it, by its number; undefined while that is not known. */
  #client: 0 | 1 | undefined;
  #isOther = false;
  #sides: readonly [Side, Side] | readonly [] = [new Side(), new Side()];

  /** @param placeOf where a stretch of each side's stream was */
  constructor(readonly placeOf: readonly [PlaceOf, PlaceOf]) {}

  /** Whether its client speaks something else. */
  get isOther(): boolean {
    return this.#isOther;
  }

  /** Whether it is known to be RFC 9329. */
  get isOurs(): boolean {
    return this.#sides.some((side) => side.stream !== undefined);
  }

  /** Whether a SYN opens another connection between the same ports. */
  isSucceededBy({ flags, sequence }: ReadSegment): boolean {
    const isOpening = (flags & (FLAG.syn | FLAG.ack)) === FLAG.syn;
    return isOpening && this.#firstSequence !== undefined && this.#firstSequence !== sequence;
  }

  /** The next segment. @param from number of the side that sent it */
  *take(segment: ReadSegment, from: 0 | 1, frame: number): Generator<Item> {
    const side = this.#sides[from];
    if (side === undefined) return;
    const isSyn = (segment.flags & FLAG.syn) !== 0;
    if (isSyn) {
      side.assembly.begin(segment.sequence);
      if ((segment.flags & FLAG.ack) === 0) {
        this.#client = from;
        this.#firstSequence ??= segment.sequence;
      } else this.#client ??= from === 0 ? 1 : 0;
    }
    const sequence = (segment.sequence + (isSyn ? 1 : 0)) >>> 0;
    const { data, length } = segment;
    for (const piece of side.assembly.push({ sequence, data, length, frame })) yield* this.#piece(side, piece);
  }

  /** The capture is over, or the connection is. */
  *end(): Generator<Item> {
    for (const side of this.#sides) {
      for (const piece of side.assembly.end()) yield* this.#piece(side, piece);
    }
    yield* this.#decide(true);
    for (const { stream } of this.#sides) yield* stream?.end() ?? [];
  }

  *#piece(side: Side, piece: StreamPiece): Generator<Item> {
    if (side.stream !== undefined) return yield* feed(side.stream, piece);
    if (this.#isOther) return;
    side.waiting.push(piece);
    side.waitingOctets += piece.kind === "octets" ? piece.data.length : 0;
    yield* this.#decide(side.waitingOctets > MOST_UNDECIDED);
  }

  /** @param isLast nothing more will be known */
  *#decide(isLast: boolean): Generator<Item> {
    if (this.#isOther || this.isOurs) return;
    const sides = this.#client === undefined ? [0, 1] as const : [this.#client];
    const answers = sides.map((side) => this.#speaks(this.#sides[side]!.head(), isLast));
    const at = answers.findIndex((answer) => answer === "prefix" || answer === "frame");
    if (at >= 0) return yield* this.#begin(sides[at]!, answers[at] === "prefix");
    if (isLast || answers.every((answer) => answer === "other")) this.#give();
  }

  /** What a side's first octets are; undefined: too few to tell. */
  #speaks(head: Uint8Array, isLast: boolean): "prefix" | "frame" | "other" | undefined {
    const prefix = head.subarray(0, STREAM_PREFIX.length);
    const isPrefix = equalBytes(prefix, STREAM_PREFIX.subarray(0, prefix.length));
    if (prefix.length === STREAM_PREFIX.length && isPrefix) return "prefix";
    // A frame without the prefix counts where the connection is older than the capture.
    const isOlder = this.#firstSequence === undefined && !isPrefix;
    if (isOlder && beginsFrame(head)) return "frame";
    if (isLast) return "other";
    return isPrefix || (isOlder && head.length < FRAME_SIGN) ? undefined : "other";
  }

  *#begin(client: 0 | 1, hasPrefix: boolean): Generator<Item> {
    for (const number of [0, 1] as const) {
      this.#sides[number]!.stream = new FrameStream(hasPrefix && number === client, this.placeOf[number]);
    }
    for (const side of this.#sides) {
      for (const piece of side.waiting.splice(0)) yield* feed(side.stream!, piece);
    }
  }

  #give(): void {
    this.#isOther = true;
    // A capture can have a million of them.
    this.#sides = [];
  }
}

function feed(stream: FrameStream, piece: StreamPiece): Generator<Item> {
  return piece.kind === "gap" ? stream.gap(piece.octets) : stream.push(piece.data, piece.frame);
}
