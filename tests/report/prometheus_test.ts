/** `--format prometheus`: series that are always there, families that stand together, text that cannot break out. */
import { assert, assertEquals, assertNotMatch } from "@std/assert";
import fc from "fast-check";
import { DEFAULT_PATHS, FINDING_CODES, IKE_OUTCOMES, PATH_STATES, type Report } from "../../lib/model/mod.ts";
import { failureReport } from "../../lib/report/failure.ts";
import { writeExposition } from "../../lib/report/prometheus/exposition.ts";
import { metricFamilies } from "../../lib/report/prometheus/families.ts";
import { FORMS } from "../../lib/report/render.ts";
import { guard } from "../../lib/report/text/style.ts";
import { assertSnapshot } from "../snapshot.ts";
import { readExposition, type ReadFamily } from "./exposition.ts";
import { hostile } from "./hostile.ts";
import { accepted, path, report, REPORTS, TLS } from "./reports.ts";

/** Reports whose exposition is kept: one with all kinds of series, one without a path. */
const SNAPSHOTS = ["fallback", "unresolved"];

/** What `--format prometheus` writes. */
function render(...reports: readonly Report[]): string {
  const renderer = FORMS.prometheus.renderer({ width: 80, color: false, verbose: false });
  return [...reports.map((shown) => renderer.add(shown)), ...renderer.end(0)].join("");
}

/** The value of the one sample that has these labels. */
function valueOf(families: Map<string, ReadFamily>, name: string, labels: Record<string, string> = {}): number {
  const matching = families.get(name)?.samples.filter((sample) =>
    Object.entries(labels).every(([label, value]) => sample.labels[label] === value)
  );
  assertEquals(matching?.length, 1, `${name} ${JSON.stringify(labels)}`);
  return matching![0]!.value;
}

/** Names of the series, paths and targets left out. */
function series(families: Map<string, ReadFamily>): string[] {
  const kinds = [...families].flatMap(([name, { samples }]) =>
    samples.map(({ labels: { target: _, path: _1, transport: _2, port: _3, address: _4, ...rest } }) =>
      `${name} ${JSON.stringify(rest)}`
    )
  );
  return [...new Set(kinds)].toSorted();
}

for (const [name, shown] of Object.entries(REPORTS)) {
  Deno.test(`prometheus: ${name}`, async () => {
    const text = render(shown);
    if (SNAPSHOTS.includes(name)) await assertSnapshot(text, new URL(`snapshots/${name}.prom`, import.meta.url));
    const families = readExposition(text);
    assertEquals(valueOf(families, "ike_probe_exit_code"), shown.verdict.exit);
    assertEquals(valueOf(families, "probe_success"), shown.verdict.exit <= 1 ? 1 : 0);
    assertEquals(valueOf(families, "ike_probe_verdict", { verdict: shown.verdict.code }), 1);
  });
}

Deno.test("prometheus: every series is there in every report, a failed one included", () => {
  const withoutTls = (shown: Report) =>
    series(readExposition(render(shown))).filter((name) => !name.startsWith("probe_ssl"));
  const usual = withoutTls(REPORTS.ready!);
  const failed = failureReport("Missing HOST", REPORTS.ready!.tool, "2026-11-23T12:00:00.000Z");
  for (const shown of [...Object.values(REPORTS), failed]) assertEquals(withoutTls(shown), usual);
  assertEquals(usual.filter((name) => name.startsWith("ike_probe_path_state")).length, PATH_STATES.length);
  assertEquals(usual.filter((name) => name.startsWith("ike_probe_ike_outcome")).length, IKE_OUTCOMES.length);
  assertEquals(usual.filter((name) => name.startsWith("ike_probe_finding ")).length, FINDING_CODES.length);
});

Deno.test("prometheus: a name without an address shows the paths that were to be tried, all zeros", () => {
  const paths = [{ transport: "tcp", port: 4500 }, { transport: "udp", port: 5500, encoding: "bare" }] as const;
  const families = readExposition(writeExposition(metricFamilies(REPORTS.unresolved!, { target: false, paths })));
  const states = families.get("ike_probe_path_state")!.samples;
  assertEquals([...new Set(states.map(({ labels }) => `${labels.path} ${labels.port} ${labels.address}`))], [
    "tcp-4500 4500 ",
    "udp-5500/bare 5500 ",
  ]);
  for (const name of ["ike_probe_path_state", "ike_probe_ike_outcome", "ike_probe_phase_seconds"]) {
    assert(families.get(name)!.samples.every(({ value }) => value === 0), name);
  }
});

