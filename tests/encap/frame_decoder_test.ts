import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import fc from "fast-check";
import { encodeFrame, type Frame, FrameDecoder, STREAM_PREFIX, withMarker } from "../../lib/encap/mod.ts";
import { concatBytes, formatFault, unhex } from "../../lib/wire/mod.ts";

/** Pushes pieces of the given sizes; the rest in one piece. */
function feed(decoder: FrameDecoder, stream: Uint8Array, sizes: readonly number[]): Frame[] {
  const frames: Frame[] = [];
  let rest = stream;
  for (const size of sizes) {
    frames.push(...decoder.push(rest.subarray(0, size)));
    rest = rest.subarray(size);
  }
  frames.push(...decoder.push(rest));
  return frames;
}

const MESSAGES: readonly Frame[] = [
  { kind: "ike", message: unhex("010203") },
  { kind: "keepalive" },
  { kind: "empty" },
  { kind: "esp", spi: 1, data: unhex("") },
  { kind: "other", data: unhex("abcdef") },
  { kind: "ike", message: new Uint8Array(1000).fill(7) },
];

const STREAM = concatBytes(
  encodeFrame(withMarker(unhex("010203"))),
  unhex("0003 ff"),
  unhex("0002"),
  unhex("0006 00000001"),
  unhex("0005 abcdef"),
  encodeFrame(withMarker(new Uint8Array(1000).fill(7))),
);

const PREFIXED = concatBytes(STREAM_PREFIX, STREAM);

Deno.test("stream: frames of every kind, in one piece", () => {
  const decoder = new FrameDecoder({ expectPrefix: false });
  assertEquals(decoder.push(STREAM), MESSAGES);
  assertEquals([decoder.buffered, decoder.fault, decoder.end()], [0, undefined, undefined]);
});

Deno.test("stream: octet by octet it is the same, prefix included", () => {
  const decoder = new FrameDecoder({ expectPrefix: true });
  const frames = [...PREFIXED].flatMap((octet) => decoder.push(Uint8Array.of(octet)));
  assertEquals(frames, MESSAGES);
  assertEquals(decoder.end(), undefined);
});

Deno.test("stream: in any cuts, with anything behind, it is the same", () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 60 });
  fc.assert(fc.property(sizes, fc.nat({ max: 999 }), (cuts, trailing) => {
    const decoder = new FrameDecoder({ expectPrefix: true });
    const tail = encodeFrame(new Uint8Array(1000)).subarray(0, trailing);
    assertEquals(feed(decoder, concatBytes(PREFIXED, tail), cuts), MESSAGES);
    assertEquals(decoder.buffered, trailing);
    assertEquals(decoder.end() === undefined, trailing === 0);
  }));
});

Deno.test("stream: arbitrary messages come out as they went in", () => {
  const messages = fc.array(fc.uint8Array({ minLength: 0, maxLength: 300 }), { maxLength: 8 });
  const sizes = fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 30 });
  fc.assert(fc.property(messages, sizes, (list, cuts) => {
    const decoder = new FrameDecoder({ expectPrefix: false });
    const stream = concatBytes(...list.map((message) => encodeFrame(withMarker(message))));
    assertEquals(feed(decoder, stream, cuts), list.map((message) => ({ kind: "ike", message })));
  }));
});

Deno.test("stream: any octets in any cuts give the same frames, or the same fault", () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 40 });
  // Small Lengths make many frames; any octets at all mostly make one that never ends.
  const octets = fc.array(fc.oneof(fc.constantFrom(0, 0, 0, 3, 4, 7), fc.integer({ min: 0, max: 255 })), {
    maxLength: 200,
  });
  fc.assert(fc.property(octets, sizes, (list, cuts) => {
    const stream = Uint8Array.from(list);
    const whole = new FrameDecoder({ expectPrefix: false });
    const pieces = new FrameDecoder({ expectPrefix: false });
    assertEquals(feed(pieces, stream, cuts), whole.push(stream));
    assertEquals(pieces.fault, whole.fault);
    assertEquals(pieces.end(), whole.end());
  }));
});

