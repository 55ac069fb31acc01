/** The text report: snapshots, widths, colours, and what a hostile gateway would like to put there. */
import { assert, assertEquals, assertNotMatch, assertStringIncludes } from "@std/assert";
import { columns } from "../../lib/cli/wrap.ts";
import { renderText } from "../../lib/report/text/mod.ts";
import { hostile } from "./hostile.ts";
import { ACCEPTED, accepted, path, report, REPORTS } from "./reports.ts";
import { assertSnapshot } from "../snapshot.ts";

const PLAIN = { color: false, verbose: false };
/** Anything that a terminal acts on, but the line feed. */
// deno-lint-ignore no-control-regex
const CONTROL = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/;

for (const [name, shown] of Object.entries(REPORTS)) {
  for (const width of [60, 80, 120]) {
    Deno.test(`text: ${name} at ${width} columns`, async () => {
      const text = renderText(shown, { ...PLAIN, width });
      await assertSnapshot(text, new URL(`snapshots/${name}-${width}.txt`, import.meta.url));
      for (const line of text.split("\n")) {
        const unbreakable = line.trim().split(" ").some((word) => columns(word) > width - 25);
        assert(columns(line) <= width || unbreakable, `${columns(line)} columns: ${line}`);
      }
    });
  }
}

Deno.test("text: colour adds escape sequences and nothing else", () => {
  for (const shown of Object.values(REPORTS)) {
    for (const width of [60, 80, 120]) {
      const plain = renderText(shown, { ...PLAIN, width });
      const colored = renderText(shown, { ...PLAIN, color: true, width });
      assertStringIncludes(colored, "\x1b[");
      // deno-lint-ignore no-control-regex
      assertEquals(colored.replace(/\x1b\[[\d;]*m/g, ""), plain);
      assertNotMatch(plain, CONTROL);
    }
  }
});

Deno.test("text: only the label of a finding's part is dimmed, not a word that looks like it", () => {
  const advice = "Gateway: check that the firewall, which stands in front of it, does not reject the port on its own.";
  const shown = {
    ...REPORTS.ready!,
    findings: [{ ...REPORTS.fallback!.findings[0]!, advice: [advice], evidence: [] }],
  };
  const colored = renderText(shown, { ...PLAIN, color: true, width: 60 });
  assertEquals(colored.split("\x1b[2mdo\x1b[0m").length, 2);
  assertStringIncludes(colored, "does not");
});

Deno.test("text: no control character of the network reaches the terminal", () => {
  const evil = "\x1b]0;owned\x07\x9b2J\u202egnp.exe\u200b\r\nfake line\u2028x";
  const shown = hostile(evil);
  const text = renderText(shown, { ...PLAIN, width: 100 });
  assertNotMatch(text, CONTROL);
  assert(!text.split("\n").some((line) => line.startsWith("fake line")));
});

Deno.test("text: an escaped quotation is not escaped twice", () => {
  const shown = report({ paths: [path("tcp-443", "192.0.2.7", { state: "foreign", reason: 'other: "\\x00\\\\"' })] });
  assertStringIncludes(renderText(shown, { ...PLAIN, width: 100 }), 'other: "\\x00\\\\"');
});

Deno.test("text: a path that a watch asks without leaving state says when the full exchange was made", () => {
  const id = "udp-500@192.0.2.7";
  const pinged = { ...accepted("udp-500", "192.0.2.7"), ike: { ...ACCEPTED, outcome: "alive" as const } };
  const earlier = { started: "2026-11-23T12:00:00.000Z", accepted: [id] };
  const text = renderText({ ...REPORTS.ready!, paths: [pinged], earlier }, { ...PLAIN, width: 120 });
  assertStringIncludes(text, "it answers; the full exchange was made at 2026-11-23T12:00:00.000Z");
});