Deno.test("prometheus: what a report says of what was to be tried counts more than the run's --paths", () => {
  const { options } = REPORTS.unresolved!;
  const asked = { ...REPORTS.unresolved!, options: { ...options, paths: ["udp-500", "no path", "tls-8443"] } };
  const families = readExposition(render(asked));
  const states = families.get("ike_probe_path_state")!.samples;
  assertEquals([...new Set(states.map(({ labels }) => labels.path))], ["udp-500", "tls-8443"]);
});

Deno.test("prometheus: a host that was probed over several ways has all of them, and is as bad as the worst", () => {
  const way = (name: string, exit: 0 | 2, more: Partial<Report> = {}) => {
    const paths = [exit === 0 ? accepted(name, "192.0.2.7") : path(name, "192.0.2.7", { state: "refused" })];
    const verdict = { code: exit === 0 ? "ready" : "blocked", exit, summary: "", recommended: null } as const;
    const { options } = REPORTS.ready!;
    return report({ paths, verdict, options: { ...options, paths: [name] }, ...more });
  };
  const spent = (half_open: number) => ({ limit: 4, spent: [{ address: "192.0.2.7", half_open, over_tcp: 0 }] });
  const bad = way("tcp-4500", 2, { duration_ms: 50, budget: spent(1) });
  const good = way("udp-500", 0, { duration_ms: 70, budget: spent(2) });
  for (const reports of [[bad, good], [good, bad], [bad, good, good]]) {
    const families = readExposition(render(...reports));
    assertEquals(valueOf(families, "probe_success"), 0);
    assertEquals(valueOf(families, "ike_probe_exit_code"), 2);
    assertEquals(valueOf(families, "ike_probe_verdict", { verdict: "blocked" }), 1);
    assertEquals(valueOf(families, "probe_duration_seconds"), 0.07);
    assertEquals(valueOf(families, "ike_probe_half_open_sas"), 3);
    const of = (port: string, state: string) => ({
      path: `${port === "500" ? "udp" : "tcp"}-${port}@192.0.2.7`,
      transport: port === "500" ? "udp" : "tcp",
      port,
      address: "192.0.2.7",
      state,
    });
    assertEquals(valueOf(families, "ike_probe_path_state", of("500", "answered")), 1);
    assertEquals(valueOf(families, "ike_probe_path_state", of("4500", "refused")), 1);
  }
});

Deno.test("prometheus: states, outcomes, times and findings are where the report has them", () => {
  const families = readExposition(render(REPORTS.fallback!));
  const tcp = { path: "tcp-4500@192.0.2.7", transport: "tcp", port: "4500", address: "192.0.2.7" };
  assertEquals(valueOf(families, "ike_probe_path_state", { ...tcp, state: "answered" }), 1);
  assertEquals(valueOf(families, "ike_probe_ike_outcome", { ...tcp, outcome: "accepted" }), 1);
  assertEquals(valueOf(families, "ike_probe_phase_seconds", { ...tcp, phase: "connect" }), 0.005213);
  assertEquals(valueOf(families, "ike_probe_phase_seconds", { ...tcp, phase: "tls" }), 0);
  assertEquals(valueOf(families, "ike_probe_phase_seconds", { ...tcp, phase: "answer" }), 0.012345);
  assertEquals(valueOf(families, "ike_probe_finding", { code: "udp-blocked" }), 1);
  assertEquals(valueOf(families, "ike_probe_finding", { code: "tcp-mute" }), 0);
  assertEquals(valueOf(families, "ike_probe_findings", { severity: "problem" }), 1);
  assertEquals(valueOf(families, "ike_probe_findings", { severity: "warning" }), 0);
  assertEquals(valueOf(families, "probe_duration_seconds"), 3.456789);
  assertEquals(valueOf(families, "probe_dns_lookup_time_seconds"), 0.001234);
  assertEquals(valueOf(families, "ike_probe_half_open_sas"), 1);
});

Deno.test("prometheus: the certificate that expires first, on the gateway's paths only", () => {
  const until = (not_after: string) => ({ ...TLS, chain: [{ ...TLS.chain[0]!, not_after }] });
  const tls = (port: number, not_after: string, rest: Partial<Report["paths"][number]>) =>
    path(`tls-${port}`, "192.0.2.7", { tls: until(not_after), ...rest });
  const expiry = (...paths: Report["paths"]) =>
    readExposition(render(report({ paths }))).get("probe_ssl_earliest_cert_expiry")?.samples.map(({ value }) => value);
  const [early, late] = ["2026-12-01T00:00:00Z", "2027-06-01T00:00:00Z"];
  assertEquals(expiry(tls(4433, late, {}), tls(8443, early, {})), [Date.parse(early) / 1000]);
  assertEquals(expiry(tls(4433, late, {}), tls(443, early, { state: "foreign" })), [Date.parse(late) / 1000]);
  assertEquals(expiry(tls(443, early, { state: "answered" })), [Date.parse(early) / 1000]);
  assertEquals(expiry(accepted("udp-500", "192.0.2.7")), undefined);
  assertEquals(expiry(tls(4433, "some day", {})), undefined);
});

