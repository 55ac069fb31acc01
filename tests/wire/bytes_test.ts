import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { concatBytes, equalBytes, hex, unhex } from "../../lib/wire/mod.ts";

Deno.test("hex: two lower-case digits an octet, and back", () => {
  assertEquals(hex(Uint8Array.of(0, 1, 0x0f, 0xa0, 0xff)), "00010fa0ff");
  assertEquals(unhex("00010fA0 FF\n01:02"), Uint8Array.of(0, 1, 0x0f, 0xa0, 0xff, 1, 2));
  fc.assert(fc.property(fc.uint8Array(), (bytes) => assertEquals(unhex(hex(bytes)), bytes)));
});

Deno.test("unhex: what is no hex is refused", () => {
  for (const text of ["0", "0g", "0x00", "12 3"]) assertThrows(() => unhex(text), TypeError, "Cannot read hex");
});

Deno.test("equalBytes: the same octets, and nothing else", () => {
  assertEquals(equalBytes(unhex(""), unhex("")), true);
  assertEquals(equalBytes(unhex("0102"), unhex("0102")), true);
  assertEquals(equalBytes(unhex("0102"), unhex("0103")), false);
  assertEquals(equalBytes(unhex("0102"), unhex("010200")), false);
});

Deno.test("concatBytes: one behind the other, in octets of its own", () => {
  const part = unhex("0102");
  const whole = concatBytes(part, new Uint8Array(0), unhex("03"));
  part[0] = 9;
  assertEquals(whole, unhex("010203"));
  assertEquals(concatBytes(), new Uint8Array(0));
});
