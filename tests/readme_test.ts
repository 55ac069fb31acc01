/** The README names what the program can say: a new state, outcome or verdict has to be explained there. */
import { assertEquals } from "@std/assert";
import { COMMANDS } from "../commands/mod.ts";
import { FORMATS, IKE_OUTCOMES, PATH_STATES, VERDICT_EXIT } from "../lib/model/mod.ts";
import { metricFamilies } from "../lib/report/prometheus/families.ts";
import { REPORTS } from "./report/reports.ts";
import { parseExpectation } from "../lib/report/expectation/read.ts";
import { EXPECTATION } from "../lib/report/schema/expectation.ts";

const README = Deno.readTextFileSync(new URL("../README.md", import.meta.url));

/** First cells of the tables, without the marks. */
const CELLS = README.split("\n").filter((line) => line.startsWith("|")).map((line) =>
  line.split("|").map((cell) => cell.trim())
);

function firstCells(): string[] {
  return CELLS.flatMap((cells) => cells[1]!.replaceAll("`", "").split(", "));
}

Deno.test("README: every path state and every outcome stands in a table", () => {
  const known = firstCells();
  assertEquals([...PATH_STATES, ...IKE_OUTCOMES].filter((name) => !known.includes(name)), []);
});

Deno.test("README: every verdict stands beside its exit code", () => {
  for (const [verdict, exit] of Object.entries(VERDICT_EXIT)) {
    const row = CELLS.find((cells) => cells[2] === `\`${verdict}\``);
    assertEquals(row?.[1], String(exit), verdict);
  }
});

Deno.test("README: every command is mentioned", () => {
  assertEquals(Object.keys(COMMANDS).filter((name) => !README.includes(name)), []);
});

Deno.test("README: the expectation that it shows is one, and its keys are explained", () => {
  const [text] = /\{\n {2}"schema": "ike-tcp\/expectation\/1",[^]*?\n\}/.exec(README)!;
  parseExpectation(text);
  assertEquals(Object.keys(EXPECTATION.properties as object).filter((key) => !firstCells().includes(key)), ["schema"]);
});

Deno.test("README: every format and every metric stands in a table", () => {
  const known = firstCells();
  const metrics = metricFamilies(REPORTS.fallback!, { target: true, paths: [] }).map(({ name }) => name);
  assertEquals([...FORMATS, ...metrics].filter((name) => !known.includes(name)), []);
});
