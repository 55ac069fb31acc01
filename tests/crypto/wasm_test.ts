import { assert, assertEquals } from "@std/assert";
import { assemble, I32, op } from "../../lib/crypto/wasm.ts";

/** Runs a function of one parameter. */
function runOf(body: readonly number[]): (parameter: number) => number {
  const octets = assemble({ parameters: [I32], result: I32, locals: [I32], body });
  assert(WebAssembly.validate(octets));
  return new WebAssembly.Instance(new WebAssembly.Module(octets)).exports.run as (parameter: number) => number;
}

Deno.test("assemble: numbers of every size survive (LEB128)", () => {
  for (const value of [0, 1, -1, 63, 64, -64, -65, 127, 128, 8191, 8192, 2 ** 31 - 1, -(2 ** 31)]) {
    assertEquals(runOf(op.i32Const(value))(0), value);
  }
});

Deno.test("assemble: parameters, locals, loops and early returns", () => {
  const [n, sum] = [0, 1];
  // Sums n + (n + 1) + … up to 99, and gives up with the sum when it passes 1000.
  const run = runOf([
    ...op.repeatWhile([
      ...[...op.localGet(sum), ...op.localGet(n), ...op.i32Add, ...op.localSet(sum)],
      ...[...op.i32Const(1000), ...op.localGet(sum), ...op.i32LtU],
      ...op.when([...op.localGet(sum), ...op.return]),
      ...[...op.localGet(n), ...op.i32Const(1), ...op.i32Add, ...op.localTee(n), ...op.i32Const(100), ...op.i32LtU],
    ]),
    ...[...op.localGet(sum), ...op.i32Const(-1), ...op.i32Mul],
  ]);
  assertEquals(run(98), -197);
  assertEquals(run(99), -99);
  assertEquals(run(0), 1035);
});
