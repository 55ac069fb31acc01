/** Colour, width and progress. */
import { assertEquals } from "@std/assert";
import { HostProgress } from "../../lib/cli/host_progress.ts";
import { PathProgress } from "../../lib/cli/progress.ts";
import { StatusLine } from "../../lib/cli/status_line.ts";
import { textWidth, wantsColor } from "../../lib/cli/terminal.ts";
import { fitted } from "../../lib/cli/wrap.ts";
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
    const progress = new PathProgress(new StatusLine(terminal.err, wanted));
    progress.begin("a\x1b.example");
    progress.pathBegins("a\x1b.example", "udp-500@192.0.2.7");
    progress.pathBegins("a\x1b.example", "tcp-4500@192.0.2.7");
    progress.pathBegins("a\x1b.example", "tcp-4500@192.0.2.8");
    progress.pathEnds("a\x1b.example", "udp-500@192.0.2.7");
    progress.experiment("a\x1b.example", 2);
    progress.experiment("a\x1b.example", 1);
    progress.end();
    progress.close();
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

Deno.test("progress: many hosts are counted by verdict, with their pace and the time that is left", () => {
  let now = 0;
  const terminal = fakeTerminal({ isTerminal: true, width: 200 });
  const progress = new HostProgress(
    new StatusLine(terminal.err, true),
    500,
    ["ready", "blocked", "unknown"],
    () => now,
  );
  const ended = (count: number, verdict: string, seconds: number) => {
    for (let i = 0; i < count; i++) progress.end("x", verdict);
    now += seconds * 1000;
    progress.show();
  };
  ended(20, "ready", 10);
  ended(80, "blocked", 10);
  ended(399, "ready", 10);
  ended(0, "ready", 1);
  ended(0, "ready", 60);
  progress.close();
  assertEquals(
    terminal.stderr().split("\r\x1b[K"),
    [
      "0 of 500",
      "20 of 500  20 ready  2.0 hosts/s  4:00 min left",
      "100 of 500  20 ready, 80 blocked  5.0 hosts/s  80 s left",
      "499 of 500  419 ready, 80 blocked  24 hosts/s  1 s left",
      "499 of 500  419 ready, 80 blocked  23 hosts/s  1 s left",
      "499 of 500  419 ready, 80 blocked",
      "",
    ],
  );
});

Deno.test("progress: a line is cut to the terminal's width of the moment, and steps aside for output", () => {
  const terminal = fakeTerminal({ isTerminal: true, width: 12 });
  const line = new StatusLine(terminal.err, true);
  line.show("20 of 500  20 ready");
  line.aside(() => terminal.err.write("result\n"));
  line.clear();
  line.aside(() => terminal.err.write("end\n"));
  assertEquals(terminal.stderr(), "20 of 500 …\r\x1b[Kresult\n20 of 500 …\r\x1b[Kend\n");
  assertEquals([fitted("東京都庁", 5), fitted("abc", 3), fitted("abcd", 3), fitted("abc", 0)], [
    "東京…",
    "abc",
    "ab…",
    "",
  ]);
});
