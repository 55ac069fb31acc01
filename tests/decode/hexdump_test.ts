/** Hexdumps in all the forms in which they are pasted. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { readHexdumps } from "../../lib/decode/hexdump.ts";
import { unhex } from "../../lib/wire/mod.ts";
import { DUMPERS } from "./dumpers.ts";

/** Octets with stretches of the same one, and with letters that are digits, too. */
const octets = fc.array(
  fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 40 }),
    fc.tuple(fc.nat(255), fc.integer({ min: 1, max: 90 })).map(([octet, length]) => new Uint8Array(length).fill(octet)),
    fc.stringMatching(/^[a-f0-9 |:*]{1,60}$/).map((text) => new TextEncoder().encode(text)),
  ),
  { minLength: 1, maxLength: 6 },
).map((parts) => Uint8Array.from(parts.flatMap((part) => [...part])));

for (const [name, dump] of Object.entries(DUMPERS)) {
  Deno.test(`hexdump: as ${name} prints it`, () => {
    fc.assert(fc.property(octets, (given) => {
      const [found, ...more] = readHexdumps(dump(given));
      assertEquals([found?.octets, found?.fault, more], [given, undefined, []], dump(given));
    }));
  });
}

Deno.test("hexdump: lines around it are no part of it", () => {
  const given = Uint8Array.from({ length: 40 }, (_, i) => i);
  for (const [name, dump] of Object.entries(DUMPERS)) {
    const text = `Hello,\nthis is what we got:\r\n\r\n${dump(given)}\n\nRegards, Bob\n-- \n+49 30 123456\n`;
    const found = readHexdumps(text).find(({ octets }) => octets.length > 4);
    assertEquals(found?.octets, given, name);
  }
});

Deno.test("hexdump: several, each with its line", () => {
  const text = "12:00:00.1 IP 192.0.2.1.500 > 192.0.2.7.500: isakmp\n\t0x0000:  0102 0304\n" +
    "12:00:00.2 IP 192.0.2.7.500 > 192.0.2.1.500: isakmp\n\t0x0000:  0506 0708\n\t0x0004:  09\n\n0a0b0c0d\n0e\n\n1a1b1c1d1e";
  const found = readHexdumps(text);
  assertEquals(found.map(({ octets }) => [...octets]), [
    [1, 2, 3, 4],
    [5, 6, 7, 8, 9],
    [10, 11, 12, 13, 14],
    [0x1a, 0x1b, 0x1c, 0x1d, 0x1e],
  ]);
  assertEquals(found.map(({ line }) => line), [2, 4, 7, 10]);
});

Deno.test("hexdump: the fields below a dump of our own are not octets", () => {
  const text = [
    "#3      0.123 ms  udp-500@192.0.2.7, flow 0: sent 4 octets",
    "      0000  01 02 03 04                                       ....",
    "      0000 header",
    "      0000   initiatorSpi: 0102030405060708",
    "      0008   data: 40 octets",
    `      0008     ${"ab".repeat(32)}`,
    `      0028     ${"ab".repeat(8)}`,
  ].join("\n");
  assertEquals(readHexdumps(text).map(({ octets }) => [...octets]), [[1, 2, 3, 4]]);
});

Deno.test("hexdump: lines of libreswan's and strongSwan's logs, as they were written", () => {
  const pluto =
    `Nov 24 19:12:48.112321: | sending 38 bytes for STF_FATAL through eth0 from 203.0.113.2:500 to 10.77.0.2:53727
Nov 24 19:12:48.112326: |   4d 11 8d 7f  a6 f6 9f ee  ea 2d 42 dc  08 51 2c 57   M........-B..Q,W
Nov 24 19:12:48.112329: |   29 20 22 20  00 00 00 00  00 00 00 26  00 00 00 0a   ) " .......&....
Nov 24 19:12:48.112333: |   00 00 00 11  00 0e                                   ......
Nov 24 19:12:48.120835: | sent 1 messages`;
  const charon = `Nov 24 19:12:49 14[NET] received packet => 42 bytes @ 0x7ffaa4f14420
Nov 24 19:12:49 14[NET]    0: 00 00 00 00 4D 11 8D 7F A6 F6 9F EE EA 2D 42 DC  ....M........-B.
Nov 24 19:12:49 14[NET]   16: 08 51 2C 57 29 20 22 20 00 00 00 00 00 00 00 26  .Q,W) " .......&
Nov 24 19:12:49 14[NET]   32: 00 00 00 0A 00 00 00 11 00 0E                    ..........
Nov 24 19:12:49 14[NET] received packet: from 10.77.0.2[53727] to 203.0.113.2[4500]`;
  const message = unhex("4d118d7fa6f69feeea2d42dc08512c57292022200000000000000026 0000000a00000011000e");
  assertEquals(readHexdumps(pluto).map(({ octets }) => octets), [message]);
  assertEquals(readHexdumps(charon).map(({ octets }) => octets.subarray(4)), [message]);
});

