import { assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { escapeText } from "../../lib/wire/mod.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

Deno.test("escapeText: visible text stays, in any script", () => {
  for (const text of ["", "OpenIKED-7.2", "a b", "vpn.example", "Größe", "Пример", "日本語", "مثال", "🙂"]) {
    assertEquals(escapeText(text), text);
    assertEquals(escapeText(utf8(text)), text);
  }
});

Deno.test("escapeText: controls of ASCII are \\xNN, and a backslash cannot be forged", () => {
  assertEquals(escapeText("\x1b[31mred\x07\r\n\t\0\x7f"), "\\x1b[31mred\\x07\\x0d\\x0a\\x09\\x00\\x7f");
  assertEquals(escapeText("\\x1b"), "\\\\x1b");
});

Deno.test("escapeText: C1 controls, bidirectional and invisible characters are \\u{...}", () => {
  assertEquals(escapeText("\u009b31m"), "\\u{9b}31m");
  assertEquals(escapeText("abc\u202egnp.exe"), "abc\\u{202e}gnp.exe");
  assertEquals(escapeText("\u2066a\u2069"), "\\u{2066}a\\u{2069}");
  assertEquals(escapeText("a\u200bb\u200db\ufeffc\u00adc"), "a\\u{200b}b\\u{200d}b\\u{feff}c\\u{ad}c");
  assertEquals(escapeText("\u2028\u2029"), "\\u{2028}\\u{2029}");
  assertEquals(escapeText("\u{e0041}\ufe0f\u034f\u115f\u3164"), "\\u{e0041}\\u{fe0f}\\u{34f}\\u{115f}\\u{3164}");
  assertEquals(escapeText("a\u00a0b\u3000c\u2800d"), "a\\u{a0}b\\u{3000}c\\u{2800}d");
});

Deno.test("escapeText: code points that nobody can show are \\u{...}", () => {
  assertEquals(escapeText("\ud800"), "\\u{d800}");
  assertEquals(escapeText("\ue000\u{10ffff}"), "\\u{e000}\\u{10ffff}");
});

Deno.test("escapeText: octets that are no UTF-8 are \\xNN, one by one", () => {
  const octets = (...list: number[]) => escapeText(Uint8Array.from(list));
  assertEquals(octets(0x61, 0xff, 0x62), "a\\xffb");
  assertEquals(octets(0xc3), "\\xc3");
  assertEquals(octets(0xc3, 0xa4), "ä");
  assertEquals(octets(0xe2, 0x82), "\\xe2\\x82");
  // RFC 3629 §10: an overlong slash, a surrogate, and a code point beyond Unicode are invalid.
  assertEquals(octets(0xc0, 0xaf), "\\xc0\\xaf");
  assertEquals(octets(0xe0, 0x80, 0xaf), "\\xe0\\x80\\xaf");
  assertEquals(octets(0xed, 0xa0, 0x80), "\\xed\\xa0\\x80");
  assertEquals(octets(0xf4, 0x90, 0x80, 0x80), "\\xf4\\x90\\x80\\x80");
  assertEquals(octets(0xef, 0xbb, 0xbf, 0x61), "\\u{feff}a");
});

/** Nothing that moves a cursor, hides, or turns the direction of a line. */
const SAFE = /^[^\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]*$/u;

Deno.test("escapeText: whatever comes in, what goes out is safe", () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => assertMatch(escapeText(bytes), SAFE)));
  const text = fc.string({
    unit: fc.oneof(fc.integer({ min: 0, max: 0x2fff }), fc.nat(0x10ffff)).map(String.fromCodePoint),
  });
  fc.assert(fc.property(text, (value) => assertMatch(escapeText(value), SAFE)));
});

Deno.test("escapeText: a text and its octets are escaped alike", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    assertEquals(escapeText(utf8(text)), escapeText(text));
  }));
});
