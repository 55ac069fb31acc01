/** Writes octets into a buffer that grows. */

/** Appends big-endian integers and octets; a length field can be filled in later. */
export class Writer {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  /** @param capacity Octets to begin with. */
  constructor(capacity = 512) {
    this.#bytes = new Uint8Array(capacity);
  }

  /** Octets written. */
  get length(): number {
    return this.#length;
  }

  /**
   * A big-endian unsigned integer.
   *
   * @param name Names the field in the error.
   * @throws {RangeError} when the value is no unsigned integer of that size.
   */
  uint(octets: 1 | 2 | 4, value: number, name: string): void {
    checkUint(octets, value, name);
    this.#grow(octets);
    this.#length += octets;
    this.#put(this.#length - octets, octets, value);
  }

  /** Octets as they are. */
  octets(bytes: Uint8Array): void {
    this.#grow(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /**
   * Replaces an integer written before: a length that is known only now.
   *
   * @throws {RangeError} when the value does not fit.
   */
  patch(at: number, octets: 1 | 2 | 4, value: number, name: string): void {
    checkUint(octets, value, name);
    if (at < 0 || at + octets > this.#length) {
      throw new RangeError(`Cannot patch ${name}: octet ${at} is outside of what was written`);
    }
    this.#put(at, octets, value);
  }

  /** A copy of what was written. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  #put(at: number, octets: number, value: number): void {
    for (let i = octets - 1; i >= 0; i--) {
      this.#bytes[at + i] = value % 256;
      value = Math.floor(value / 256);
    }
  }

  #grow(by: number): void {
    const needed = this.#length + by;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

function checkUint(octets: number, value: number, name: string): void {
  if (Number.isInteger(value) && value >= 0 && value < 256 ** octets) return;
  throw new RangeError(`Cannot encode ${name}: ${value} is no unsigned integer of ${8 * octets} bits`);
}