Deno.test("hexdump: rows that are missing, and digits that are, are told", () => {
  const missing = readHexdumps("0000  01 02 03 04\n0010  05 06 07 08\n0014  09\n")[0]!;
  assertEquals([...missing.octets], [1, 2, 3, 4]);
  assertEquals(missing.fault, { offset: 4, reason: "line 2: 12 octets before this row are missing" });
  const odd = readHexdumps("01 02 03\n04 05 0\n06")[0]!;
  assertEquals(odd.fault?.reason, "line 2 has an odd number of digits: the last one is left out");
  assertEquals(
    readHexdumps("0000  01 02 03 04\n0004  05 06\n0002  07\n")[0]!.fault?.reason,
    "line 3: the offset goes back",
  );
});

Deno.test("hexdump: a dump that does not begin at 0 is read where there is no other", () => {
  assertEquals(readHexdumps("00000020: 0102 0304  ....\n00000024: 0506")[0]!.octets, Uint8Array.of(1, 2, 3, 4, 5, 6));
});

Deno.test("hexdump: what claims millions of repeated octets is not believed", () => {
  const [dump] = readHexdumps("00000000  01 02 03 04\n*\n7fffffff\n");
  assertEquals(dump!.octets.length, 4);
  assert(dump!.fault !== undefined);
});

Deno.test("hexdump: what a few lines may claim is bounded for the whole text, and what is left out is told", () => {
  const row = "00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f";
  const offset = (at: number) => at.toString(16).padStart(8, "0");
  const claims = (octets: number, times: number) =>
    Array.from({ length: times }, (_, i) => `${offset(i * octets)}  ${row}\n*\n`).join("") + offset(times * octets);
  const kept = (text: string) => readHexdumps(text).reduce((sum, { octets }) => sum + octets.length, 0);
  for (
    const text of [claims(0x40000, 60), `${claims(0x40000, 1)}\n\n`.repeat(60), `${claims(0xffff0, 1)}\n\n`.repeat(60)]
  ) {
    assert(kept(text) <= 1024 * 1024 + 60 * 16, `${kept(text)} octets`);
  }
  const [dump] = readHexdumps(claims(0x40000, 60));
  assertEquals(dump!.octets.length, 0x100000 + 16);
  assertMatch(
    dump!.fault!.reason,
    /^line 11: 262128 repeated octets before this row are left out, as they are too many$/,
  );
  // A dump of the longest message is below that.
  const [longest] = readHexdumps(claims(65_520, 1));
  assertEquals([longest!.octets.length, longest!.octets.at(-1), longest!.fault], [65_520, 15, undefined]);
});

Deno.test("hexdump: any text is read in time that its length allows", () => {
  fc.assert(fc.property(fc.string({ maxLength: 400, unit: "grapheme-ascii" }), (text) => void readHexdumps(text)));
  for (
    const line of [
      "a".repeat(200_000) + "g",
      "a,".repeat(100_000) + "!",
      "0000: " + "ab ".repeat(70_000),
      "| ".repeat(90_000),
      "//".repeat(90_000) + "\u2028",
      "00" + " ".repeat(180_000) + "\\!",
    ]
  ) {
    const began = performance.now();
    readHexdumps(line);
    assert(performance.now() - began < 2000, line.slice(0, 20));
  }
});
