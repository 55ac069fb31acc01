/**
 * Puts one direction of a TCP connection together from its segments (RFC 9293 §3.4): out of order, repeated, overlapping.
 * What a capture has lost is a gap, which is told once nothing can fill it any more.
 */

/** What comes next in a stream; `F`: how the frames of the capture are named. */
export type StreamPiece<F = number> =
  | {
    readonly kind: "octets";
    readonly data: Uint8Array;
    /** The frame that it came in. */
    readonly frame: F;
  }
  /** So many octets were not captured. */
  | { readonly kind: "gap"; readonly octets: number };

/** What waits for the segment before it. */
interface Pending<F> {
  readonly sequence: number;
  readonly data: Uint8Array;
  /** Octets that it had: more than there are in `data` where the capture was cut. */
  readonly length: number;
  readonly frame: F;
}

/** What waits is bounded: then what is missing is given up. */
const MOST_PENDING = { segments: 512, octets: 4 * 1024 * 1024 } as const;

/** How far a sequence number is ahead of another one, modulo 2^32: negative behind it. */
export function ahead(sequence: number, of: number): number {
  return (sequence - of) | 0;
}

/** See the file's head. */
export class StreamAssembly<F = number> {
  /** Sequence number of the next octet; undefined before the first segment. */
  #next: number | undefined;
  readonly #pending: Pending<F>[] = [];
  #pendingOctets = 0;

  /** The SYN's number: the stream begins behind it. */
  begin(sequence: number): void {
    this.#next ??= (sequence + 1) >>> 0;
  }

  /** One more segment; yields what is in order now. */
  *push(segment: Pending<F>): Generator<StreamPiece<F>> {
    this.#next ??= segment.sequence;
    if (segment.length === 0) return;
    if (ahead(segment.sequence, this.#next) <= 0) {
      yield* this.#deliver(segment);
      yield* this.#deliverPending();
      return;
    }
    this.#wait(segment);
    const isFull = this.#pending.length > MOST_PENDING.segments || this.#pendingOctets > MOST_PENDING.octets;
    if (isFull) yield* this.#skip();
  }

  /** No more segments come: what waits, with the gaps between. */
  *end(): Generator<StreamPiece<F>> {
    while (this.#pending.length > 0) yield* this.#skip();
  }

  #wait(segment: Pending<F>): void {
    let at = this.#pending.length;
    while (at > 0 && ahead(this.#pending[at - 1]!.sequence, segment.sequence) > 0) at--;
    this.#pending.splice(at, 0, segment);
    this.#pendingOctets += segment.data.length;
  }

  *#deliver({ sequence, data, length, frame }: Pending<F>): Generator<StreamPiece<F>> {
    // Octets that came before count, whatever the repetition says.
    const known = -ahead(sequence, this.#next!);
    if (known >= length) return;
    const fresh = data.subarray(known);
    if (fresh.length > 0) yield { kind: "octets", data: fresh, frame };
    const missing = length - Math.max(data.length, known);
    if (missing > 0) yield { kind: "gap", octets: missing };
    this.#next = (sequence + length) >>> 0;
  }

  *#deliverPending(): Generator<StreamPiece<F>> {
    while (this.#pending.length > 0 && ahead(this.#pending[0]!.sequence, this.#next!) <= 0) {
      const segment = this.#pending.shift()!;
      this.#pendingOctets -= segment.data.length;
      yield* this.#deliver(segment);
    }
  }

  /** Gives up what is missing before the first segment that waits. */
  *#skip(): Generator<StreamPiece<F>> {
    const { sequence } = this.#pending[0]!;
    yield { kind: "gap", octets: ahead(sequence, this.#next!) };
    this.#next = sequence;
    yield* this.#deliverPending();
  }
}
