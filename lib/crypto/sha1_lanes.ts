/**
 * SHA-1 of 256 messages that differ in the low bits of one word, four at a time: a WebAssembly function with 128-bit
 * vectors, generated here.
 *
 * Two things make it fast, beside the four lanes. The message schedule is linear over exclusive or, so that the
 * schedule of `block ^ difference` is `schedule(block) ^ schedule(difference)`: the right half is the same in every
 * search and lies in memory, the left half is computed once for 256 messages. And rounds that cannot depend on the
 * candidate, or no longer can make a difference, are left out.
 */
import { BATCH, type BatchSearch, isPreimage, type Varying } from "./sha1_batch.ts";
import { DECISIVE_ROUNDS, decisiveWord, expand, INITIAL, ROUND_CONSTANTS, runRounds } from "./sha1_block.ts";
import { assemble, type Code, I32, op, V128 } from "./wasm.ts";

const LANES = 4;
const VECTORS = BATCH / LANES;

/** Octet offsets in the function's memory. */
const AT = { schedule: 0, state: 320, target: 340, k: 344, differences: 512 };

/** Schedule of a block that is zero but for one word. */
function scheduleOfDifference(word: number, value: number): Int32Array {
  const schedule = new Int32Array(80);
  schedule[word] = value;
  expand(schedule);
  return schedule;
}

/** The rounds in which the schedule differs between candidates; in the others it is a constant. */
function varyingRounds({ word, shift }: Varying): readonly number[] {
  const difference = scheduleOfDifference(word, 1 << shift);
  return Array.from({ length: DECISIVE_ROUNDS }, (_, t) => t).filter((t) => difference[t] !== 0);
}

/** The function's locals. */
const LOCAL = { vector: 0, differences: 1, state: [2, 3, 4, 5, 6], k: 7, target: 8 };

function rotate(local: number, bits: number): Code {
  return [
    ...[...op.localGet(local), ...op.i32Const(bits), ...op.i32x4Shl],
    ...[...op.localGet(local), ...op.i32Const(32 - bits), ...op.i32x4ShrU],
    ...op.v128Or,
  ];
}

/** Ch, Parity and Maj (FIPS 180-4 §4.1.1). */
function choice(t: number, b: number, c: number, d: number): Code {
  const [getB, getC, getD] = [op.localGet(b), op.localGet(c), op.localGet(d)];
  if (t < 20) return [...getC, ...getD, ...getB, ...op.v128Bitselect];
  if (t < 40 || t >= 60) return [...getB, ...getC, ...op.v128Xor, ...getD, ...op.v128Xor];
  // Where c and d agree, they are the majority; elsewhere b is.
  return [...getB, ...getC, ...getC, ...getD, ...op.v128Xor, ...op.v128Bitselect];
}

function splat(offset: number): Code {
  return [...op.i32Const(0), ...op.v128Load32Splat(offset)];
}

/** One round: e += W(t) + K(t) + f(b, c, d) + rotl5(a), b = rotl30(b). The state moves on by renaming its locals. */
function round(t: number, [a, b, c, d, e]: readonly number[], slot: number): Code {
  const schedule = splat(AT.schedule + 4 * t);
  const word = slot < 0
    // The constant has been added already.
    ? schedule
    : [
      ...[...op.localGet(LOCAL.differences), ...op.v128Load(16 * slot), ...schedule, ...op.v128Xor],
      ...[...op.localGet(LOCAL.k), ...op.i32x4Add],
    ];
  return [
    ...op.localGet(e!),
    ...[...word, ...op.i32x4Add],
    ...[...choice(t, b!, c!, d!), ...op.i32x4Add],
    ...[...rotate(a!, 5), ...op.i32x4Add],
    ...op.localSet(e!),
    ...[...rotate(b!, 30), ...op.localSet(b!)],
  ];
}

