/** Takes a TCP stream apart into frames (RFC 9329 §4, §5, §7.1). */
import { count, type Fault, hex } from "../wire/mod.ts";
import { classify, type Frame, STREAM_PREFIX } from "./frame.ts";

/** Octets of a Length field. */
const LENGTH_OCTETS = 2;

/** Room for a frame at its beginning: a Length alone must not make us reserve 64 kB. */
const FIRST_ROOM = 512;

/**
 * Frames of a stream, whatever pieces it arrives in. What is kept is at most one frame, and at most twice the octets that
 * have arrived of it. The first fault ends it: a stream that does not parse cannot be trusted any further (RFC 9329 §7.1).
 */
export class FrameDecoder {
  /** Octets of the stream prefix that have not been seen. */
  #prefixLeft: number;
  /** The frame at hand, its Length field included; the first `#have` octets are there. */
  #frame = new Uint8Array(LENGTH_OCTETS);
  #have = 0;
  /** What the Length field says; 0 while it is incomplete. */
  #length = 0;
  /** Octets of the stream so far. */
  #offset = 0;
  #fault: Fault | undefined;

  /** @param options.expectPrefix True for the TCP Responder; the TCP Originator never gets a stream prefix (§5). */
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

  /** The next piece of the stream, of any size; returns the frames that it completes. After a fault there are none. */
  push(octets: Uint8Array): Frame[] {
    const frames: Frame[] = [];
    let rest = octets;
    while (rest.length > 0 && this.#fault === undefined) {
      const taken = this.#prefixLeft > 0 ? this.#takePrefix(rest) : this.#takeFrame(rest, frames);
      rest = rest.subarray(taken);
      this.#offset += taken;
    }
    return frames;
  }

  /** The stream ended: a fault when it did so within the prefix or a frame, or had one before. */
  end(): Fault | undefined {
    if (this.#fault !== undefined) return this.#fault;
    const prefix = this.#prefixLeft > 0;
    if (!prefix && this.#have === 0) return undefined;
    const whole = prefix ? STREAM_PREFIX.length : this.#length || "an unknown length";
    const reason = `the stream ends after ${count(this.buffered)} of ${whole}`;
    return { path: prefix ? "prefix" : "frame", offset: this.#offset, reason };
  }

  /** Takes one octet. */
  #takePrefix(octets: Uint8Array): number {
    const at = STREAM_PREFIX.length - this.#prefixLeft;
    if (octets[0] !== STREAM_PREFIX[at]) {
      const reason = `octet ${at} is ${hex(octets.subarray(0, 1))} in place of ${
        hex(STREAM_PREFIX.subarray(at, at + 1))
      }`;
      this.#fault = { path: "prefix", offset: this.#offset, reason };
      return 0;
    }
    this.#prefixLeft--;
    return 1;
  }

  /** Takes what belongs to the Length field, or what belongs to the message. */
  #takeFrame(octets: Uint8Array, frames: Frame[]): number {
    const wanted = this.#length === 0 ? LENGTH_OCTETS : this.#length;
    const taken = octets.subarray(0, wanted - this.#have);
    this.#append(taken);
    if (this.#length === 0 && this.#have === LENGTH_OCTETS) this.#readLength(this.#offset + taken.length);
    if (this.#have === this.#length) {
      frames.push(classify(this.#frame.subarray(LENGTH_OCTETS, this.#length)));
      this.#frame = new Uint8Array(LENGTH_OCTETS);
      this.#have = this.#length = 0;
    }
    return taken.length;
  }

  /** @param end Offset of the stream behind the field: its first octet may have come with an earlier piece. */
  #readLength(end: number): void {
    this.#length = this.#frame[0]! * 256 + this.#frame[1]!;
    if (this.#length >= LENGTH_OCTETS) return;
    const reason = `is ${this.#length}, and counts itself: 2 at least (RFC 9329 §4)`;
    this.#fault = { path: "frame.length", offset: end - LENGTH_OCTETS, reason };
  }

  #append(octets: Uint8Array): void {
    const needed = this.#have + octets.length;
    if (needed > this.#frame.length) {
      const room = Math.min(this.#length, Math.max(needed, 2 * this.#frame.length, FIRST_ROOM));
      const larger = new Uint8Array(room);
      larger.set(this.#frame.subarray(0, this.#have));
      this.#frame = larger;
    }
    this.#frame.set(octets, this.#have);
    this.#have = needed;
  }
}