Deno.test("prometheus: many targets: each family once, sorted, and the last report of a target counts", () => {
  const of = (input: string, exit: 0 | 2) =>
    report({
      target: { input, host: input, addresses: [] },
      verdict: { code: exit === 0 ? "ready" : "blocked", exit, summary: "", recommended: null },
    });
  const families = readExposition(render(of("c", 0), of("a", 0), of("b", 2), of("c", 2)));
  assertEquals(families.get("probe_success")!.samples, [
    { labels: { target: "a" }, value: 1 },
    { labels: { target: "b" }, value: 0 },
    { labels: { target: "c" }, value: 0 },
  ]);
});

Deno.test("prometheus: behind an HTTP exporter there is no target label, and the rest is the same", () => {
  for (const shown of Object.values(REPORTS)) {
    const text = writeExposition(metricFamilies(shown, { target: false, paths: DEFAULT_PATHS }));
    assertEquals(text, render(shown).replaceAll(/target="[^"]*",?/g, "").replaceAll("{}", ""));
  }
});

Deno.test("prometheus: ten thousand targets are handed on in pieces", () => {
  const renderer = FORMS.prometheus.renderer({ width: 80, color: false, verbose: false });
  for (let i = 0; i < 10_000; i++) {
    assertEquals(renderer.add({ ...REPORTS.fallback!, target: { input: `h${i}`, host: `h${i}`, addresses: [] } }), "");
  }
  let lines = 0;
  let longest = 0;
  for (const piece of renderer.end(0)) {
    assert(piece.endsWith("\n"));
    lines += piece.split("\n").length - 1;
    longest = Math.max(longest, piece.length);
    if (lines > 200_000) break; // a fifth of it is proof enough
  }
  assert(lines > 200_000 && longest < 100_000, `${lines} lines, a piece of ${longest} characters`);
});

Deno.test("prometheus: whatever text a report has, it stays in its label", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (input, hostile) => {
    const shown = report({
      target: { input, host: input, addresses: [] },
      tool: { ...REPORTS.ready!.tool, version: hostile },
      paths: [{ ...accepted("udp-500", "192.0.2.7"), id: hostile, address: hostile }, path("tcp-4500", "192.0.2.7")],
    });
    const text = render(shown);
    // deno-lint-ignore no-control-regex
    assertNotMatch(text.replaceAll("\n", ""), /[\x00-\x1f\x7f-\x9f]|\p{Cf}/u);
    const families = readExposition(text);
    assertEquals(families.get("probe_success")!.samples[0]!.labels, { target: guard(input) });
    assertEquals(families.get("ike_probe_info")!.samples[0]!.labels.version, guard(hostile));
    const [first] = families.get("ike_probe_path_state")!.samples;
    assertEquals([first!.labels.path, first!.labels.address], [guard(hostile), guard(hostile)]);
  }));
});

Deno.test("prometheus: paths and targets that look the same when they are shown are one series", () => {
  const twice = [accepted("udp-500", "192.0.2.7"), path("udp-500", "192.0.2.7")];
  const alike = ["\x1b", "\\x1b"].map((input) =>
    report({ target: { input, host: input, addresses: [] }, paths: twice })
  );
  assertEquals(readExposition(render(...alike)).get("probe_success")!.samples.length, 1);
});

Deno.test("prometheus: numbers that JSON can hold are numbers that Prometheus can read", () => {
  for (const duration_ms of [0, 1e-9, 1e30, Infinity, 0.0004]) readExposition(render(report({ duration_ms })));
});

Deno.test({
  name: "prometheus: promtool finds nothing to complain of (where it is installed)",
  ignore: !isInstalled("promtool"),
  async fn() {
    for (const shown of [...Object.values(REPORTS), hostile('"} 1\nevil{x="\\'), hostile("\u{1f600}")]) {
      const lint = new Deno.Command("promtool", { args: ["check", "metrics"], stdin: "piped", stderr: "piped" })
        .spawn();
      await new Blob([render(shown)]).stream().pipeTo(lint.stdin);
      assertEquals(new TextDecoder().decode((await lint.output()).stderr), "");
    }
  },
});

function isInstalled(program: string): boolean {
  try {
    return new Deno.Command(program, { args: ["--version"], stdout: "null", stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}