/** The body of `run(vector)`: the first vector from there on with a promising lane, or VECTORS when there is none. */
function searchBody(first: number, slots: readonly number[]): Code {
  const attempt: number[] = [
    ...[...op.localGet(LOCAL.vector), ...op.i32Const(16 * slots.length), ...op.i32Mul],
    ...[...op.i32Const(AT.differences), ...op.i32Add, ...op.localSet(LOCAL.differences)],
  ];
  LOCAL.state.forEach((local, i) => attempt.push(...splat(AT.state + 4 * i), ...op.localSet(local)));
  let state: readonly number[] = LOCAL.state;
  for (let t = first; t < DECISIVE_ROUNDS; t++) {
    if (t === first || t % 20 === 0) attempt.push(...splat(AT.k + 4 * Math.floor(t / 20)), ...op.localSet(LOCAL.k));
    attempt.push(...round(t, state, slots.indexOf(t)));
    state = [state[4]!, ...state.slice(0, 4)];
  }
  attempt.push(
    ...[...op.localGet(state[0]!), ...op.localGet(LOCAL.target), ...op.i32x4Eq, ...op.v128AnyTrue],
    ...op.when([...op.localGet(LOCAL.vector), ...op.return]),
    ...[...op.localGet(LOCAL.vector), ...op.i32Const(1), ...op.i32Add, ...op.localTee(LOCAL.vector)],
    ...[...op.i32Const(VECTORS), ...op.i32LtU],
  );
  return [...splat(AT.target), ...op.localSet(LOCAL.target), ...op.repeatWhile(attempt), ...op.i32Const(VECTORS)];
}

/** The generated function, in its memory. */
interface Kernel {
  readonly run: (vector: number) => number;
  readonly memory: Int32Array;
}

function build(varying: Varying, slots: readonly number[]): Kernel {
  const code = assemble({
    parameters: [I32],
    result: I32,
    locals: [I32, ...LOCAL.state.map(() => V128), V128, V128],
    body: searchBody(varying.word, slots),
  });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code));
  const memory = new Int32Array((exports.memory as WebAssembly.Memory).buffer);
  memory.set(ROUND_CONSTANTS, AT.k / 4);
  for (let candidate = 0; candidate < BATCH; candidate++) {
    const schedule = scheduleOfDifference(varying.word, candidate << varying.shift);
    const vector = Math.floor(candidate / LANES);
    slots.forEach((t, slot) => {
      memory[AT.differences / 4 + LANES * (vector * slots.length + slot) + candidate % LANES] = schedule[t]!;
    });
  }
  return { run: exports.run as Kernel["run"], memory };
}

/** See the file's head. An instance has a memory of its own, and compiles its function when it is made. */
export class Sha1Lanes implements BatchSearch {
  readonly #varying: Varying;
  readonly #constantRounds: readonly number[];
  readonly #kernel: Kernel;
  readonly #schedule = new Int32Array(80);

  /** @throws {WebAssembly.CompileError} where the runtime has no vectors */
  constructor(varying: Varying) {
    this.#varying = varying;
    const slots = varyingRounds(varying);
    this.#constantRounds = Array.from({ length: DECISIVE_ROUNDS }, (_, t) => t).filter((t) => !slots.includes(t));
    this.#kernel = build(varying, slots);
  }

  search(block: Int32Array, hash: Int32Array): number | undefined {
    this.#prepare(block, hash);
    for (let vector = 0; (vector = this.#kernel.run(vector)) < VECTORS; vector++) {
      for (let candidate = LANES * vector; candidate < LANES * (vector + 1); candidate++) {
        if (isPreimage(block, this.#varying, candidate, hash)) return candidate;
      }
    }
    return undefined;
  }

  /** Writes what all candidates share. */
  #prepare(block: Int32Array, hash: Int32Array): void {
    const schedule = this.#schedule;
    schedule.set(block);
    expand(schedule);
    const state = INITIAL.slice();
    runRounds(state, schedule, 0, this.#varying.word);
    for (const t of this.#constantRounds) schedule[t]! += ROUND_CONSTANTS[Math.floor(t / 20)]!;
    const { memory } = this.#kernel;
    memory.set(schedule, AT.schedule / 4);
    memory.set(state, AT.state / 4);
    memory[AT.target / 4] = decisiveWord(hash);
  }
}
