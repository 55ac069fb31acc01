/** `expectation-unmet`: what of an expectation is not met, and what that does to the verdict. */
import { assert, assertEquals, assertMatch, assertNotMatch, assertStringIncludes } from "@std/assert";
import { diagnose } from "../../lib/diagnose/mod.ts";
import { type Expectation, EXPECTATION_SCHEMA_ID, type Facts } from "../../lib/model/mod.ts";
import { GATEWAY, udpWorks, World } from "./facts.ts";

const SECOND = "203.0.113.9";

function expect(rest: Partial<Expectation>): { expectation: Expectation } {
  return { expectation: { schema: EXPECTATION_SCHEMA_ID, ...rest } };
}

function unmet(facts: Facts): string[] {
  return diagnose(facts).findings.filter(({ code }) => code === "expectation-unmet").map(({ summary }) => summary);
}

const PATHS = { paths: [{ path: "udp-500" }, { path: "tcp-4500" }] };

Deno.test("expectation: met, and the verdict says so", () => {
  const { findings, verdict } = diagnose(
    udpWorks().answered("tcp-4500").facts(
      expect({
        ...PATHS,
        minimum_group: "ECP256",
        minimum_key_bits: 256,
        forbidden_findings: ["*"],
        verdicts: ["ready"],
      }),
    ),
  );
  assertEquals(findings, []);
  assertEquals([verdict.code, verdict.exit], ["ready", 0]);
  assert(verdict.summary.endsWith("; as expected"), verdict.summary);
});

Deno.test("expectation: without one nothing is said of it", () => {
  assertNotMatch(diagnose(udpWorks().facts()).verdict.summary, /expected/);
});

Deno.test("expectation: a path that does not accept", () => {
  const facts = udpWorks().syn("tcp-4500", "refused").facts(expect(PATHS));
  assertEquals(unmet(facts), ["TCP 4500 should accept IKE: refused"]);
  const { verdict, findings } = diagnose(facts);
  assertEquals([verdict.code, verdict.exit], ["degraded", 2]);
  assertStringIncludes(verdict.summary, "; not as expected: TCP 4500 should accept IKE: refused");
  const [finding] = findings;
  assertEquals([finding!.severity, finding!.confidence, finding!.paths], [
    "problem",
    "certain",
    [`tcp-4500@${GATEWAY}`],
  ]);
  assert(finding!.evidence[0]!.events.length > 0 && finding!.advice.length > 0);
});

Deno.test("expectation: a path that answers and rejects, by the error's name", () => {
  const world = udpWorks().answered("tcp-4500", { outcome: "rejected", error: "NO_PROPOSAL_CHOSEN" });
  assertEquals(unmet(world.facts(expect(PATHS))), ["TCP 4500 should accept IKE: rejected (NO_PROPOSAL_CHOSEN)"]);
});

Deno.test("expectation: a stream that only answers, as another one was accepted, is met", () => {
  const world = udpWorks().answered("tcp-4500").answered("tls-443", { outcome: "alive", error: "NO_PROPOSAL_CHOSEN" });
  assertEquals(unmet(world.facts(expect({ paths: [{ path: "tls-443" }] }))), []);
});

Deno.test("expectation: a path that nobody tried", () => {
  assertEquals(unmet(udpWorks().facts(expect(PATHS))), ["tcp-4500 should accept IKE, and was not tried"]);
});

Deno.test("expectation: at all addresses, or at any", () => {
  const facts = (addresses?: "all" | "any") =>
    new World().answered("udp-500").silentUdp("udp-500", {}, SECOND)
      .facts(expect({ paths: [{ path: "udp-500", ...(addresses && { addresses }) }] }));
  assertEquals(unmet(facts()), [`UDP 500 at ${SECOND} should accept IKE: silent`]);
  assertEquals(unmet(facts("all")), unmet(facts()));
  assertEquals(unmet(facts("any")), []);
  const none = new World().silentUdp("udp-500").silentUdp("udp-500", {}, SECOND)
    .facts(expect({ paths: [{ path: "udp-500", addresses: "any" }] }));
  assertEquals(unmet(none), [`UDP 500 at ${GATEWAY} and UDP 500 at ${SECOND} should accept IKE: silent`]);
});

Deno.test("expectation: a family that this machine lacks is forgiven, as --require forgives it", () => {
  const world = new World().answered("udp-500").with(
    "udp-500",
    { state: "failed", reason: "no IPv6 here" },
    "2001:db8::9",
  );
  assertEquals(unmet(world.facts(expect({ paths: [{ path: "udp-500" }] }))), []);
});

