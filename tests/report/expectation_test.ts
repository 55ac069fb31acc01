/** Expectations as files: read with complaints that help, saved from good runs, and met by the runs that they were saved from. */
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { Ajv2020 } from "ajv/dist/2020.js";
import { type Expectation, EXPECTATION_SCHEMA_ID, type Facts } from "../../lib/model/mod.ts";
import { assemble } from "../../lib/report/assemble.ts";
import { withExpectation } from "../../lib/report/expectation/apply.ts";
import { parseExpectation, UnreadableExpectation } from "../../lib/report/expectation/read.ts";
import { expectationOf, formatExpectation } from "../../lib/report/expectation/save.ts";
import { EXPECTATION_SCHEMA } from "../../lib/report/schema/expectation.ts";
import { GATEWAY, udpWorks, World } from "../diagnose/facts.ts";
import { runSimulated } from "./simulated.ts";

const validate = new Ajv2020({ strict: true, allErrors: true }).compile(EXPECTATION_SCHEMA);
const ALL = {
  schema: EXPECTATION_SCHEMA_ID,
  note: "as it was in spring",
  paths: [
    { path: "udp-500" },
    { path: "tls-443", addresses: "any", certificate_trusted: true, max_answer_ms: 200.5 },
  ],
  minimum_group: "MODP3072",
  minimum_key_bits: 256,
  forbidden_findings: ["*", "nat-client"],
  allowed_findings: ["split-rejected"],
  verdicts: ["ready", "degraded"],
} as const;

function complaint(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return assertThrows(() => parseExpectation(text), UnreadableExpectation).message;
}

Deno.test("expectation: everything that it can hold is read, and fits its schema", () => {
  assertEquals(parseExpectation(JSON.stringify(ALL)), ALL as unknown as Expectation);
  assert(validate(ALL), JSON.stringify(validate.errors));
});

Deno.test("expectation: names are taken as people write them", () => {
  const { minimum_group, paths } = parseExpectation(JSON.stringify({
    schema: EXPECTATION_SCHEMA_ID,
    minimum_group: "curve25519",
    paths: [{ path: "udp-500/bare" }, { path: "udp-500/marker" }],
  }));
  assertEquals([minimum_group, paths?.map(({ path }) => path)], ["X25519", ["udp-500", "udp-500/marker"]]);
});

/** What is wrong with it, and what is said of that. */
const MISTAKES: readonly (readonly [rest: Record<string, unknown>, why: string])[] = [
  [{ forbiden_findings: ["*"] }, 'unknown key "forbiden_findings"; did you mean forbidden_findings?'],
  [
    { colour: "red" },
    'unknown key "colour"; known are schema, note, paths, minimum_group, minimum_key_bits, forbidden_findings, ' +
    "allowed_findings, verdicts",
  ],
  [
    { paths: [{ path: "udp-500" }, { path: "udp-4500", max_answer: 5 }] },
    'paths[1]: unknown key "max_answer"; did you mean max_answer_ms?',
  ],
  [
    { forbidden_findings: ["udp-blokced"] },
    'forbidden_findings: unknown finding "udp-blokced"; did you mean udp-blocked?',
  ],
  [
    { forbidden_findings: ["*"], allowed_findings: ["quux"] },
    'allowed_findings: unknown finding "quux"; ike-tcp explain lists all',
  ],
  [{ forbidden_findings: "udp-blocked" }, 'forbidden_findings: expected array, found "udp-blocked"'],
  [{ forbidden_findings: ["*", "loss"], allowed_findings: ["loss"] }, "loss is both forbidden and allowed"],
  [
    { paths: [{ path: "udp-500" }], allowed_findings: ["loss"] },
    'allowed_findings are exceptions from "*", which forbidden_findings lacks',
  ],
  [{ paths: ["udp-500"] }, 'paths[0]: expected object, found "udp-500"'],
  [{ paths: [{ path: "udp-99999" }] }, 'paths[0]: Cannot read path "udp-99999": the port must be 1 to 65535'],
  [{ paths: [{ path: "udp-500" }, { path: "udp-500/bare" }] }, "paths[1]: udp-500 stands there twice"],
  [
    { paths: [{ path: "tcp-443", certificate_trusted: true }] },
    "paths[0]: certificate_trusted is for tls, and this is tcp-443",
  ],
  [{ paths: [{ path: "udp-500", max_answer_ms: -1 }] }, "paths[0].max_answer_ms: -1 is out of range"],
  [{ minimum_group: "X25591" }, 'minimum_group: unknown group "X25591"; did you mean X25519?'],
  [{ verdicts: [] }, "verdicts: at least one must be good enough"],
  [{ verdicts: ["fine"] }, 'verdicts[0]: "fine" is not one of ready, fallback, degraded, rejected, blocked, unknown'],
  [{}, "it expects nothing: every run would pass"],
  [{ note: "later", paths: [], forbidden_findings: [] }, "it expects nothing: every run would pass"],
];

