import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { columns, hang, wrap } from "../../lib/cli/wrap.ts";

Deno.test("wrap: no line is longer than the width, unless a word is", () => {
  fc.assert(fc.property(fc.lorem({ maxCount: 40 }), fc.integer({ min: 12, max: 80 }), (text, width) => {
    const lines = wrap(text, width);
    assertEquals(lines.join(" "), text);
    for (const line of lines) assert(columns(line) <= width || !line.includes(" "), line);
  }));
});

Deno.test("wrap: a number stays with its unit, and a command in one piece", () => {
  assertEquals(wrap("it took 12.3 ms", 11), ["it took", "12.3 ms"]);
  assertEquals(wrap("run `tcpdump -ni any udp port 500`, then look", 12), [
    "run",
    "`tcpdump -ni any udp port 500`,",
    "then look",
  ]);
});

Deno.test("wrap: further lines hang below the text behind the lead", () => {
  assertEquals(hang("- ", "aaaa bbbb cccc dddd eeee ffff", 22), ["- aaaa bbbb cccc dddd", "  eeee ffff"]);
});

Deno.test("wrap: wide characters take two columns, colours none", () => {
  assertEquals(columns("\u6f22\u5b57"), 4);
  assertEquals(columns("\x1b[31;1mred\x1b[0m"), 3);
});
