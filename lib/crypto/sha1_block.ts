/**
 * SHA-1 of a message that fits into one block (FIPS 180-4 §6.1), taken apart so that a search can begin in the middle
 * and stop before the end. For plain hashing there is noble; this is for trying millions of nearly equal messages.
 */

/** The longest message of one block, in octets: the padding wants 9 of 64. */
export const MAX_BLOCK_MESSAGE = 55;

/** H(0) (FIPS 180-4 §5.3.1). */
export const INITIAL: Readonly<Int32Array> = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);

/** K(t) for the rounds 0 to 19, 20 to 39, 40 to 59, 60 to 79 (FIPS 180-4 §4.2.1). */
export const ROUND_CONSTANTS: Readonly<Int32Array> = Int32Array.of(0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6);

/**
 * The 16 words of a message's only block, padding included.
 *
 * @throws {RangeError} when the message needs more than one block
 */
export function blockOf(message: Uint8Array): Int32Array {
  if (message.length > MAX_BLOCK_MESSAGE) {
    throw new RangeError(`Cannot hash ${message.length} octets as one block: ${MAX_BLOCK_MESSAGE} fit`);
  }
  const block = new Uint8Array(64);
  block.set(message);
  block[message.length] = 0x80;
  const view = new DataView(block.buffer);
  view.setUint32(60, 8 * message.length);
  return Int32Array.from({ length: 16 }, (_, t) => view.getInt32(4 * t));
}

/** Fills in words 16 to 79 of a message schedule whose first 16 words are the block (FIPS 180-4 §6.1.2, step 1). */
export function expand(schedule: Int32Array): void {
  for (let t = 16; t < 80; t++) {
    const x = schedule[t - 3]! ^ schedule[t - 8]! ^ schedule[t - 14]! ^ schedule[t - 16]!;
    schedule[t] = (x << 1) | (x >>> 31);
  }
}

/** Runs the rounds from `first` up to and without `end` on the state a, b, c, d, e (FIPS 180-4 §6.1.2, step 3). */
export function runRounds(state: Int32Array, schedule: Int32Array, first: number, end: number): void {
  let a = state[0]!, b = state[1]!, c = state[2]!, d = state[3]!, e = state[4]!;
  for (let t = first; t < end; t++) {
    const f = t < 20 ? d ^ (b & (c ^ d)) : t < 40 || t >= 60 ? b ^ c ^ d : (b & c) | (d & (b | c));
    const k = ROUND_CONSTANTS[(t / 20) | 0]!;
    const next = (((a << 5) | (a >>> 27)) + f + e + k + schedule[t]!) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  state[0] = a;
  state[1] = b;
  state[2] = c;
  state[3] = d;
  state[4] = e;
}

/** The hash's five words of a block. */
export function hashBlock(block: Int32Array): Int32Array {
  const schedule = new Int32Array(80);
  schedule.set(block);
  expand(schedule);
  const state = INITIAL.slice();
  runRounds(state, schedule, 0, 80);
  return state.map((word, i) => word + INITIAL[i]!);
}

/** Rounds after which a search can tell that a candidate is wrong. */
export const DECISIVE_ROUNDS = 76;

/**
 * What `a` must be after {@linkcode DECISIVE_ROUNDS} rounds: the last four rounds only move it to `e`, turned by 30
 * bits, and the hash's last word is that `e` plus its initial value.
 */
export function decisiveWord(hash: Int32Array): number {
  const e = hash[4]! - INITIAL[4]!;
  return (e << 2) | (e >>> 30);
}
