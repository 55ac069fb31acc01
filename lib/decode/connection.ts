/** A TCP connection of a capture: RFC 9329 when its client begins with the stream prefix, else nothing of ours. */
import { STREAM_PREFIX } from "../encap/mod.ts";
import { type ReadSegment, StreamAssembly, type StreamPiece } from "../capture/mod.ts";
import { concatBytes, equalBytes } from "../wire/mod.ts";
import { type Beginning, FrameStream, type PlaceOf } from "./frame_stream.ts";
import type { Item } from "./item.ts";
import { beginsFrame, FRAME_SIGN } from "./plausible.ts";

/** Octets of either side that are kept until the client has shown what it speaks. */
const MOST_UNDECIDED = 65_536;
const FLAG = { syn: 0x02, ack: 0x10 } as const;

/** A packet that a segment came in. */
export interface Seen {
  /** As Wireshark counts. */
  readonly number: number;
  /** Nanoseconds since 1970, UTC. */
  readonly ns: bigint | undefined;
}

type Piece = StreamPiece<Seen>;

/** One direction. */
class Side {
  readonly assembly = new StreamAssembly<Seen>();
  /** What came while it was not known what the connection is. */
  readonly waiting: Piece[] = [];
  waitingOctets = 0;
  stream: FrameStream<Seen> | undefined;

  /** What comes first is missing. */
  get isCut(): boolean {
    return this.waiting[0]?.kind === "gap";
  }

  /** The first octets that are there without a gap: as many as decide, as there may be a segment for each. */
  head(): Uint8Array {
    const pieces: Uint8Array[] = [];
    let octets = 0;
    for (const piece of this.waiting) {
      if (octets >= FRAME_SIGN || (piece.kind === "gap" && octets > 0)) break;
      if (piece.kind === "gap") continue;
      pieces.push(piece.data);
      octets += piece.data.length;
    }
    return concatBytes(...pieces);
  }
}

/** See the file's head. */
export class Connection {
  /** Of its first SYN; undefined: it was not captured, or not yet. */
  #firstSequence: number | undefined;
  /** Number of each side's first octet, as far as segments have told. */
  readonly #begins: [number | undefined, number | undefined] = [undefined, undefined];
  /** Which side opened it, by its number; undefined while that is not known. */
  #client: 0 | 1 | undefined;
  #isOther = false;
  #sides: readonly [Side, Side] | readonly [] = [new Side(), new Side()];

  /**
   * @param placeOf where a stretch of each side's stream was
   * @param hasIkePort one of its ports is 4500: it is RFC 9329 likely enough to wait for a sign of it to the end
   */
  constructor(readonly placeOf: readonly [PlaceOf<Seen>, PlaceOf<Seen>], readonly hasIkePort: boolean) {}

  /** Whether its client speaks something else. */
  get isOther(): boolean {
    return this.#isOther;
  }

  /** Whether it is known to be RFC 9329. */
  get isOurs(): boolean {
    return this.#sides.some((side) => side.stream?.isFound === true);
  }

  /** Whether a SYN opens another connection between the same ports. @param from number of the side that sent it */
  isSucceededBy({ flags, sequence }: ReadSegment, from: 0 | 1): boolean {
    if ((flags & (FLAG.syn | FLAG.ack)) !== FLAG.syn) return false;
    if (this.#firstSequence !== undefined) return this.#firstSequence !== sequence;
    // It is older than the capture, unless its own SYN was captured behind what came after it.
    return this.#begins[from] !== behind(sequence);
  }

  /** The next segment. @param from number of the side that sent it */
  *take(segment: ReadSegment, from: 0 | 1, frame: Seen): Generator<Item> {
    const isSyn = (segment.flags & FLAG.syn) !== 0;
    const sequence = isSyn ? behind(segment.sequence) : segment.sequence;
    this.#begins[from] ??= sequence;
    if (isSyn) this.#open(segment, from);
    const side = this.#sides[from];
    if (side === undefined) return;
    if (isSyn) side.assembly.begin(segment.sequence);
    const { data, length } = segment;
    for (const piece of side.assembly.push({ sequence, data, length, frame })) yield* this.#piece(side, piece);
  }

  #open({ flags, sequence, acknowledgement }: ReadSegment, from: 0 | 1): void {
    const other = from === 0 ? 1 : 0;
    if ((flags & FLAG.ack) === 0) {
      this.#client = from;
      this.#firstSequence ??= sequence;
    } else {
      this.#client ??= other;
      this.#begins[other] ??= acknowledgement;
    }
  }

