/** Takes a TCP stream apart into frames (RFC 9329 §4, §5, §7.1). */
import { count, type Fault, hex } from "../wire/mod.ts";
import { classify, type Frame, STREAM_PREFIX } from "./frame.ts";

/**
 * Frames of a stream, whatever pieces it arrives in. Never more than the stream prefix or one frame is kept. The first
 * fault ends it: a stream that does not parse cannot be trusted any further (RFC 9329 §7.1).
 */
export class FrameDecoder {
  #prefixLeft: number;
  /** Octets of the frame at hand, its Length field included. */
  #frame = new Uint8Array(0);
  #have = 0;
  readonly #lengthField = new Uint8Array(2);
  #offset = 0;
  #fault: Fault | undefined;

  /** @param options.expectPrefix The TCP Responder waits for the stream prefix first; the Originator never gets one. */
  constructor(options: { readonly expectPrefix: boolean }) {
    this.#prefixLeft = options.expectPrefix ? STREAM_PREFIX.length : 0;
  }

  /** Why the stream does not parse; it stays. */
  get fault(): Fault | undefined {
    return this.#fault;
  }

  /** Octets that wait for the rest of the prefix or of a frame. */
  get buffered(): number {
    return this.#prefixLeft > 0 ? STREAM_PREFIX.length - this.#prefixLeft : this.#have;
  }

  /** The prefix was seen, or none is expected. */
  get prefixed(): boolean {
    return this.#prefixLeft === 0;
  }

  /** The next piece of the stream; returns the frames that it completes. After a fault there are none. */
  push(octets: Uint8Array): Frame[] {
    const frames: Frame[] = [];
    let at = 0;
    while (at < octets.length && this.#fault === undefined) {
      at += this.#prefixLeft > 0 ? this.#takePrefix(octets, at) : this.#takeFrame(octets, at, frames);
    }
    return frames;
  }

  /** The stream ended: a fault when it did so within the prefix or a frame. */
  end(): Fault | undefined {
    if (this.#fault !== undefined) return this.#fault;
    if (this.#prefixLeft > 0) {
      return { path: "prefix", offset: this.#offset, reason: `the stream ends after ${count(this.buffered)} of 6` };
    }
    if (this.#have === 0) return undefined;
    const whole = this.#have < 2 ? "its Length" : `${this.#frame.length}`;
    return { path: "frame", offset: this.#offset, reason: `the stream ends after ${count(this.#have)} of ${whole}` };
  }

  #takePrefix(octets: Uint8Array, at: number): number {
    const expected = STREAM_PREFIX[STREAM_PREFIX.length - this.#prefixLeft];
    if (octets[at] !== expected) {
      const reason = `is ${hex(octets.subarray(at, at + 1))} in place of ${hex(Uint8Array.of(expected!))}`;
      this.#fault = { path: "prefix", offset: this.#offset, reason };
      return 0;
    }
    this.#prefixLeft--;
    this.#offset++;
    return 1;
  }

  #takeFrame(octets: Uint8Array, at: number, frames: Frame[]): number {
    if (this.#have < 2) {
      this.#lengthField[this.#have++] = octets[at]!;
      if (this.#have === 2) this.#begin();
      if (this.#fault === undefined && this.#have === 2 && this.#frame.length === 2) this.#complete(frames);
      this.#offset++;
      return 1;
    }
    const taken = Math.min(octets.length - at, this.#frame.length - this.#have);
    this.#frame.set(octets.subarray(at, at + taken), this.#have);
    this.#have += taken;
    this.#offset += taken;
    if (this.#have === this.#frame.length) this.#complete(frames);
    return taken;
  }

  #begin(): void {
    const length = this.#lengthField[0]! * 256 + this.#lengthField[1]!;
    if (length < 2) {
      const reason = `is ${length}, it counts itself and is 2 at least`;
      this.#fault = { path: "frame.length", offset: this.#offset - 1, reason };
    } else this.#frame = new Uint8Array(length);
  }

  #complete(frames: Frame[]): void {
    frames.push(classify(this.#frame.subarray(2)));
    this.#frame = new Uint8Array(0);
    this.#have = 0;
  }
}
