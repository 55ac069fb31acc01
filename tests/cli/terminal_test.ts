/** Colour, width and progress. */
import { assertEquals } from "@std/assert";
import { Progress } from "../../lib/cli/progress.ts";
import { textWidth, wantsColor } from "../../lib/cli/terminal.ts";
import { fakeTerminal } from "./fake_terminal.ts";

Deno.test("terminal: colour only on a terminal, and never with NO_COLOR (no-color.org)", () => {
  const wants = (environment: Record<string, string>, isTerminal = true, option?: boolean) =>
    wantsColor(option, fakeTerminal({ environment, isTerminal }));
  assertEquals(wants({}), true);
  assertEquals(wants({}, false), false);
  assertEquals(wants({ NO_COLOR: "1" }), false);
  assertEquals(wants({ NO_COLOR: "" }), true);
  assertEquals(wants({ TERM: "dumb" }), false);
  assertEquals(wants({ NO_COLOR: "1" }, false, true), true);
  assertEquals(wants({}, true, false), false);
});

Deno.test("terminal: text is as wide as the terminal, within reason", () => {
  const width = (width: number | undefined, environment = {}) => textWidth(fakeTerminal({ width, environment }));
  assertEquals([width(80), width(20), width(400), width(undefined)], [80, 40, 140, 100]);
  assertEquals([width(80, { COLUMNS: "60" }), width(80, { COLUMNS: "x" })], [60, 80]);
});

Deno.test("progress: one line that is gone at the end, only on a terminal, not with --quiet", () => {
  const run = (isTerminal: boolean, wanted: boolean) => {
    const terminal = fakeTerminal({ isTerminal, width: 60 });
    const progress = new Progress(terminal.err, wanted);
    progress.begin("a\x1b.example");
    progress.pathBegins("a\x1b.example", "udp-500@192.0.2.7");
    progress.pathBegins("a\x1b.example", "tcp-4500@192.0.2.7");
    progress.pathBegins("a\x1b.example", "tcp-4500@192.0.2.8");
    progress.pathEnds("a\x1b.example", "udp-500@192.0.2.7");
    progress.experiment("a\x1b.example", 2);
    progress.experiment("a\x1b.example", 1);
    progress.end("a\x1b.example");
    progress.clear();
    return terminal.stderr();
  };
  assertEquals([run(false, true), run(true, false)], ["", ""]);
  const lines = run(true, true).split("\r\x1b[K");
  assertEquals(lines.at(-1), "");
  assertEquals(lines.filter((line) => line !== ""), [
    "probing a\\x1b.example",
    "probing a\\x1b.example: waiting for udp-500",
    "probing a\\x1b.example: waiting for udp-500, tcp-4500",
    "probing a\\x1b.example: waiting for tcp-4500",
    "probing a\\x1b.example: finding out why (experiment 2)",
  ]);
});
