/** What holds for all rules: complete texts, one file each, and findings that are sound whatever the facts say. */
import { assert, assertEquals, assertNotMatch } from "@std/assert";
import fc from "fast-check";
import { diagnose, rule, RULES } from "../../lib/diagnose/mod.ts";
import { type Facts, FINDING_CODES, type FindingCode, type Report } from "../../lib/model/mod.ts";
import { GATEWAY, udpWorks, World } from "./facts.ts";

/** Codes whose measurements come later: they can not fire, and have nothing to explain. */
const LATER: readonly FindingCode[] = [
  "fragments-dropped",
  "pmtu-blackhole",
  "pmtu-reduced",
  "mapping-timeout",
  "idle-timeout",
  "keepalive-rejected",
  "repeat-differs",
];

Deno.test("rules: one for each code that can fire, in the contract's order", () => {
  assertEquals(RULES.map(({ code }) => code), FINDING_CODES.filter((code) => !LATER.includes(code)));
  for (const code of LATER) assertEquals(rule(code), undefined);
});

Deno.test("rules: one file each, named after the code", () => {
  const folder = new URL("../../lib/diagnose/rules/", import.meta.url);
  const files = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name !== "mod.ts").toSorted();
  assertEquals(files, RULES.map(({ code }) => `${code.replaceAll("-", "_")}.ts`).toSorted());
});

for (const { code, title, question, meaning, established, confusedWith, advice, references } of RULES) {
  Deno.test(`rule ${code}: its text is complete`, () => {
    for (const text of [question, meaning, established, confusedWith]) {
      assert(text.length > 20, text);
      assert(/[.?)]$/.test(text), text);
      assertNotMatch(text, /\s\s|TODO|undefined/);
    }
    assert(title.length > 10 && !title.endsWith("."), title);
    assert(question.includes("?"), question);
    assert(references.length > 0);
    for (const reference of references) assert(/^RFC \d{4}( (§\d|Appendix [A-Z]))?/.test(reference), reference);
    assert(advice.client.length + advice.gateway.length > 0);
    for (const item of [...advice.client, ...advice.gateway]) assert(item.endsWith("."), item);
  });
}

/** Worlds that between them make nearly every rule speak. */
const WORLDS: readonly (() => World)[] = [
  () => udpWorks().answered("tcp-4500"),
  () => new World().silentUdp("udp-500").silentUdp("udp-4500").answered("tcp-4500"),
  () =>
    udpWorks().stood("tcp-4500", "reset").trial("tcp-prefix", "tcp-4500", "reset")
      .trial("tcp-other-prefix", "tcp-4500", "closed"),
  () => udpWorks().stood("tcp-4500", "silent").trial("tcp-closed-port", "tcp-4500", "connected"),
  () =>
    new World().icmpUdp("udp-500", "10.0.0.1", "prohibited", "administratively prohibited").syn("tcp-4500", "silent"),
  () =>
    udpWorks({ nat: { client: "translated", gateway: "translated" } }).answered("tcp-4500", {
      outcome: "rejected",
      error: "NO_PROPOSAL_CHOSEN",
    }),
];

function assertSound(facts: Facts): void {
  const { findings, verdict } = diagnose(facts);
  const ids = facts.paths.map(({ id }) => id);
  for (const { code, paths, evidence, summary, advice } of findings) {
    assert(paths.length > 0 && paths.every((id) => ids.includes(id)), `${code}: ${paths}`);
    assertEquals(new Set(paths).size, paths.length, code);
    assert(evidence.length > 0, code);
    assert(evidence.every(({ events }) => events.every((index) => facts.events[index] !== undefined)), code);
    for (const text of [summary, ...advice, ...evidence.map((one) => one.text)]) {
      // deno-lint-ignore no-control-regex
      assertNotMatch(text, /[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/, code);
      assertNotMatch(text, /undefined|\[object|NaN/, code);
    }
  }
  assert(verdict.recommended === null || ids.includes(verdict.recommended));
}

Deno.test("diagnose: findings cite what exists, are about paths of the report, and are worst first", () => {
  for (const world of WORLDS) {
    const facts = world().facts();
    assertSound(facts);
    const order = diagnose(facts).findings.map(({ severity }) => ["problem", "warning", "notice"].indexOf(severity));
    assertEquals(order, order.toSorted());
  }
});

Deno.test("diagnose: the same facts give the same diagnosis, and are left as they were", () => {
  for (const world of WORLDS) {
    const facts = world().facts();
    const before = JSON.stringify(facts);
    assertEquals(diagnose(facts), diagnose(JSON.parse(before) as Facts));
    assertEquals(JSON.stringify(facts), before);
  }
});

/** Replaces texts and numbers of a report at random, as a hostile gateway or a damaged file would. */
function mutated(facts: Facts, choose: (most: number) => number, texts: readonly string[]): Facts {
  const touch = (value: unknown, key: string): unknown => {
    if (Array.isArray(value)) return value.map((one) => touch(one, key));
    if (typeof value === "object" && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, touch(one, name)]));
    }
    if (choose(12) !== 0) return value;
    if (typeof value === "string" && FREE_TEXT.has(key)) return texts[choose(texts.length)];
    return typeof value === "number" && key !== "experiment" ? value * [0, 1, 2, 1000][choose(4)]! : value;
  };
  return touch(facts, "") as Facts;
}

/** Fields whose text comes from the network. */
const FREE_TEXT = new Set(["error", "banner", "trust_error", "subject", "detail", "data", "what", "reason", "notify"]);

Deno.test("diagnose: never throws and never shows a control character, whatever the network said", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("\x1b[2J", "\u202eabc", "", "zz", "00", "ff".repeat(40)),
  );
  fc.assert(
    fc.property(
      fc.nat(WORLDS.length - 1),
      fc.array(text, { minLength: 1, maxLength: 5 }),
      fc.infiniteStream(fc.nat(1_000_000)),
      (which, texts, stream) => {
        const world = WORLDS[which]!();
        world.stood("tls-443", "foreign", { path: { speaks: "http", banner: "485454502f312e31203230300d0a" } });
        world.message(`tls-443@${GATEWAY}`, "stray", "00".repeat(40), { notify: "x" });
        assertSound(mutated(world.facts(), (most) => stream.next().value! % most, texts));
      },
    ),
    { numRuns: 100 },
  );
});

/** Two lines each: what it is and what it means; and the facts, as `--format jsonl` prints them. */
const REPORTS = new URL("./reports/", import.meta.url);

for (const { name } of [...Deno.readDirSync(REPORTS)].toSorted((a, b) => a.name.localeCompare(b.name))) {
  const [head, facts] = Deno.readTextFileSync(new URL(name, REPORTS)).split("\n").slice(0, 2).map((line) =>
    JSON.parse(line)
  );
  const { about, expect } = head as Recorded;
  Deno.test(`recorded: ${about}`, () => {
    const { findings, verdict } = diagnose(facts as Facts);
    assertSound(facts as Facts);
    assertEquals(
      findings.map(({ severity, code, confidence }) => `${severity} ${code} ${confidence}`),
      expect.findings,
    );
    assertEquals([verdict.code, verdict.exit, verdict.recommended], expect.verdict);
  });
}

/** What a probe recorded against a real gateway behind a middlebox of the testbed, and what that means. */
interface Recorded {
  readonly about: string;
  readonly expect: {
    readonly findings: readonly string[];
    readonly verdict: readonly [Report["verdict"]["code"], number, string | null];
  };
}
