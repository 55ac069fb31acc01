/** The comparison of reports: what counts as worse, what is no change, and what a reader gets to see. */
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { type Change, type Diff, EXPECTATION_SCHEMA_ID, type Facts, type IkeReport } from "../../lib/model/mod.ts";
import { compareFiles, NothingToCompare } from "../../lib/report/diff/compare.ts";
import { failureDiff } from "../../lib/report/diff/failure.ts";
import { renderDiff } from "../../lib/report/diff/text.ts";
import { DIFF_SCHEMA } from "../../lib/report/schema/diff.ts";
import { GATEWAY, udpWorks, World } from "../diagnose/facts.ts";
import { assertSnapshot } from "../snapshot.ts";
import { factsOf, REPORTS, TLS } from "./reports.ts";
import { runSimulated } from "./simulated.ts";

const validate = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true }).compile(DIFF_SCHEMA);
const { tool } = REPORTS.ready!;
const OTHER = "203.0.113.3";

/** The comparison; fails unless it fits the schema. */
function compare(a: Facts | readonly Facts[], b: Facts | readonly Facts[]): Diff {
  const file = (name: string, facts: Facts | readonly Facts[]) => ({ file: name, reports: [facts].flat() as Facts[] });
  const diff = compareFiles(file("office.json", a), file("home.json", b), tool);
  assert(validate(JSON.parse(JSON.stringify(diff))), JSON.stringify(validate.errors));
  return diff;
}

/** `worse state tcp-4500@…`, a line each. */
function lines(a: Facts, b: Facts): string[] {
  return compare(a, b).hosts[0]!.changes.map(({ direction, aspect, code, paths }) =>
    [direction, code ?? aspect, ...paths.map((id) => id.split("@", 1)[0]!)].join(" ")
  );
}

function remarks(a: Facts, b: Facts): readonly string[] {
  return compare(a, b).hosts[0]!.remarks;
}

/** Every report that stands in the tests' folders. */
const RECORDED = new URL("../diagnose/reports/", import.meta.url);
const ALL: readonly (readonly [name: string, facts: Facts])[] = [
  ...Object.entries(REPORTS).map(([name, report]) => [name, factsOf(report)] as const),
  ...[...Deno.readDirSync(RECORDED)].map(({ name }) => {
    const text = Deno.readTextFileSync(new URL(name, RECORDED));
    return [name, JSON.parse(text.split("\n")[1]!) as Facts] as const;
  }),
  ["two addresses", new World().answered("udp-500").silentUdp("udp-500", {}, OTHER).facts()],
  ["another address", new World().answered("udp-500", {}, OTHER).facts()],
];

for (const [name, facts] of ALL) {
  Deno.test(`diff: a report and itself: ${name}`, () => {
    const { hosts, worse, better, different, exit } = compare(facts, facts);
    assertEquals([hosts[0]!.changes, hosts[0]!.remarks], [
      [],
      facts.interrupted ? ["A was interrupted.", "B was interrupted."] : [],
    ]);
    assertEquals([worse, better, different, exit], [0, 0, 0, 0]);
  });
}

Deno.test("diff: turned round, worse and better change places, and nothing else", () => {
  for (const [, a] of ALL) {
    for (const [, b] of ALL) {
      const [there, back] = [compare(a, b), compare(b, a)];
      assertEquals([there.worse, there.better, there.different], [back.better, back.worse, back.different]);
      assertEquals(there.exit === 1, back.better > 0);
      const key = ({ aspect, code, a, b }: Change, turned = false) =>
        JSON.stringify(turned ? [aspect, code, b, a] : [aspect, code, a, b]);
      assertEquals(
        there.hosts[0]!.changes.map((change) => key(change)).toSorted(),
        back.hosts[0]!.changes.map((change) => key(change, true)).toSorted(),
      );
    }
  }
});

Deno.test("diff: two runs of the same gateway are the same, whichever keys and ports they had", async () => {
  for (const faults of [[], ["udp:drop"], ["tcp:prefix-reset"], ["tcp:http"], ["error:NO_PROPOSAL_CHOSEN"]]) {
    const [a, b] = [await runSimulated(faults), await runSimulated(faults, {}, { seed: 7, latency: 9 })];
    assert(JSON.stringify(a) !== JSON.stringify(b));
    assertEquals(lines(a, b), [], faults.join());
  }
});

