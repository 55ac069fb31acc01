/** The exporter against gateways of the simulated network: what is answered, to whom, and what that costs a gateway. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { HALF_OPEN_LIFE_MS } from "../../lib/watch/mod.ts";
import { drop, runGateway } from "../sim/mod.ts";
import { is, value } from "./exposition.ts";
import { HOST, World, type WorldOptions } from "./world.ts";

const MINUTE = 60_000;

async function world(options: WorldOptions = {}, gateway: Parameters<typeof runGateway>[1] = {}): Promise<World> {
  const made = new World(options);
  await runGateway(made.network.addHost([HOST]), gateway);
  return made;
}

const kindOf = (body: string) => is(body, "ike_probe_run", "kind");
const verdictOf = (body: string) => is(body, "ike_probe_verdict", "verdict");

Deno.test("exporter: a healthy gateway, as metrics", async () => {
  const { status, type, body } = await (await world()).probe(HOST);
  assertEquals([status, type], [200, "text/plain; version=0.0.4; charset=utf-8"]);
  assertEquals([value(body, "probe_success"), verdictOf(body), kindOf(body)], [1, "ready", "full"]);
  assertEquals(value(body, `ike_probe_path_state{transport="tcp",port="4500",state="answered"}`), 1);
  assertEquals(value(body, `ike_probe_phase_seconds{transport="udp",port="500",phase="answer"}`), 0.01);
  assertEquals([value(body, "ike_probe_standing_half_open_sas"), value(body, "ike_probe_full_exchanges_total")], [
    2,
    3,
  ]);
  assert(!body.includes("target="), "Prometheus adds the instance");
});

Deno.test("exporter: a probe that fails is answered with 200, and every series is there", async () => {
  const healthy = await world();
  const dead = new World({ network: { names: { "vpn.example.org": [HOST] } } });
  const names = (body: string) => new Set([...body.matchAll(/^([a-z_]+)[{ ]/gm)].map(([, name]) => name));
  const good = (await healthy.probe(HOST)).body;
  for (const target of ["vpn.example.org", "nosuch.example.org"]) {
    const { status, body } = await dead.probe(target);
    assertEquals([status, value(body, "probe_success")], [200, 0]);
    assertEquals(
      names(good).difference(names(body)),
      new Set(["probe_ssl_earliest_cert_expiry"].filter((n) => names(good).has(n))),
    );
    assertEquals(value(body, `ike_probe_path_state{transport="tcp",port="4500",state="answered"}`), 0);
  }
});

Deno.test("exporter: a day of scrapes costs a gateway a full exchange every ten minutes", async () => {
  const made = await world();
  const seen = new Map<string, number>();
  let accepted: string | undefined;
  for (let i = 0; i < 240; i++) {
    const { body } = await made.probe(HOST);
    const kind = kindOf(body)!;
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
    assert(value(body, "ike_probe_standing_half_open_sas")! <= 4);
    assertEquals([value(body, "probe_success"), verdictOf(body)], [1, "ready"]);
    const outcomes = [...body.matchAll(/^ike_probe_ike_outcome\{path="([^"]*)".*outcome="([^"]*)"\} 1$/gm)]
      .map(([, path, outcome]) => `${path} ${outcome}`).join();
    accepted ??= outcomes;
    assertEquals(outcomes, accepted, "nothing changes with the kind of a run");
    await made.pass(15_000);
  }
  assertEquals([...seen.keys()].toSorted(), ["full", "ping"]);
  assertEquals(seen.get("full"), 6);
  assertEquals(made.reports.filter(({ budget }) => budget.spent.some(({ half_open }) => half_open > 0)).length, 6);
});

Deno.test("exporter: scrapes that come together share a run", async () => {
  const made = await world();
  const answers = await Promise.all([made.probe(HOST), made.probe(HOST, 5), made.probe(`[${HOST}]`), made.probe(HOST)]);
  assertEquals(made.reports.length, 1);
  assertEquals(new Set(answers.map(({ body }) => body)).size, 1);
  const again = await made.probe(HOST);
  assertEquals(made.reports.length, 1, "one that comes a moment later gets the same report");
  await made.pass(700);
  const later = await made.probe(HOST);
  assertEquals([value(again.body, "ike_probe_report_age_seconds"), value(later.body, "ike_probe_report_age_seconds")], [
    0,
    0.7,
  ]);
  await made.pass(400);
  assertEquals(kindOf((await made.probe(HOST)).body), "ping");
});

Deno.test("exporter: a path that goes silent is looked at closely within the same scrape", async () => {
  const made = await world();
  await made.probe(HOST);
  await made.pass(15_000);
  made.network.middleboxes.push(drop({ protocol: "udp" }));
  const began = made.network.clock.now();
  const { body } = await made.probe(HOST);
  assertEquals(made.reports.length, 3, "full, ping, and the closer look");
  assertEquals([kindOf(body), verdictOf(body), value(body, "ike_probe_unconfirmed_changes")], [
    "confirm",
    "fallback",
    0,
  ]);
  assertEquals(value(body, `ike_probe_finding{code="udp-blocked"}`), 1);
  assert(made.network.clock.now() - began < 9_500);
  const outcome = `ike_probe_ike_outcome{transport="tcp",port="4500",outcome="accepted"}`;
  assertEquals(value(body, outcome), 1, "what was only pinged is as accepted as before");
  await made.pass(15_000);
  assertEquals(value((await made.probe(HOST)).body, outcome), 1);
});

Deno.test("exporter: where a scrape has no time for that, the next one does it", async () => {
  const made = await world();
  await made.probe(HOST, 5);
  await made.pass(15_000);
  made.network.middleboxes.push(drop({ protocol: "udp" }));
  const first = await made.probe(HOST, 5);
  assertEquals([kindOf(first.body), value(first.body, "ike_probe_unconfirmed_changes")], ["ping", 2]);
  await made.pass(15_000);
  const second = await made.probe(HOST, 5);
  assertEquals([kindOf(second.body), verdictOf(second.body)], ["confirm", "fallback"]);
  assertEquals(value(second.body, "ike_probe_unconfirmed_changes"), 0);
});

Deno.test("exporter: scrapes with little time find out, too", async () => {
  for (const seconds of [3, 2, 1]) {
    const made = await world();
    await made.probe(HOST, seconds);
    await made.pass(15_000);
    made.network.middleboxes.push(drop({ protocol: "udp" }));
    for (let i = 0; i < 3; i++) {
      await made.probe(HOST, seconds);
      await made.pass(15_000);
    }
    const { body } = await made.probe(HOST, seconds);
    assertEquals([verdictOf(body), value(body, "ike_probe_unconfirmed_changes")], ["fallback", 0], `${seconds} s`);
    assertEquals(made.reports.filter(({ interrupted }) => interrupted).length, 0, `${seconds} s`);
  }
});

Deno.test("exporter: a scrape is answered before its time is over, with what there is", async () => {
  for (const seconds of [10, 5, 2, 1, 0.6]) {
    const made = await world({ network: { middleboxes: [drop({ port: 4500 })] } });
    const began = made.network.clock.now();
    const { status, body } = await made.probe(HOST, seconds);
    const took = made.network.clock.now() - began;
    assertEquals([status, verdictOf(body)], [200, "degraded"], `${seconds} s: ${body.slice(0, 200)}`);
    assert(took <= Math.max(seconds * 1000 - 500, seconds * 500), `${seconds} s, and ${took} ms`);
    assertEquals(value(body, `ike_probe_path_state{transport="udp",port="4500",state="silent"}`), 1);
  }
});

Deno.test("exporter: a gateway that does not answer the end of its SA is scraped in time", async () => {
  const isFarewell = ({ data }: { readonly data: Uint8Array }) => data[2 + 4 + 18] === 35;
  for (const direction of ["out", "in"] as const) {
    const made = await world();
    made.network.middleboxes.push(drop({ protocol: "tcp", direction, test: isFarewell }), drop({ protocol: "udp" }));
    const began = made.network.clock.now();
    const { status, body } = await made.probe(`${HOST}&paths=tcp-4500`, 3);
    assertEquals([status, value(body, "probe_success")], [200, 1], direction);
    assert(made.network.clock.now() - began <= 2_500, `${made.network.clock.now() - began} ms`);
    await made.pass(10_000);
  }
});

Deno.test("exporter: after hours without a scrape the first one is a full run", async () => {
  const made = await world();
  await made.probe(HOST);
  await made.pass(200 * MINUTE);
  assertEquals(kindOf((await made.probe(HOST)).body), "full");
});

Deno.test("exporter: settings that differ are targets of their own, and share what an address can bear", async () => {
  const made = await world();
  const queries = ["", "&timeout=2s", "&timeout=1s", "&retries=1", "&quick=1"];
  const answers = await Promise.all(queries.map((query) => made.probe(HOST + query)));
  assertEquals(answers.map(({ status }) => status), [200, 200, 503, 503, 503]);
  assertMatch(answers[2]!.body, /Half-open SAs of other probes fill the budget .*: the next one ends in 200 s\n$/);
  assertEquals(answers[2]!.fields?.["Retry-After"], "200");
  const own = (await made.get("/metrics")).body;
  assertEquals([value(own, "ike_exporter_standing_half_open_sas"), value(own, "ike_exporter_targets")], [4, 5]);
  await made.pass(HALF_OPEN_LIFE_MS);
  assertEquals((await made.probe(`${HOST}&quick=1`)).status, 200);
  assertEquals(value((await made.get("/metrics")).body, "ike_exporter_standing_half_open_sas"), 2);
});

Deno.test("exporter: a name and its address are one gateway", async () => {
  const made = await world({ network: { names: { "vpn.example.org": [HOST], "b.example.org": [HOST] } } });
  const answers = await Promise.all(
    [HOST, "vpn.example.org", "VPN.example.ORG.", "b.example.org"].map((t) => made.probe(t)),
  );
  assertEquals(answers.map(({ status }) => status), [200, 200, 200, 503]);
  assertEquals(made.reports.length, 2);
});

Deno.test("exporter: more targets than are remembered: the oldest is forgotten, and what it left at its gateway is not", async () => {
  const made = await world({ maxTargets: 3, minIntervalMs: 0 });
  const targets = async () => value((await made.get("/metrics")).body, "ike_exporter_targets");
  await made.probe(HOST);
  for (let i = 0; i < 20; i++) {
    await made.pass(1);
    await made.probe(`nosuch${i}.example.org`);
    assert((await targets())! <= 3);
  }
  assertEquals(value((await made.get("/metrics")).body, "ike_exporter_standing_half_open_sas"), 2);
  const { body } = await made.probe(HOST);
  assertEquals([kindOf(body), value(body, "ike_probe_standing_half_open_sas")], ["full", 4]);
  assertEquals((await made.probe(`${HOST}&quick=1`)).status, 503);
});

Deno.test("exporter: targets that nobody asks for are forgotten", async () => {
  const made = await world();
  await made.probe("a.example.org");
  await made.pass(61 * MINUTE);
  await made.probe("b.example.org");
  assertEquals(value((await made.get("/metrics")).body, "ike_exporter_targets"), 1);
});

Deno.test("exporter: so many runs at a time; others wait a little, and are turned away then", async () => {
  const names = Object.fromEntries(
    Array.from({ length: 12 }, (_, i) => [`h${i}.example.org`, [`203.0.113.${100 + i}`]]),
  );
  const made = new World({ concurrency: 2, network: { names } });
  const answers = await Promise.all(Object.keys(names).map((name) => made.probe(`${name}&quick=1&timeout=1500ms`)));
  const statuses = answers.map(({ status }) => status);
  assertEquals([statuses.filter((s) => s === 200).length, statuses.filter((s) => s === 503).length], [4, 8]);
  const busy = answers.find(({ status }) => status === 503)!;
  assertEquals([busy.body, busy.fields], ["Too many probes at a time\n", { "Retry-After": "1" }]);
  const own = (await made.get("/metrics")).body;
  assertEquals(value(own, `ike_exporter_probes_refused_total{reason="busy"}`), 8);
  assertEquals(value(own, "ike_exporter_probes_in_flight"), 0);
});

Deno.test("exporter: a run that is ended by shutdown is answered", async () => {
  const made = await world({ network: { middleboxes: [drop({ protocol: "udp" })] } });
  const asked = made.probe(HOST, 60);
  await made.pass(1000);
  made.exporter.stop();
  const { status, body } = await asked;
  assertEquals([status, verdictOf(body), made.reports[0]?.interrupted], [200, "unknown", true]);
  assertEquals(
    made.reports[0]?.budget.spent.map(({ over_tcp, ended }) => [over_tcp, ended]),
    [[1, 1]],
    "farewell was said",
  );
});

Deno.test("exporter: a defect in one probe is that probe's, and the next one is answered", async () => {
  let broken = true;
  const made = await world();
  const { probe } = made.exporter.options;
  const other = await world({
    probe: (...args) => {
      if (broken) throw new Error("a defect");
      return probe(...args);
    },
  });
  const request = {
    method: "GET",
    path: "/probe",
    query: new URLSearchParams({ target: HOST }),
    fields: new Map(),
    keepAlive: true,
  };
  const failure = await other.exporter.answer(request, { from: "-" }).catch((error: Error) => error.message);
  assertEquals(failure, "a defect");
  broken = false;
  assertEquals((await other.probe(HOST)).status, 200);
});

Deno.test("exporter: debug is for people: the report, the findings that stand, the metrics", async () => {
  const made = await world();
  const first = (await made.probe(`${HOST}&debug=true`)).body;
  assertMatch(
    first,
    /^Report of now \(full\):\n\n203\.0\.113\.2\n[^]*READY[^]*\nMetrics that would have been returned:\n\n# HELP probe_success/,
  );
  await made.pass(500);
  assertMatch((await made.probe(`${HOST}&debug=1`)).body, /^Report of 0\.5 s ago, given again \(full\):/);
  await made.pass(500);
  assertMatch(
    (await made.probe(`${HOST}&debug=1`)).body,
    /^Report of now \(ping\):[^]*\nFindings and verdict are those of 2026-/,
  );
});

Deno.test("exporter: /metrics counts, /-/healthy is, / explains, others are not there", async () => {
  const made = await world({ modules: new Map([["slow", { timeout: 5000 }]]) });
  await made.probe(HOST);
  await made.probe(`${HOST}&module=slow`);
  await made.probe(`${HOST}&module=fast`);
  await made.probe("10.0.0.1");
  await made.get("/nowhere");
  assertEquals((await made.get("/-/healthy")).status, 200);
  assertEquals((await made.get("/")).type, "text/html; charset=utf-8");
  const { body } = await made.get("/metrics");
  assertEquals(value(body, `ike_exporter_probes_total{verdict="ready"}`), 2);
  assertEquals(value(body, `ike_exporter_runs_total{kind="full"}`), 2);
  assertEquals(value(body, `ike_exporter_probe_duration_seconds_count`), 2);
  assertEquals(value(body, `ike_exporter_probe_duration_seconds_bucket{le="+Inf"}`), 2);
  assertEquals(
    ["parameters", "target", "busy"].map((r) => value(body, `ike_exporter_probes_refused_total{reason="${r}"}`)),
    [1, 1, 0],
  );
  assertEquals(["200", "400", "403", "404"].map((c) => value(body, `ike_exporter_http_answers_total{code="${c}"}`)), [
    4,
    1,
    1,
    1,
  ]);
  assertEquals(value(body, "process_start_time_seconds"), 1);
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
    const answer = await made.get("/metrics", undefined, method);
    assertEquals([answer.status, answer.fields], [405, { Allow: "GET, HEAD" }]);
  }
});

Deno.test("exporter: a HEAD is checked, and nothing is sent", async () => {
  const made = await world();
  assertEquals((await made.get(`/probe?target=${HOST}`, 10, "HEAD")).status, 200);
  assertEquals((await made.get(`/probe?target=10.0.0.1`, 10, "HEAD")).status, 403);
  assertEquals(made.network.trace.length, 0);
});

Deno.test("exporter: the log says who asked for what, and how it went", async () => {
  const made = await world();
  await made.probe(HOST);
  await made.probe("a%1b[31m");
  await made.probe("192.168.0.1");
  assertEquals(
    made.log.map((logged) =>
      logged.kind === "probe" ? [logged.target, logged.status, logged.run, logged.verdict] : logged
    ),
    [[HOST, 200, "full", "ready"], ["a\x1b[31m", 200, "full", "unknown"], ["192.168.0.1", 403, undefined, undefined]],
  );
  assertStringIncludes(JSON.stringify(made.log[0]), "IKE is accepted over UDP 500");
});
