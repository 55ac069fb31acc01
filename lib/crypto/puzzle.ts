/**
 * Client puzzles (RFC 8019 §4.4, §7.1): find four different keys of one size, each of which leads the gateway's PRF
 * over the cookie to an output that ends with the requested number of zero bits.
 */
import { knowsPrf, prf, prfKeyLength } from "./prf.ts";

/** What the gateway asks, from its PUZZLE and COOKIE notifies (RFC 8019 §8.1). */
export interface Puzzle {
  /** IANA number of the PRF. */
  readonly prf: number;
  /** Zero bits wanted at the end of each output; 0 leaves the effort to the Initiator. */
  readonly difficulty: number;
  /** The string to apply the PRF to. */
  readonly cookie: Uint8Array;
}

/** Keys in a solution (RFC 8019 §4.4). */
export const SOLUTION_KEYS = 4;

/** Octets of each key that {@linkcode PuzzleSolver} tries: enough for every difficulty that can be solved at all. */
const KEY_LENGTH = 4;

/** Zero bits at the end of a string of octets. */
export function trailingZeroBits(octets: Uint8Array): number {
  let bits = 0;
  for (let i = octets.length - 1; i >= 0; i--) {
    const octet = octets[i]!;
    if (octet !== 0) return bits + 31 - Math.clz32(octet & -octet);
    bits += 8;
  }
  return bits;
}

/**
 * A search that can be interrupted: {@linkcode step} does a bounded amount of work at a time. It tries the keys 0, 1,
 * 2, … in order, so that equal puzzles have equal solutions. To expect: 4 · 2^difficulty hashes.
 */
export class PuzzleSolver {
  readonly #puzzle: Puzzle;
  readonly #found: Uint8Array[] = [];
  #next = 0;

  /** @throws {RangeError} when the PRF is not one that {@linkcode prf} knows */
  constructor(puzzle: Puzzle) {
    if (!knowsPrf(puzzle.prf)) throw new RangeError(`Cannot solve the puzzle: PRF ${puzzle.prf} is not supported`);
    this.#puzzle = puzzle;
  }

  /** Keys tried so far. */
  get hashes(): number {
    return this.#next;
  }

  /** Content of the Puzzle Solution payload (RFC 8019 §8.2): the four keys in a row; undefined until all are found. */
  get solution(): Uint8Array | undefined {
    if (this.#found.length < SOLUTION_KEYS) return undefined;
    const solution = new Uint8Array(SOLUTION_KEYS * KEY_LENGTH);
    this.#found.forEach((key, i) => solution.set(key, i * KEY_LENGTH));
    return solution;
  }

  /** Tries at most so many keys more, and answers the {@linkcode solution} when that was enough. */
  step(hashes: number): Uint8Array | undefined {
    const { prf: id, cookie, difficulty } = this.#puzzle;
    const end = Math.min(this.#next + hashes, 2 ** 32);
    while (this.#next < end && this.#found.length < SOLUTION_KEYS) {
      const key = new Uint8Array(KEY_LENGTH);
      new DataView(key.buffer).setUint32(0, this.#next++);
      if (trailingZeroBits(prf(id, key, cookie)!) >= difficulty) this.#found.push(key);
    }
    return this.solution;
  }
}

/** Why a Puzzle Solution payload does not solve a puzzle, or undefined when it does (RFC 8019 §7.1.4, §8.2). */
export function checkSolution(puzzle: Puzzle, solution: Uint8Array): string | undefined {
  const longest = prfKeyLength(puzzle.prf);
  if (longest === undefined) return `PRF ${puzzle.prf} is not supported`;
  const keyLength = solution.length / SOLUTION_KEYS;
  if (!Number.isInteger(keyLength) || keyLength < 1 || keyLength > longest) {
    return `${solution.length} octets cannot be four keys of 1 to ${longest} octets`;
  }
  const seen = new Set<string>();
  for (let i = 0; i < SOLUTION_KEYS; i++) {
    const key = solution.subarray(i * keyLength, (i + 1) * keyLength);
    const bits = trailingZeroBits(prf(puzzle.prf, key, puzzle.cookie)!);
    if (bits < puzzle.difficulty) return `key ${i + 1} leads to ${bits} zero bits in place of ${puzzle.difficulty}`;
    seen.add(key.join());
  }
  return seen.size === SOLUTION_KEYS ? undefined : "the four keys are not all different";
}

/** Whether a Puzzle Solution payload solves a puzzle. */
export function verifyPuzzle(puzzle: Puzzle, solution: Uint8Array): boolean {
  return checkSolution(puzzle, solution) === undefined;
}