Deno.test("stream: a Length of 0 or 1 is a fault that stays (RFC 9329 §4)", () => {
  for (const [length, value] of [["0000", 0], ["0001", 1]] as const) {
    const decoder = new FrameDecoder({ expectPrefix: false });
    assertEquals(decoder.push(unhex(`0003ff ${length} 0003ff`)), [{ kind: "keepalive" }]);
    const fault = {
      path: "frame.length",
      offset: 3,
      reason: `is ${value}, and counts itself: 2 at least (RFC 9329 §4)`,
    };
    assertEquals(decoder.fault, fault);
    assertEquals(decoder.push(unhex("0003ff")), []);
    assertEquals(decoder.end(), fault);
  }
});

Deno.test("stream: the offset of a bad Length is the same when it comes in two pieces", () => {
  const decoder = new FrameDecoder({ expectPrefix: true });
  decoder.push(concatBytes(STREAM_PREFIX, unhex("0003ff 00")));
  assertEquals(decoder.fault, undefined);
  decoder.push(unhex("01"));
  assertEquals(decoder.fault?.offset, 9);
});

Deno.test("stream: another start than IKETCP is a fault at its first wrong octet (RFC 9329 §5)", () => {
  const http = new FrameDecoder({ expectPrefix: true });
  assertEquals(http.push(new TextEncoder().encode("GET / HTTP/1.1\r\n")), []);
  assertEquals(formatFault(http.fault!), "prefix @0: octet 0 is 47 in place of 49");
  const almost = new FrameDecoder({ expectPrefix: true });
  almost.push(new TextEncoder().encode("IKE"));
  assertEquals([almost.fault, almost.prefixed, almost.buffered], [undefined, false, 3]);
  almost.push(new TextEncoder().encode("TLS"));
  assertEquals(formatFault(almost.fault!), "prefix @4: octet 4 is 4c in place of 43");
});

Deno.test("stream: the Originator never gets a prefix: IKETCP is read as a frame", () => {
  const decoder = new FrameDecoder({ expectPrefix: false });
  assertEquals(decoder.push(STREAM_PREFIX), []);
  assertEquals([decoder.fault, decoder.buffered], [undefined, 6]);
});

Deno.test("stream: an end within prefix or frame is a fault, between frames it is none", () => {
  const ends = (stream: Uint8Array) => {
    const decoder = new FrameDecoder({ expectPrefix: true });
    decoder.push(stream);
    const fault = decoder.end();
    return fault === undefined ? undefined : formatFault(fault);
  };
  assertEquals(ends(unhex("")), "prefix @0: the stream ends after 0 octets of 6");
  assertEquals(ends(STREAM_PREFIX.subarray(0, 4)), "prefix @4: the stream ends after 4 octets of 6");
  assertEquals(ends(STREAM_PREFIX), undefined);
  assertEquals(
    ends(concatBytes(STREAM_PREFIX, unhex("00"))),
    "frame @7: the stream ends after 1 octet of an unknown length",
  );
  assertEquals(ends(concatBytes(STREAM_PREFIX, unhex("0004 01"))), "frame @9: the stream ends after 3 octets of 4");
  assertEquals(ends(concatBytes(STREAM_PREFIX, unhex("0003 ff"))), undefined);
});

Deno.test("stream: frames do not change with the buffer they came in", () => {
  const decoder = new FrameDecoder({ expectPrefix: false });
  const piece = encodeFrame(withMarker(unhex("010203")));
  const [frame] = decoder.push(piece);
  piece.fill(0);
  decoder.push(encodeFrame(withMarker(unhex("040506"))));
  assertEquals(frame, { kind: "ike", message: unhex("010203") });
});

Deno.test("stream: the largest frame, dripped, keeps no more than itself", () => {
  const decoder = new FrameDecoder({ expectPrefix: false });
  decoder.push(unhex("ffff"));
  const drip = new Uint8Array(13).fill(1);
  let frames: Frame[] = [];
  for (let sent = 2; sent < 65_535; sent += drip.length) {
    frames = decoder.push(drip.subarray(0, Math.min(drip.length, 65_535 - sent)));
    assertLessOrEqual(decoder.buffered, 65_535);
  }
  assertEquals(frames.length, 1);
  assert(frames[0]?.kind === "esp" && frames[0].data.length === 65_533 - 4);
  assertEquals(decoder.buffered, 0);
});