Deno.test("diff: a path that no longer works is worse, and so is the finding that says why", () => {
  const good = udpWorks().answered("tcp-4500").facts();
  const bad = udpWorks().syn("tcp-4500", "silent").facts();
  assertEquals(lines(good, bad), ["worse verdict", "worse state tcp-4500", "worse tcp-filtered tcp-4500"]);
  assertEquals(compare(good, bad).exit, 1);
  assertEquals(lines(bad, good), ["better verdict", "better state tcp-4500", "better tcp-filtered tcp-4500"]);
  assertEquals(compare(bad, good).exit, 0);
});

Deno.test("diff: a path that fails in another way is different", () => {
  const [dropped, refused] = [udpWorks().syn("tcp-4500", "silent"), udpWorks().syn("tcp-4500", "refused")];
  assertEquals(lines(dropped.facts(), refused.facts()), [
    "better verdict",
    "better tcp-filtered tcp-4500",
    "different state tcp-4500",
    "different tcp-not-offered tcp-4500",
  ]);
});

Deno.test("diff: which stream was asked to accept, and which only whether it is alive, is no change", () => {
  const alive: Partial<IkeReport> = { outcome: "alive", error: "NO_PROPOSAL_CHOSEN" };
  const one = udpWorks().answered("tcp-4500").answered("tls-443", alive).facts();
  const other = udpWorks().answered("tcp-4500", alive).answered("tls-443").facts();
  assertEquals(lines(one, other), []);
});

Deno.test("diff: findings that are more severe or more certain are worse", () => {
  const certain = udpWorks().stood("tcp-4500", "reset").trial("tcp-prefix", "tcp-4500", "reset")
    .trial("tcp-other-prefix", "tcp-4500", "closed");
  const likely = udpWorks().stood("tcp-4500", "reset").trial("tcp-prefix-frame", "tcp-4500", "reset")
    .trial("tcp-other-stream", "tcp-4500", "closed");
  const of = (world: World) => compare(world.facts(), world.facts()).hosts[0]!.b.verdict;
  assertEquals([of(certain), of(likely)], ["degraded", "degraded"]);
  const found = lines(likely.facts(), certain.facts());
  assertEquals(found.filter((line) => line.startsWith("worse prefix-reset")).length, 1, found.join());
});

Deno.test("diff: a notice that comes or goes is different, and never worse", () => {
  const plain = udpWorks().facts();
  const cookie = udpWorks({ demands: ["cookie"] }).facts();
  assertEquals(lines(plain, cookie), ["different cookie-demanded udp-500 udp-4500"]);
  assertEquals(compare(plain, cookie).exit, 0);
});

Deno.test("diff: whether a notice names a path more is no change", () => {
  const one = new World().answered("udp-500", { demands: ["cookie"] }).answered("udp-4500").facts();
  assertEquals(lines(one, udpWorks({ demands: ["cookie"] }).facts()), []);
});

Deno.test("diff: what the gateway chose, announced and sent along, once for all paths", () => {
  const notifies = [{ type: 16430, name: "IKEV2_FRAGMENTATION_SUPPORTED" }, {
    type: 16418,
    name: "CHILDLESS_IKEV2_SUPPORTED",
  }];
  const a = udpWorks({ notifies, vendor_ids: [{ hex: "01" }] }).facts();
  const b = udpWorks({
    notifies: notifies.slice(0, 1),
    vendor_ids: [{ hex: "02", name: "Other" }],
    proposal: { encr: "AES-CBC", key_bits: 128, dh: "MODP2048" },
    nat: { client: "translated", gateway: "none" },
  }).facts();
  assertEquals(lines(a, b).filter((line) => !/nat-client| use/.test(line)), [
    "different chosen udp-500 udp-4500",
    "different announced udp-500 udp-4500",
    "different vendor-ids udp-500 udp-4500",
    "different nat udp-500 udp-4500",
  ]);
  const turned = udpWorks({ notifies: notifies.toReversed(), vendor_ids: [{ hex: "01" }] }).facts();
  assertEquals(lines(a, turned), [], "in another order");
});

