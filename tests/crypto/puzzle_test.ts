import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "fast-check";
import { checkSolution, prf, type Puzzle, PuzzleSolver, verifyPuzzle } from "../../lib/crypto/mod.ts";
import { trailingZeroBits } from "../../lib/crypto/puzzle.ts";
import { unhex } from "../../lib/wire/mod.ts";

const PUZZLE: Puzzle = { prf: 5, difficulty: 8, cookie: unhex("fdbcfa5a430d7201282358a2a034de0013cfe2ae") };

/** Runs a solver to its end, a few hashes at a time. */
function solve(puzzle: Puzzle, hashes = 100): Uint8Array {
  const solver = new PuzzleSolver(puzzle);
  while (true) {
    const solution = solver.step(hashes);
    if (solution !== undefined) return solution;
  }
}

/** The four keys of a solution. */
function keysOf(solution: Uint8Array): Uint8Array[] {
  const length = solution.length / 4;
  return [0, 1, 2, 3].map((i) => solution.subarray(i * length, (i + 1) * length));
}

Deno.test("puzzle: four different keys of one size, each with enough zero bits at the end (RFC 8019 §4.4)", () => {
  for (const id of [2, 5, 6, 7]) {
    const puzzle = { ...PUZZLE, prf: id };
    const solution = solve(puzzle);
    const keys = keysOf(solution);
    assertEquals(new Set(keys.map((key) => key.join())).size, 4);
    for (const key of keys) assertEquals(prf(id, key, puzzle.cookie)!.at(-1), 0);
    assert(verifyPuzzle(puzzle, solution));
  }
});

Deno.test("puzzle: a step tries no more keys than asked, and the cut does not change the solution", () => {
  const whole = solve(PUZZLE, 1_000_000);
  const solver = new PuzzleSolver(PUZZLE);
  for (let i = 1; i <= 10; i++) {
    assertEquals(solver.step(7), undefined);
    assertEquals(solver.hashes, 7 * i);
  }
  assertEquals(solve(PUZZLE, 13), whole);
  assertEquals(solver.step(0), undefined);
});

Deno.test("puzzle: a solved solver keeps its solution and hashes no more", () => {
  const solver = new PuzzleSolver({ ...PUZZLE, difficulty: 0 });
  const solution = solver.step(100);
  assertEquals(solver.hashes, 4);
  assertEquals(solver.step(100), solution);
  assertEquals(solver.hashes, 4);
  assertEquals(solver.solution, solution);
});

Deno.test("puzzle: an impossible difficulty only costs the steps that are taken", () => {
  const solver = new PuzzleSolver({ ...PUZZLE, difficulty: 255 });
  assertEquals(solver.step(2000), undefined);
  assertEquals(solver.hashes, 2000);
});

Deno.test("puzzle: a PRF that is not known cannot be solved or verified", () => {
  assertThrows(() => new PuzzleSolver({ ...PUZZLE, prf: 8 }), RangeError, "Cannot solve the puzzle: PRF 8");
  assertEquals(checkSolution({ ...PUZZLE, prf: 8 }, solve(PUZZLE)), "PRF 8 is not supported");
});

Deno.test("verifyPuzzle: what is no solution is refused, with the reason (RFC 8019 §7.1.4, §8.2)", () => {
  const solution = solve(PUZZLE);
  const keys = keysOf(solution);
  const repeated = Uint8Array.of(...keys[0]!, ...keys[1]!, ...keys[2]!, ...keys[0]!);
  assertEquals(checkSolution(PUZZLE, repeated), "the four keys are not all different");
  assertMatch(checkSolution(PUZZLE, new Uint8Array(0)) ?? "", /cannot be four keys/);
  assertMatch(checkSolution(PUZZLE, solution.subarray(1)) ?? "", /15 octets cannot be four keys/);
  assertMatch(checkSolution(PUZZLE, new Uint8Array(4 * 33)) ?? "", /four keys of 1 to 32 octets/);
  const wrong = solution.slice();
  wrong[15]! ^= 1;
  assertMatch(checkSolution(PUZZLE, wrong) ?? "", /key 4 leads to \d+ zero bits in place of 8/);
  assertEquals(verifyPuzzle({ ...PUZZLE, cookie: unhex("00") }, solution), false);
});

Deno.test("verifyPuzzle: more zero bits than asked, and keys of other sizes, are a solution too", () => {
  assert(verifyPuzzle({ ...PUZZLE, difficulty: 3 }, solve(PUZZLE)));
  assert(verifyPuzzle({ ...PUZZLE, difficulty: 0 }, Uint8Array.of(1, 2, 3, 4)));
  assert(verifyPuzzle({ ...PUZZLE, difficulty: 0 }, Uint8Array.from({ length: 128 }, (_, i) => i)));
});

Deno.test("trailingZeroBits: counts from the least significant end", () => {
  assertEquals(trailingZeroBits(unhex("8001")), 0);
  assertEquals(trailingZeroBits(unhex("0180")), 7);
  assertEquals(trailingZeroBits(unhex("0100")), 8);
  assertEquals(trailingZeroBits(unhex("ff1000")), 12);
  assertEquals(trailingZeroBits(unhex("0000")), 16);
  fc.assert(fc.property(fc.uint8Array({ minLength: 1, maxLength: 8 }), (octets) => {
    const binary = Array.from(octets, (octet) => octet.toString(2).padStart(8, "0")).join("");
    assertEquals(trailingZeroBits(octets), binary.length - binary.replace(/0*$/, "").length);
  }));
});
