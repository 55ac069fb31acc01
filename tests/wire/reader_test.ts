import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { DecodeError, formatFault, Reader, unhex } from "../../lib/wire/mod.ts";

function faultOf(read: () => unknown): string {
  const error = assertThrows(read, DecodeError);
  return formatFault(error.fault);
}

Deno.test("reader: big-endian integers of 1, 2 and 4 octets", () => {
  const reader = new Reader(unhex("01 0203 fffefdfc"));
  assertEquals([reader.uint(1, "a"), reader.uint(2, "b"), reader.uint(4, "c")], [1, 0x0203, 0xfffefdfc]);
  assertEquals([reader.offset, reader.remaining], [7, 0]);
});

Deno.test("reader: the end of the bounds is a fault with path and offset, and nothing is consumed", () => {
  const reader = new Reader(unhex("000102030405"), 1, 4);
  assertEquals(reader.uint(1, "x"), 1);
  assertEquals(faultOf(() => reader.uint(4, "payloads[0].id")), "payloads[0].id @2: needs 4 octets, 2 left");
  assertEquals(reader.uint(2, "y"), 0x0203);
  assertEquals(faultOf(() => reader.octets(1, "z")), "z @4: needs 1 octet, none left");
});

Deno.test("reader: octets are copies", () => {
  const bytes = unhex("0102");
  const taken = new Reader(bytes).octets(2, "x");
  bytes[0] = 9;
  assertEquals(taken, unhex("0102"));
});

Deno.test("reader: bounds beyond the octets are clipped", () => {
  assertEquals(new Reader(unhex("0102"), 1, 99).rest("x"), unhex("02"));
  assertEquals(new Reader(unhex("0102"), 7, 99).remaining, 0);
});

Deno.test("reader: narrowed bounds never go beyond the wider ones, and know when they were cut", () => {
  const reader = new Reader(unhex("0001020304050607"), 2, 6);
  const inner = reader.narrowed(2, 3);
  assertEquals([inner.offset, inner.remaining, inner.cut], [2, 3, false]);
  const cut = reader.narrowed(2, 5);
  assertEquals([cut.offset, cut.remaining, cut.cut], [2, 4, true]);
  assertEquals(faultOf(() => cut.rest("data")), "data @2: cut off after 4 octets");
  // What lies whole within cut bounds is not cut itself.
  assertStrictEquals(cut.narrowed(2, 4).cut, false);
});

Deno.test("reader: skipTo goes forward, within the bounds", () => {
  const reader = new Reader(unhex("0001020304"), 1, 4);
  reader.skipTo(3);
  reader.skipTo(2);
  assertEquals(reader.offset, 3);
  reader.skipTo(99);
  assertEquals(reader.offset, 4);
});
