/** One direction of a TCP connection from its segments, in whatever order they were captured. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { StreamAssembly, type StreamPiece } from "../../lib/capture/mod.ts";
import { concatBytes } from "../../lib/wire/mod.ts";

const octetsOf = (pieces: readonly StreamPiece[]) =>
  concatBytes(...pieces.flatMap((piece) => piece.kind === "octets" ? [piece.data] : []));
const gaps = (pieces: readonly StreamPiece[]) => pieces.flatMap((piece) => piece.kind === "gap" ? [piece.octets] : []);

interface Cut {
  readonly at: number;
  readonly length: number;
  readonly key: number;
}

/** Segments that together cover the stream, with overlaps, in an order of chance. */
const scrambled = fc.record({
  stream: fc.uint8Array({ minLength: 1, maxLength: 400 }),
  initial: fc.integer({ min: 0, max: 0xffff_ffff }),
  size: fc.integer({ min: 1, max: 60 }),
  extra: fc.array(fc.record({ at: fc.nat(400), length: fc.integer({ min: 1, max: 80 }), key: fc.nat() })),
  keys: fc.array(fc.nat(), { minLength: 400, maxLength: 400 }),
});

Deno.test("stream: reordered, repeated and overlapping segments make the stream, across 2^32 as well", () => {
  fc.assert(fc.property(scrambled, ({ stream, initial, size, extra, keys }) => {
    const cuts: Cut[] = [];
    for (let at = 0; at < stream.length; at += size) cuts.push({ at, length: size, key: keys[at]! });
    const assembly = new StreamAssembly();
    assembly.begin(initial);
    const all = [...cuts, ...extra.filter(({ at }) => at < stream.length)].toSorted((a, b) => a.key - b.key);
    const pieces = all.flatMap(({ at, length }, frame) => {
      const data = stream.subarray(at, at + length);
      return [...assembly.push({ sequence: (initial + 1 + at) >>> 0, data, length: data.length, frame })];
    });
    assertEquals([octetsOf(pieces), gaps(pieces), [...assembly.end()]], [stream, [], []]);
  }));
});

Deno.test("stream: what was not captured is a gap at the end, and what follows it is there", () => {
  const assembly = new StreamAssembly();
  assembly.begin(99);
  const segment = (at: number, text: string, frame: number) => {
    const data = new TextEncoder().encode(text);
    return [...assembly.push({ sequence: 100 + at, data, length: data.length, frame })];
  };
  assertEquals(octetsOf(segment(0, "one", 1)), new TextEncoder().encode("one"));
  assertEquals([...segment(10, "three", 3), ...segment(20, "five", 5), ...segment(15, "four", 4)], []);
  const end = [...assembly.end()];
  assertEquals(gaps(end), [7, 1]);
  assertEquals(new TextDecoder().decode(octetsOf(end)), "threefourfive");
});

Deno.test("stream: a segment of which the capture has kept a part leaves a gap behind it", () => {
  const assembly = new StreamAssembly();
  const pieces = [...assembly.push({ sequence: 5, data: Uint8Array.of(1, 2), length: 6, frame: 1 })];
  pieces.push(...assembly.push({ sequence: 11, data: Uint8Array.of(9), length: 1, frame: 2 }));
  assertEquals([octetsOf(pieces), gaps(pieces)], [Uint8Array.of(1, 2, 9), [4]]);
});

Deno.test("stream: a capture that begins later begins with its first segment", () => {
  const assembly = new StreamAssembly();
  const pieces = [...assembly.push({ sequence: 1000, data: Uint8Array.of(1), length: 1, frame: 1 })];
  assertEquals(octetsOf(pieces), Uint8Array.of(1));
});

Deno.test("stream: what waits for a lost segment is bounded", () => {
  const assembly = new StreamAssembly();
  assembly.begin(0);
  const pieces: StreamPiece[] = [];
  for (let i = 1; i <= 2000; i++) {
    pieces.push(...assembly.push({ sequence: 1 + i * 10, data: new Uint8Array(10), length: 10, frame: i }));
  }
  assertEquals(gaps(pieces), [10]);
  assert(octetsOf(pieces).length > 14_000);
});
