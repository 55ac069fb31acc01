/**
 * Finds the frames of an RFC 9329 stream from some place on: octets are missing, or its beginning was not captured. A
 * peer that sends a message at a time begins a segment with it. So each segment may begin a frame; what follows shows it.
 */
import { type Frame, FrameDecoder, STREAM_PREFIX } from "../encap/mod.ts";
import { equalBytes } from "../wire/mod.ts";
import { beginsFrame, isIke } from "./plausible.ts";

/** Octets in order, and the packet that they came in. */
export interface Arrived<F> {
  readonly data: Uint8Array;
  readonly frame: F | undefined;
}

/** From where on frames can be read. */
export interface Found<F> {
  /** What came last, and what was kept of what came before. */
  readonly arrived: readonly Arrived<F>[];
  /** They begin with the stream prefix. */
  readonly hasPrefix: boolean;
}

/** Octets that are kept, at most, until it is known whether they are frames. */
const MOST_KEPT = 65_536;
/** Segments in a row that are whole frames: each has 16 bits of length that fit it, which chance does not do twice. */
const CERTAIN = 2;
/** SPIs below are reserved (RFC 4303 §2.1). */
const FIRST_SPI = 256;

/** See the file's head. */
export class Resync<F> {
  /** If all is as it seems, the first of them begins with a frame, and frames follow each other without a gap. */
  #kept: Arrived<F>[] = [];
  #keptOctets = 0;
  #decoder = new FrameDecoder({ expectPrefix: false });
  /** So many of them, the last ones, are whole frames each: they need not be what the first ones seem to be. */
  #row = 0;

  /** The next segment; undefined: it is not known yet where frames begin. */
  push(next: Arrived<F>): Found<F> | undefined {
    const { data } = next;
    if (equalBytes(data.subarray(0, STREAM_PREFIX.length), STREAM_PREFIX)) return { arrived: [next], hasPrefix: true };
    if (beginsFrame(data)) return { arrived: [...this.#beforeFrame(), next], hasPrefix: false };
    const own = leadingFrames(data);
    const begin = this.#kept.length - this.#row;
    this.#row = own?.isWhole ? this.#row + 1 : 0;
    let answer = this.#follow(next);
    if (answer !== "certain" && own?.hasMessage) return { arrived: this.#kept.slice(begin), hasPrefix: false };
    if (answer !== "certain" && this.#row >= CERTAIN) {
      return { arrived: answer === "wrong" ? this.#inRow() : this.#beforeFrame(), hasPrefix: false };
    }
    if (answer === "wrong" && this.#row === 0) {
      // What the first ones seemed to be they are not: this one may begin with a frame all the same.
      this.#keep([]);
      answer = this.#follow(next);
    }
    if (answer === "certain") return { arrived: this.#kept, hasPrefix: false };
    if (answer === "wrong") this.#keep(this.#inRow());
  }

  /** Octets are missing: what was kept has no continuation. */
  reset(): void {
    this.#keep([]);
    this.#row = 0;
  }

  /** What belongs in front of a place where a frame begins. */
  #beforeFrame(): readonly Arrived<F>[] {
    return this.#decoder.buffered === 0 ? this.#kept : this.#inRow();
  }

  #inRow(): Arrived<F>[] {
    return this.#kept.slice(this.#kept.length - this.#row);
  }

  /** @param kept whole frames */
  #keep(kept: Arrived<F>[]): void {
    this.#kept = kept;
    this.#keptOctets = kept.reduce((sum, { data }) => sum + data.length, 0);
    this.#decoder = new FrameDecoder({ expectPrefix: false });
  }

  /** Whether what is kept goes on so. */
  #follow(next: Arrived<F>): "certain" | "possible" | "wrong" {
    this.#kept.push(next);
    this.#keptOctets += next.data.length;
    if (this.#keptOctets > MOST_KEPT) return "wrong";
    const frames = this.#decoder.push(next.data);
    if (this.#decoder.fault !== undefined || !frames.every(isLikely)) return "wrong";
    return frames.some(isMessage) ? "certain" : "possible";
  }
}

/** What a segment is, if it begins with a frame; undefined: it does not. */
function leadingFrames(data: Uint8Array): { readonly isWhole: boolean; readonly hasMessage: boolean } | undefined {
  const decoder = new FrameDecoder({ expectPrefix: false });
  const frames = decoder.push(data.subarray(0, MOST_KEPT));
  if (decoder.fault !== undefined || frames.length === 0 || !frames.every(isLikely)) return undefined;
  return { isWhole: decoder.buffered === 0 && data.length <= MOST_KEPT, hasMessage: frames.some(isMessage) };
}

function isMessage({ kind }: Frame): boolean {
  return kind === "ike";
}

function isLikely(frame: Frame): boolean {
  switch (frame.kind) {
    case "ike":
      return isIke(frame.message);
    case "esp":
      return frame.spi >= FIRST_SPI;
    case "keepalive":
      return true;
    default:
      return false;
  }
}