Deno.test("diff: a certificate that is no longer trusted is worse; another one is different", () => {
  const facts = (tls: Partial<typeof TLS>) =>
    udpWorks().answered("tls-443", { path: { expected: false, tls: { ...TLS, trust_error: undefined, ...tls } } })
      .facts();
  const leaf = TLS.chain[0]!;
  const found = lines(facts({ trusted: true }), facts({ trusted: false, trust_error: "expired" }));
  assertEquals(found.filter((line) => line.includes("trust")), ["worse trust tls-443"]);
  assertEquals(
    lines(
      facts({ trusted: true }),
      facts({ trusted: true, chain: [{ ...leaf, fingerprint_sha256: "cd".repeat(32) }], server_name: "other.example" }),
    ),
    ["different certificate tls-443"],
  );
});

Deno.test("diff: times, when they are others on half of the paths", () => {
  const at = (udp: number, udp4500: number, rtt: number) =>
    new World().answered("udp-500", { ms: udp }).answered("udp-4500", { ms: udp4500 })
      .answered("tcp-4500", { ms: rtt, rtt }).facts();
  assertEquals(lines(at(20, 20, 20), at(29, 29, 29)), [], "not by half");
  assertEquals(lines(at(4, 4, 4), at(12, 12, 12)), [], "by half, and not by 10 ms");
  assertEquals(lines(at(20, 20, 20), at(90, 20, 20)), [], "a single one");
  assertEquals(lines(at(20, 20, 20), at(90, 90, 90)), [
    "different connect-time tcp-4500",
    "different answer-time udp-500 udp-4500 tcp-4500",
  ]);
});

Deno.test("diff: an address that has changed is taken for the same place, and that is said", () => {
  const a = udpWorks().facts();
  const b = new World().answered("udp-500", {}, OTHER).silentUdp("udp-4500", {}, OTHER).facts();
  assertEquals(lines(a, b), [
    "worse verdict",
    "worse state udp-4500",
    "worse udp-4500-blocked udp-4500",
    "different addresses",
  ]);
  assertEquals(remarks(a, b), [
    `${GATEWAY} in A and ${OTHER} in B are taken for the same place: its address has changed.`,
  ]);
});

Deno.test("diff: where several addresses have changed nobody knows which is which", () => {
  const third = "203.0.113.4";
  const a = new World().answered("udp-500").answered("udp-500", {}, OTHER).facts();
  const b = new World().answered("udp-500").answered("udp-500", {}, third).silentUdp("udp-500", {}, "203.0.113.5")
    .facts();
  const found = compare(a, b).hosts[0]!;
  assertEquals(found.remarks, []);
  assertEquals(found.worse, 1, "the verdict");
  assertEquals(
    found.changes.filter(({ aspect }) => aspect === "state").map((
      { direction, paths, a, b },
    ) => [direction, paths, a === null, b === null]),
    [
      ["different", [`udp-500@${OTHER}`], false, true],
      ["different", [`udp-500@${third}`], true, false],
      ["different", ["udp-500@203.0.113.5"], true, false],
    ],
  );
});

Deno.test("diff: each family has its own address", () => {
  const world = (v4: string, v6: string) => new World().answered("udp-500", {}, v4).answered("udp-500", {}, v6).facts();
  assertEquals(remarks(world(GATEWAY, "2001:db8::1"), world(OTHER, "2001:db8::2")).length, 2);
  assertEquals(lines(world(GATEWAY, "2001:db8::1"), world(OTHER, "2001:db8::2")), ["different addresses"]);
});

Deno.test("diff: what only one run tried is told, and its findings are not worse", () => {
  const a = udpWorks().facts();
  const b = udpWorks().syn("tcp-4500", "silent").facts();
  assertEquals(lines(a, b), ["worse verdict", "different state tcp-4500", "different tcp-filtered tcp-4500"]);
});

