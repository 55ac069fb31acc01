/** Reads octets within bounds that cannot be left, whatever a length field claims. */
import { EMPTY } from "./bytes.ts";
import { DecodeError } from "./fault.ts";

/** A cursor over a part of a message. Offsets are those of the whole message, so that faults can name them. */
export class Reader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #offset: number;
  /** Fewer octets are here than the length field that made these bounds claims: what reaches the end is incomplete. */
  readonly cut: boolean;

  /**
   * @param start First octet of the part.
   * @param end One behind its last octet; clipped to the message.
   */
  constructor(bytes: Uint8Array, start = 0, end = bytes.length, cut = false) {
    this.#bytes = bytes;
    this.#end = Math.min(end, bytes.length);
    this.#offset = Math.min(start, this.#end);
    this.cut = cut;
  }

  /** Octets from the start of the message to the next one read. */
  get offset(): number {
    return this.#offset;
  }

  /** Octets left within the bounds. */
  get remaining(): number {
    return this.#end - this.#offset;
  }

  /**
   * A big-endian unsigned integer.
   *
   * @param path Names the field in the fault: its name, which {@linkcode readRecord} completes to a path.
   * @throws {DecodeError} when the bounds end before.
   */
  uint(octets: 1 | 2 | 4, path: string): number {
    this.#need(octets, path);
    let value = 0;
    for (let i = 0; i < octets; i++) value = value * 256 + this.#bytes[this.#offset++]!;
    return value;
  }

  /**
   * So many octets, copied: what a decoder hands out does not change with the buffer it came from.
   *
   * @throws {DecodeError} when the bounds end before.
   */
  octets(count: number, path: string): Uint8Array {
    this.#need(count, path);
    if (count === 0) return EMPTY;
    const start = this.#offset;
    this.#offset += count;
    return this.#bytes.slice(start, this.#offset);
  }

  /**
   * All octets up to the bounds.
   *
   * @throws {DecodeError} when the bounds were cut, as the octets are then not the whole field.
   */
  rest(path: string): Uint8Array {
    if (this.cut) this.#fail(path, `cut off after ${count(this.remaining)}`);
    return this.octets(this.remaining, path);
  }

  /** The same bounds from the next octet on, ending `length` octets after `start`, clipped to this reader's own. */
  narrowed(start: number, length: number): Reader {
    const end = start + length;
    return new Reader(this.#bytes, this.#offset, Math.min(end, this.#end), end > this.#end);
  }

  /** Goes on at an offset further ahead, at most to the end of the bounds; never back. */
  skipTo(offset: number): void {
    this.#offset = Math.max(this.#offset, Math.min(offset, this.#end));
  }

  #need(octets: number, path: string): void {
    if (octets <= this.remaining) return;
    this.#fail(path, `needs ${count(octets)}, ${this.remaining === 0 ? "none" : this.remaining} left`);
  }

  #fail(path: string, reason: string): never {
    throw new DecodeError({ path, offset: this.#offset, reason });
  }
}

/** `1 octet`, `4 octets`. */
export function count(octets: number): string {
  return `${octets} ${octets === 1 ? "octet" : "octets"}`;
}