Deno.test("expectation: groups are compared by their strength", () => {
  const facts = (dh: string | undefined, minimum_group: string) =>
    udpWorks({ proposal: { encr: "AES-GCM-16", key_bits: 256, ...(dh && { dh }) } }).facts(expect({ minimum_group }));
  assertEquals(unmet(facts("MODP2048", "X25519")), [
    "The gateway chose group MODP2048 over UDP 500 and UDP 4500; X25519 or stronger is expected",
  ]);
  assertEquals(unmet(facts("MODP3072", "X25519")), []);
  assertEquals(unmet(facts("ECP521", "X25519")), []);
  assertEquals(unmet(facts("65000", "MODP2048")).length, 1, "what nobody can rate is not strong enough");
  assertEquals(unmet(facts(undefined, "MODP2048")), [
    "The gateway chose no group over UDP 500 and UDP 4500; MODP2048 or stronger is expected",
  ]);
});

Deno.test("expectation: the size of the cipher's key", () => {
  const facts = (encr: string, key_bits?: number) =>
    udpWorks({ proposal: { encr, ...(key_bits && { key_bits }), dh: "X25519" } })
      .facts(expect({ minimum_key_bits: 256 }));
  assertEquals(unmet(facts("AES-CBC", 128)), [
    "The gateway chose AES-CBC over UDP 500 and UDP 4500; a key of 256 bits or more is expected",
  ]);
  assertEquals(unmet(facts("CHACHA20-POLY1305")), []);
});

Deno.test("expectation: a certificate, and an answer's time", () => {
  const tls = { trusted: false, trust_error: "expired", chain: [] };
  const facts = (trusted: boolean) =>
    udpWorks().answered("tls-443", { path: { tls: { ...tls, trusted } } }).facts(
      expect({ paths: [{ path: "tls-443", certificate_trusted: true }] }),
    );
  assertEquals(unmet(facts(false)), ["TLS 443 should show a certificate that clients accept"]);
  assertEquals(unmet(facts(true)), []);
  const late = (most: number) => unmet(udpWorks().facts(expect({ paths: [{ path: "udp-500", max_answer_ms: most }] })));
  assertEquals([late(20), late(15)], [[], ["UDP 500 should answer within 15 ms, and took 20 ms"]]);
});

Deno.test("expectation: findings, by name in any severity, or any that warns but for exceptions", () => {
  const world = () => udpWorks().syn("tcp-4500", "silent").answered("tls-443", { demands: ["cookie"] });
  const codes = diagnose(world().facts()).findings.map(({ severity, code }) => `${severity} ${code}`);
  assertEquals(codes, ["warning tcp-filtered", "notice cookie-demanded"]);
  const findings = (forbidden_findings: Expectation["forbidden_findings"], allowed_findings = {}) =>
    unmet(world().facts(expect({ forbidden_findings, ...allowed_findings })));
  assertEquals(findings(["*"]), ["tcp-filtered should not be found"]);
  assertEquals(findings(["*"], { allowed_findings: ["tcp-filtered"] }), []);
  assertEquals(findings(["cookie-demanded"]), ["cookie-demanded should not be found"]);
  assertEquals(findings(["*", "cookie-demanded"]), ["tcp-filtered and cookie-demanded should not be found"]);
  assertEquals(findings(["udp-blocked"]), []);
});

Deno.test("expectation: a verdict is judged without what the expectation itself says", () => {
  const facts = udpWorks().syn("tcp-4500", "silent").facts(
    expect({ ...PATHS, verdicts: ["ready", "fallback"] }),
  );
  assertEquals(unmet(facts), ["TCP 4500 should accept IKE: silent", "The verdict should be ready or fallback"]);
  assertMatch(JSON.stringify(diagnose(facts).findings), /without this expectation it is degraded/);
  assertEquals(unmet(udpWorks().syn("tcp-4500", "refused").facts(expect({ verdicts: ["ready"] }))), []);
});

Deno.test("expectation: blocked and rejected stay what they are; a run without a verdict is not held against it", () => {
  const blocked = new World().silentUdp("udp-500").silentUdp("udp-4500").facts(expect(PATHS));
  const { code, exit } = diagnose(blocked).verdict;
  assertEquals([code, exit], ["blocked", 2]);
  const interrupted = new World().silentUdp("udp-500", { timing_ms: { total: 100 } })
    .facts({ ...expect(PATHS), interrupted: true });
  const verdict = diagnose(interrupted).verdict;
  assertEquals([unmet(interrupted), verdict.code, verdict.exit], [[], "unknown", 3]);
  assertNotMatch(verdict.summary, /expected/);
});