for (const [rest, why] of MISTAKES) {
  Deno.test(`expectation: ${why}`, () => {
    assertEquals(complaint({ schema: EXPECTATION_SCHEMA_ID, ...rest }), why);
  });
}

Deno.test("expectation: groups that nobody can compare are no minimum", () => {
  assertMatch(
    complaint({ schema: EXPECTATION_SCHEMA_ID, minimum_group: "MODP768" }),
    /^minimum_group: nobody says how strong MODP768 is; possible are MODP1024, /,
  );
});

Deno.test("expectation: what is none", () => {
  assertEquals(complaint(" \n"), "it is empty");
  assertEquals(complaint('{\n  "schema": "x",\n}'), "it is not JSON: see line 3, column 1");
  for (const other of ["[]", "null", "17", "{}"]) {
    assertEquals(complaint(other), `it is no expectation of ike-tcp: "schema" must be "${EXPECTATION_SCHEMA_ID}"`);
  }
  assertEquals(
    complaint({ schema: "ike-tcp/expectation/2" }),
    `it has the schema "ike-tcp/expectation/2", and this version reads ${EXPECTATION_SCHEMA_ID}`,
  );
  assertEquals(
    complaint({ schema: "ike-tcp/report/1" }),
    "it is a report; --save-expectation makes an expectation of one",
  );
});

Deno.test("expectation: complaints are safe to show", () => {
  for (const word of ["\x1b[2J", "\u202eevil", "\u009b31m"]) {
    for (
      const rest of [{ [word]: 1 }, { verdicts: [word] }, { forbidden_findings: [word] }, { minimum_group: word }, {
        paths: [{ path: word }],
      }]
    ) {
      // deno-lint-ignore no-control-regex
      assert(!/[\x00-\x1f\x7f-\x9f\u202e]/.test(complaint({ schema: EXPECTATION_SCHEMA_ID, ...rest })));
    }
    // deno-lint-ignore no-control-regex
    assert(!/[\x00-\x1f\x7f-\x9f\u202e]/.test(complaint({ schema: word })));
  }
});

const UNTRUSTED = { tls: { trusted: false, trust_error: "unable to get local issuer certificate", chain: [] } };

/** Runs that are good enough to be expected again. */
const GOOD: Readonly<Record<string, () => Facts>> = {
  ready: () => udpWorks().answered("tcp-4500").facts(),
  "with a warning": () => udpWorks().syn("tcp-4500", "silent").facts(),
  fallback: () => new World().silentUdp("udp-500").silentUdp("udp-4500").answered("tcp-4500").facts(),
  "one address of two": () => new World().answered("udp-500").silentUdp("udp-500", {}, "203.0.113.9").facts(),
  "one family of two": () =>
    new World().answered("udp-500").with("udp-500", { state: "failed", reason: "no IPv6" }, "2001:db8::9").facts(),
  "several streams": () =>
    udpWorks().answered("tcp-4500").answered("tls-443", {
      outcome: "alive",
      path: { tls: { trusted: true, chain: [] } },
    })
      .facts(),
  "a certificate of a private authority, on a path that was tried in passing": () =>
    udpWorks().answered("tcp-4500").answered("tls-443", { outcome: "alive", path: UNTRUSTED }).facts(),
  "the same, beside a warning": () =>
    udpWorks().syn("tcp-4500", "silent").answered("tls-443", { path: UNTRUSTED }).facts(),
  "other groups on other paths": () =>
    new World().answered("udp-500", { proposal: { encr: "AES-CBC", key_bits: 128, dh: "MODP2048" } }).answered(
      "udp-4500",
    )
      .facts(),
  "a group that nobody rates": () =>
    udpWorks({ proposal: { encr: "KUZNYECHIK-MGM-KTREE", dh: "GOST3410-2012-256" } }).facts(),
};