Deno.test("diff: demands of one side are no change of the network", () => {
  const facts = (more: Parameters<World["facts"]>[0] = {}) => udpWorks().syn("tcp-4500", "refused").facts(more);
  const required = (): Facts => {
    const made = facts({ optionsOf: { require: ["tcp-4500"] } });
    return {
      ...made,
      paths: made.paths.map((path) => ({ ...path, required: path.port === 4500 && path.transport === "tcp" })),
    };
  };
  assertEquals(lines(facts(), required()), []);
  assertEquals(remarks(facts(), required()), ["What --require names in one of them is required of both."]);
  const expectation = { schema: EXPECTATION_SCHEMA_ID, paths: [{ path: "tcp-4500" }] } as const;
  assertEquals(lines(facts(), facts({ expectation })), []);
  assertEquals(remarks(facts(), facts({ expectation })), [
    "Their expectations (--expect) are not the same: neither counts here.",
  ]);
  assertEquals(remarks(facts({ expectation }), facts({ expectation })), []);
});

Deno.test("diff: an expectation that is unmet in one more way is worse", () => {
  const expectation = {
    schema: EXPECTATION_SCHEMA_ID,
    paths: [{ path: "udp-500", max_answer_ms: 0.01 }],
    minimum_key_bits: 256,
  } as const;
  const run = (key_bits: number) => udpWorks({ proposal: { encr: "AES-CBC", key_bits, dh: "MODP2048" } });
  const [one, two] = [run(256).facts({ expectation }), run(128).facts({ expectation })];
  const unmet = (a: Facts, b: Facts) => lines(a, b).filter((line) => line.includes("expectation-unmet"));
  assertEquals(unmet(one, two), ["worse expectation-unmet udp-500 udp-4500"]);
  assertEquals(unmet(two, one), ["better expectation-unmet udp-500 udp-4500"]);
  assertEquals([unmet(one, one), unmet(two, two)], [[], []]);
});

Deno.test("diff: how the runs themselves differ is said", () => {
  const a = udpWorks().facts();
  const b = udpWorks().facts({
    tool: { ...a.tool, version: "9" },
    target: { ...a.target, host: "other.example" },
    optionsOf: { mode: "quick", groups: ["X25519"], timeout_ms: 1000 },
    interrupted: true,
  });
  assertEquals(remarks(a, b), [
    "A is of vpn.example, B of other.example.",
    "A was made by version 0, B by 9; the rules of this version judge both.",
    "A was a normal run, B a quick one: what only experiments can find may be missing in one of them.",
    "A offered the groups X25519, MODP2048; B offered X25519.",
    "A waited 3.00 s for each path, B 1.00 s.",
    "B was interrupted.",
  ]);
});

Deno.test("diff: a run without a verdict", () => {
  const [ready, blocked] = [udpWorks().facts(), new World().silentUdp("udp-500").silentUdp("udp-4500").facts()];
  const unknown = {
    ...udpWorks().facts(),
    paths: [],
    target: { ...ready.target, addresses: [], error: "no such name" },
  };
  assertEquals(lines(ready, unknown), ["worse verdict", "different use", "different addresses"]);
  assertEquals(lines(blocked, unknown), ["different verdict", "different addresses"]);
});

Deno.test("diff: files with several reports are matched by host", () => {
  const of = (host: string, world: World) => {
    const facts = world.facts();
    return { ...facts, target: { ...facts.target, host, input: host } };
  };
  const bad = () => udpWorks().syn("tcp-4500", "silent");
  const good = () => udpWorks().answered("tcp-4500");
  const diff = compare(
    [of("a.example", good()), of("b.example", bad()), of("c.example", good()), of("a.example", bad())],
    [of("d.example", good()), of("b.example", good()), of("a.example", bad())],
  );
  assertEquals(diff.hosts.map(({ host, worse, better }) => [host, worse, better]), [
    ["a.example", 0, 0],
    ["b.example", 0, 3],
  ]);
  assertEquals(diff.hosts[0]!.remarks, ["A has 2 reports of this host: the last one counts."]);
  assertEquals([diff.only_a, diff.only_b, diff.exit], [["c.example"], ["d.example"], 0]);
  assertThrows(() => compare([of("a", good()), of("b", good())], of("c", good())), NothingToCompare);
});