  /** The capture is over, or the connection is. */
  *end(): Generator<Item> {
    for (const side of this.#sides) {
      for (const piece of side.assembly.end()) yield* this.#piece(side, piece);
    }
    yield* this.#decide(true);
    for (const { stream } of this.#sides) yield* stream?.end() ?? [];
  }

  *#piece(side: Side, piece: Piece): Generator<Item> {
    if (side.stream !== undefined) return yield* feed(side.stream, piece);
    if (this.#isOther) return;
    side.waiting.push(piece);
    side.waitingOctets += piece.kind === "octets" ? piece.data.length : 0;
    yield* this.#decide(side.waitingOctets > MOST_UNDECIDED);
  }

  /** @param isLast nothing more will be known */
  *#decide(isLast: boolean): Generator<Item> {
    if (this.#sides.some(({ stream }) => stream !== undefined)) return;
    const sides = this.#client === undefined ? [0, 1] as const : [this.#client];
    const answers = sides.map((side) => this.#speaks(this.#sides[side], isLast));
    const at = answers.findIndex((answer) => answer === "prefix" || answer === "frame");
    if (at >= 0) return yield* this.#begin(sides[at]!, answers[at] === "prefix" ? "prefix" : "frame");
    const isMiddle = this.hasIkePort && sides.some((side) => this.#isOlder(this.#sides[side]));
    if (isMiddle && (isLast || answers.includes("other"))) return yield* this.#begin(sides[0], "middle");
    if (isLast || answers.every((answer) => answer === "other")) this.#give();
  }

  /** Whether what a side begins with in the capture is not the beginning of its stream. */
  #isOlder(side: Side | undefined): boolean {
    return this.#firstSequence === undefined || side?.isCut === true;
  }

  /** What a side's first octets are; undefined: too few to tell. */
  #speaks(side: Side | undefined, isLast: boolean): "prefix" | "frame" | "other" | undefined {
    if (side === undefined) return "other";
    const head = side.head();
    const prefix = head.subarray(0, STREAM_PREFIX.length);
    const isPrefix = !side.isCut && equalBytes(prefix, STREAM_PREFIX.subarray(0, prefix.length));
    if (prefix.length === STREAM_PREFIX.length && isPrefix) return "prefix";
    // A frame without the prefix counts where the connection is older than the capture.
    const isOlder = !isPrefix && this.#isOlder(side);
    if (isOlder && beginsFrame(head)) return "frame";
    if (isLast) return "other";
    return isPrefix || (isOlder && head.length < FRAME_SIGN) ? undefined : "other";
  }

  /** @param first what the side begins with that has told; of the other one it is known only where that is the prefix */
  *#begin(told: 0 | 1, first: Beginning): Generator<Item> {
    for (const number of [0, 1] as const) {
      const beginning = number === told ? first : first === "prefix" ? "frame" : "middle";
      this.#sides[number]!.stream = new FrameStream(beginning, this.placeOf[number]);
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

/** The number of the first octet behind a SYN. */
function behind(sequence: number): number {
  return (sequence + 1) >>> 0;
}

function feed(stream: FrameStream<Seen>, piece: Piece): Generator<Item> {
  return piece.kind === "gap" ? stream.gap(piece.octets) : stream.push(piece.data, piece.frame);
}