for (const [name, make] of Object.entries(GOOD)) {
  Deno.test(`expectation: saved from a good run, and met by it: ${name}`, () => {
    const report = assemble(make());
    const text = formatExpectation(expectationOf(report)!);
    const expectation = parseExpectation(text);
    assert(validate(JSON.parse(text)), JSON.stringify(validate.errors));
    const again = assemble(withExpectation(make(), expectation));
    assertEquals(again.findings.map(({ code }) => code), report.findings.map(({ code }) => code));
    assertEquals([again.verdict.code, again.verdict.exit], [report.verdict.code, report.verdict.exit]);
  });
}

Deno.test("expectation: what it is saved as", () => {
  const report = assemble({
    ...new World().answered("udp-500", { proposal: { encr: "AES-CBC", key_bits: 128, dh: "MODP2048" } })
      .answered("udp-4500").syn("tcp-4500", "silent").answered("tls-443", {
        path: { tls: { trusted: true, chain: [] } },
      })
      .silentUdp("udp-4500", {}, "203.0.113.9").facts(),
    started: "2026-11-24T12:00:00Z",
  });
  assertEquals(
    formatExpectation(expectationOf(report)!),
    `{
  "schema": "ike-tcp/expectation/1",
  "note": "ike-tcp 0 saved this from a run against vpn.example at 2026-11-24T12:00:00Z: degraded",
  "paths": [
    { "path": "udp-500" },
    { "path": "udp-4500", "addresses": "any" },
    { "path": "tls-443", "certificate_trusted": true }
  ],
  "minimum_group": "MODP2048",
  "minimum_key_bits": 128,
  "forbidden_findings": ["*"],
  "allowed_findings": ["tcp-filtered", "address-dead"]
}
`,
  );
});

Deno.test("expectation: a path that clients can hardly use makes no run a good one, unless it was asked for", () => {
  const saved = (path: object) =>
    expectationOf(assemble(udpWorks().answered("tls-443", { path: { ...UNTRUSTED, ...path } }).facts()))!;
  const names = (path: object) => saved(path).paths?.map(({ path }) => path);
  assertEquals(names({}), ["udp-500", "udp-4500"]);
  assertEquals(names({ expected: true }), ["udp-500", "udp-4500", "tls-443"]);
  assertEquals(saved({ expected: true }).allowed_findings, ["tls-certificate"]);
});

Deno.test("expectation: none of a run that is not good", () => {
  assertEquals(expectationOf(assemble(new World().silentUdp("udp-500").facts())), undefined);
  assertEquals(expectationOf(assemble({ ...udpWorks().facts(), error: "out of luck" })), undefined);
});

Deno.test("expectation: a probe tries its paths, and keeps it in the report", async () => {
  const expectation = parseExpectation(JSON.stringify({
    schema: EXPECTATION_SCHEMA_ID,
    paths: [{ path: "tls-443" }, { path: "tcp-4500" }],
  }));
  const facts = await runSimulated(["tcp:drop"], { expectation, paths: [{ transport: "udp", port: 500 }] });
  assertEquals(facts.paths.map(({ id, expected, required }) => [id.split("@")[0], expected, required]), [
    ["udp-500", true, false],
    ["tls-443", true, false],
    ["tcp-4500", true, false],
  ]);
  assertEquals(facts.expectation, expectation);
  const { verdict } = assemble(JSON.parse(JSON.stringify(facts)));
  assertEquals([verdict.code, verdict.exit], ["degraded", 2]);
});

Deno.test("expectation: a candidate that is expected is no candidate any more, offline too", () => {
  const world = udpWorks().syn("tls-443", "silent");
  const expectation = { schema: EXPECTATION_SCHEMA_ID, paths: [{ path: "tls-443" }] } as const;
  const { paths, findings } = assemble(withExpectation(world.facts(), expectation));
  assertEquals(paths.find(({ id }) => id === `tls-443@${GATEWAY}`)?.expected, true);
  assertEquals(findings.map(({ severity, code }) => `${severity} ${code}`), [
    "problem expectation-unmet",
    "warning tcp-filtered",
  ]);
});
