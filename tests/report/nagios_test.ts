/** `--format nagios`: the plugin guidelines' grammar, whatever the network says. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import type { ExitCode, Report, VerdictCode } from "../../lib/model/mod.ts";
import { failureReport } from "../../lib/report/failure.ts";
import { digestOf } from "../../lib/report/digest.ts";
import { Tally } from "../../lib/report/tally.ts";
import { FORMS } from "../../lib/report/render.ts";
import { assertSnapshot } from "../snapshot.ts";
import { hostile } from "./hostile.ts";
import { readPluginOutput } from "./plugin_output.ts";
import { accepted, path, report, REPORTS } from "./reports.ts";

const STATUS = ["OK", "WARNING", "CRITICAL", "UNKNOWN"];

/** What `--format nagios` prints of a run with this exit code. */
function render(reports: readonly Report[], exit = Math.max(0, ...reports.map(({ verdict }) => verdict.exit))): string {
  const renderer = FORMS.nagios.renderer({ width: 80, color: false, verbose: false });
  return [...reports.map((shown) => renderer.add(shown)), ...renderer.end(exit as ExitCode)].join("");
}

/** A host with two paths. */
function host(name: string, code: VerdictCode, exit: ExitCode): Report {
  return report({
    target: { input: name, host: name, addresses: [{ address: "192.0.2.7", family: 4 }] },
    paths: [accepted("udp-500", "192.0.2.7"), path("tcp-4500", "192.0.2.7")],
    verdict: { code, exit, summary: `So it is with ${name}.`, recommended: null },
  });
}

for (const [name, shown] of Object.entries(REPORTS)) {
  Deno.test(`nagios: ${name}`, async () => {
    const text = render([shown]);
    await assertSnapshot(text, new URL(`snapshots/${name}.nagios`, import.meta.url));
    const { status, perfdata } = readPluginOutput(text);
    assertEquals(status, STATUS[shown.verdict.exit]);
    assertEquals(perfdata.map(({ label }) => label), shown.paths.map(({ id }) => id));
  });
}

Deno.test("nagios: milliseconds until the answer, handshakes included; U where none came", () => {
  const answered = { state: "answered", ike: REPORTS.ready!.paths[0]!.ike! } as const;
  const { perfdata } = readPluginOutput(render([report({
    paths: [
      path("udp-500", "192.0.2.7", { ...answered, timing_ms: { answer: 12.3456, total: 99 } }),
      path("tls-4500", "192.0.2.7", { ...answered, timing_ms: { connect: 5, tls: 10.5, answer: 2, total: 99 } }),
      path("tcp-4500", "192.0.2.7", { state: "reset", reason: "reset", timing_ms: { connect: 5, total: 9 } }),
      path("udp-4500", "2001:db8::7"),
    ],
  })]));
  assertEquals(perfdata, [
    { label: "udp-500@192.0.2.7", value: 12.346, unit: "ms", limits: ["", "", "0"] },
    { label: "tls-4500@192.0.2.7", value: 17.5, unit: "ms", limits: ["", "", "0"] },
    { label: "tcp-4500@192.0.2.7", unit: "", limits: ["", "", "0"] },
    { label: "udp-4500@2001:db8::7", unit: "", limits: ["", "", "0"] },
  ]);
});

Deno.test("nagios: several hosts make one line, the worst first, and the data stay in the order of the hosts", () => {
  const reports = [host("a", "ready", 0), host("b", "degraded", 1), host("c", "blocked", 2), host("d", "ready", 2)];
  const { status, text, perfdata, long } = readPluginOutput(render(reports));
  assertEquals([status, text], ["CRITICAL", "4 hosts: c blocked, d ready, not as required, b degraded; 1 ready"]);
  assertEquals(perfdata.map(({ label }) => label).slice(0, 3), [
    "udp-500@192.0.2.7/a",
    "tcp-4500@192.0.2.7/a",
    "udp-500@192.0.2.7/b",
  ]);
  assertEquals(long.slice(0, 4), [
    "c: blocked: So it is with c.",
    "d: ready, not as required: So it is with d.",
    "b: degraded: So it is with b.",
    "a: ready: So it is with a.",
  ]);
  assertEquals(readPluginOutput(render([host("a", "ready", 0), host("b", "ready", 0)])).text, "2 hosts: 2 ready");
});

Deno.test("nagios: a literal address is not named twice", () => {
  const { perfdata } = readPluginOutput(render([host("192.0.2.7", "ready", 0), host("vpn", "ready", 0)]));
  assertEquals(perfdata.map(({ label }) => label), [
    "udp-500@192.0.2.7",
    "tcp-4500@192.0.2.7",
    "udp-500@192.0.2.7/vpn",
    "tcp-4500@192.0.2.7/vpn",
  ]);
});

Deno.test("nagios: a run that ends before its last host is never better than its exit code", () => {
  const cut = readPluginOutput(render([host("a", "ready", 0)], 3));
  assertEquals([cut.status, cut.text], ["UNKNOWN", "the run did not come to its end; So it is with a."]);
  assertEquals(readPluginOutput(render([], 3)).text, "the run did not come to its end");
  const renderer = FORMS.nagios.renderer({ width: 80, color: false, verbose: false });
  const earlier = new Tally();
  earlier.add(digestOf(host("b", "blocked", 2)));
  renderer.begin!({ hosts: 4, columns: 10, leftOut: 3, earlier });
  renderer.add(host("a", "ready", 0));
  const { status, text } = readPluginOutput([...renderer.end(3)].join(""));
  assertEquals([status, text], ["UNKNOWN", "interrupted, 3 hosts not begun; before: 1 blocked; So it is with a."]);
});

Deno.test("nagios: five hundred hosts stay below what Nagios reads, and no item of data is cut", () => {
  const reports = Array.from({ length: 500 }, (_, i) => host(`gateway-${i}.example.com`, "blocked", 2));
  const { text, perfdata, long } = readPluginOutput(render(reports));
  assertStringIncludes(text, "500 hosts: gateway-0.example.com blocked, ");
  assertStringIncludes(text, ", 495 more");
  assert(perfdata.length > 20 && perfdata.length < 1000, `${perfdata.length} items`);
  assertEquals(long[0], `(without the performance data of ${1000 - perfdata.length} paths: too much for a line)`);
  assert(/^\(\d+ more lines: see ike-tcp probe\)$/.test(long.at(-1)!), long.at(-1));
});

Deno.test("nagios: a failure before there is a report is one line", () => {
  const failed = failureReport("Missing HOST", REPORTS.ready!.tool, "2026-11-23T12:00:00.000Z");
  assertEquals(render([failed]), "IKE UNKNOWN - Missing HOST\n");
});

Deno.test("nagios: pipes, tags, quotes, equals signs and line breaks of the network are defused", () => {
  const shown = hostile("a|b='1'\n<script>alert(1)</script>\u2028</b> <!-- \x1b[2J");
  for (const reports of [[shown], [shown, host("a", "ready", 0)]]) {
    const { text, long } = readPluginOutput(render(reports));
    assertStringIncludes([text, ...long].join("\n"), "a\\x7cb='1'\\x0a\\x3cscript>");
  }
});

Deno.test("nagios: the grammar holds for whatever text there is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", minLength: 1 }), fc.nat({ max: 30 }), (evil, times) => {
      const shown = hostile(evil.repeat(times + 1));
      for (const reports of [[shown], [shown, host("a", "ready", 0), { ...shown, verdict: REPORTS.ready!.verdict }]]) {
        readPluginOutput(render(reports));
      }
    }),
    { numRuns: 40 },
  );
});
