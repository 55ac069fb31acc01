import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { concatBytes, unhex, Writer } from "../../lib/wire/mod.ts";

Deno.test("writer: big-endian integers and octets, one behind the other", () => {
  const writer = new Writer(1);
  writer.uint(1, 1, "a");
  writer.uint(2, 0x0203, "b");
  writer.uint(4, 0xfffefdfc, "c");
  writer.octets(unhex("0405"));
  assertEquals(writer.length, 9);
  assertEquals(writer.finish(), unhex("01 0203 fffefdfc 0405"));
});

Deno.test("writer: what does not fit is refused by its name", () => {
  const writer = new Writer();
  for (const value of [256, -1, 1.5, NaN]) {
    assertThrows(
      () => writer.uint(1, value, "flags"),
      RangeError,
      `Cannot encode flags: ${value} is no unsigned integer`,
    );
  }
  assertThrows(() => writer.uint(2, 65_536, "length"), RangeError, "of 16 bits");
  assertThrows(() => writer.uint(4, 2 ** 32, "messageId"), RangeError, "of 32 bits");
  assertEquals(writer.length, 0);
});

Deno.test("writer: a length is filled in later, where something was written", () => {
  const writer = new Writer();
  writer.octets(unhex("aa0000bb"));
  writer.patch(1, 2, 4, "length");
  assertEquals(writer.finish(), unhex("aa0004bb"));
  assertThrows(() => writer.patch(3, 2, 1, "length"), RangeError, "Cannot patch length");
  assertThrows(() => writer.patch(1, 2, 65_536, "length"), RangeError, "Cannot encode length");
});

Deno.test("writer: whatever its capacity, all octets are there", () => {
  const parts = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 });
  fc.assert(fc.property(parts, fc.integer({ min: 0, max: 64 }), (list, capacity) => {
    const writer = new Writer(capacity);
    for (const part of list) writer.octets(part);
    assertEquals(writer.finish(), concatBytes(...list));
  }));
});
