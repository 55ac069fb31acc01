import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { parseList } from "../../lib/targets/list.ts";

const words = (text: string) => [...parseList(text)].map(({ words }) => words);

Deno.test("list: a host on each line, comments and empty lines are nothing", () => {
  const text = "# offices\n\na.example\n   b.example   # slow\n#c.example\n\t\nd.example#1\n";
  assertEquals([...parseList(text)], [
    { number: 3, words: ["a.example"] },
    { number: 4, words: ["b.example"] },
    { number: 7, words: ["d.example#1"] },
  ]);
});

Deno.test("list: lines end as any system ends them, and the last one need not", () => {
  assertEquals([...parseList("a\r\nb\rc\n\r\nd")].map(({ number, words }) => [number, ...words]), [
    [1, "a"],
    [2, "b"],
    [3, "c"],
    [5, "d"],
  ]);
  assertEquals(words(""), []);
});

Deno.test("list: options stand behind the host, and quotes keep spaces and # together", () => {
  assertEquals(words(`a --paths 'udp-500, tcp-4500' --server-name="vpn #1"  "b"c'd' # e`), [
    ["a", "--paths", "udp-500, tcp-4500", "--server-name=vpn #1", "bcd"],
  ]);
  assertEquals(words(`a ''`), [["a", ""]]);
  assertEquals(words(`a \\"b c"`), [["a", "\\b c"]], "a backslash is an ordinary character");
});

Deno.test("list: a quotation without an end is a fault of its line, not of others", () => {
  assertEquals([...parseList(`a\n"b\nc '\nd`)], [
    { number: 1, words: ["a"] },
    { number: 2, words: [], fault: 'a " opens a quotation that does not end' },
    { number: 3, words: ["c"], fault: "a ' opens a quotation that does not end" },
    { number: 4, words: ["d"] },
  ]);
});

Deno.test("list: what is written with quotes is read again, whatever it is", () => {
  const word = fc.string({ unit: "binary", minLength: 1, maxLength: 10 }).filter((text) => !/["\r\n]/.test(text));
  fc.assert(fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (given) => {
    const line = given.map((text) => `"${text}"`).join(" ");
    assertEquals(words(`${line}\n`), [given]);
  }));
});

Deno.test("list: any text is taken apart, and every line at most once", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    const numbers = [...parseList(text)].map(({ number }) => number);
    assertEquals(numbers, [...new Set(numbers)].toSorted((a, b) => a - b));
  }));
});