Deno.test("diff: one that failed fits the schema", () => {
  assert(validate(failureDiff("Cannot read a.json: it is empty", tool)), JSON.stringify(validate.errors));
});

const STYLE = { color: false, verbose: false };
const BEFORE = udpWorks({ vendor_ids: [{ hex: "4f", name: "Gate 1.0" }] }).answered("tcp-4500")
  .answered("tls-443", { outcome: "alive", error: "NO_PROPOSAL_CHOSEN", path: { tls: { ...TLS, trusted: true } } });
const AFTER = new World().answered("udp-500", { vendor_ids: [{ hex: "50", name: "Gate 2.0" }], ms: 95 })
  .silentUdp("udp-4500").stood("tcp-4500", "reset").trial("tcp-prefix", "tcp-4500", "reset")
  .trial("tcp-other-prefix", "tcp-4500", "closed").answered("tls-443", { ms: 90, path: { tls: TLS } });
const A = BEFORE.facts({ started: "2026-11-24T09:00:00.123Z" });
const B = AFTER.facts({ started: "2026-11-24T19:30:00Z", optionsOf: { mode: "deep" } });

for (const width of [60, 80, 100]) {
  Deno.test(`diff: as text, at ${width} columns`, async () => {
    await assertSnapshot(
      renderDiff(compare(A, B), { ...STYLE, width }),
      new URL(`snapshots/diff-${width}.txt`, import.meta.url),
    );
  });
}

Deno.test("diff: as text, of several hosts", async () => {
  const of = (host: string, facts: Facts) => ({ ...facts, target: { ...facts.target, host, input: host } });
  const diff = compare(
    [of("a.example", A), of("b.example", A), of("old.example", A)],
    [of("a.example", A), of("b.example", B), of("new.example", A)],
  );
  await assertSnapshot(
    renderDiff(diff, { ...STYLE, width: 80 }),
    new URL("snapshots/diff-hosts-80.txt", import.meta.url),
  );
});

Deno.test("diff: text says what there is to say when nothing is", () => {
  const text = renderDiff(compare(A, A), { ...STYLE, width: 80 });
  assertEquals(text.split("\n").slice(-4), ["  No difference.", "", "No difference", ""]);
  assertStringIncludes(renderDiff(compare(A, B), { ...STYLE, color: true, width: 80 }), "\x1b[31;1mworse\x1b[0m");
});

/** Replaces texts of a report at random, as a hostile gateway or a forged file would. */
function hostile(facts: Facts, choose: (most: number) => number, texts: readonly string[]): Facts {
  const touch = (value: unknown, key: string): unknown => {
    if (Array.isArray(value)) return value.map((one) => touch(one, key));
    if (typeof value === "object" && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, touch(one, name)]));
    }
    return typeof value === "string" && FREE_TEXT.has(key) && choose(3) === 0 ? texts[choose(texts.length)] : value;
  };
  return touch(facts, "") as Facts;
}

const FREE_TEXT = new Set([
  ...["input", "host", "version", "error", "trust_error", "subject", "issuer", "names", "reason", "name", "meaning"],
  ...["encr", "prf", "dh", "groups", "detail", "what", "notify", "address", "cipher", "alpn", "faults", "redirects"],
]);

Deno.test("diff: never throws, and nothing in it acts on a terminal, whatever the reports say", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("\x1b[2J", "\u202eabc", "", "\u009b31m", "a\nb"),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...ALL, ["before", A] as const, ["after", B] as const),
      fc.constantFrom(...ALL, ["before", A] as const, ["after", B] as const),
      fc.array(text, { minLength: 1, maxLength: 4 }),
      fc.infiniteStream(fc.nat(1_000_000)),
      ([, one], [, other], texts, stream) => {
        const choose = (most: number) => stream.next().value! % most;
        const file = (name: string, facts: Facts) => ({ file: name, reports: [hostile(facts, choose, texts)] });
        const diff = compareFiles(file("\x1b]0;x\x07", one), file("b", other), tool);
        const shown = renderDiff(diff, { ...STYLE, width: 80 });
        // deno-lint-ignore no-control-regex
        assert(!/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/.test(shown), JSON.stringify(shown));
      },
    ),
    { numRuns: 150 },
  );
});
