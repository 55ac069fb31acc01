/** What gateways answer: refusals, demands, redirects, versions, strays, forgeries, NAT, and the addresses of a name. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { answer, GATEWAY, GATEWAY6, request, udpWorks, UNSOLVED, World } from "./facts.ts";
import { assertFindings, assertNot, lines, only } from "./judge.ts";

const UDP_500 = `udp-500@${GATEWAY}`;
const REJECTED = { outcome: "rejected", error: "NO_PROPOSAL_CHOSEN" } as const;

Deno.test("no-proposal: one finding for all paths, with what was offered", () => {
  const world = new World().answered("udp-500", REJECTED).answered("udp-4500", REJECTED).answered("tcp-4500", REJECTED);
  assertFindings(world, "problem no-proposal certain");
  assertStringIncludes(only(world, "no-proposal").summary, "X25519 and MODP2048");
});

Deno.test("no-proposal: over TCP alone, while UDP accepts: a warning", () => {
  assertFindings(udpWorks().answered("tcp-4500", REJECTED), "warning no-proposal certain");
});

Deno.test("no-proposal: other final errors by their names", () => {
  const world = new World().answered("udp-500", { outcome: "rejected", error: "TEMPORARY_FAILURE" });
  assertMatch(only(world, "no-proposal").summary, /TEMPORARY_FAILURE/);
});

Deno.test("no-proposal: not from the experiments' own unacceptable proposals (alive)", () => {
  assertFindings(udpWorks().answered("tls-443", { outcome: "alive", path: { expected: true } }).answered("tcp-4500"));
});

Deno.test("ke-mismatch: another group than the first offered: a notice, once for all paths", () => {
  const steered = { groups_tried: ["X25519", "MODP2048"], demands: ["group"] } as const;
  const world = new World().answered("udp-500", steered).answered("udp-4500", steered);
  assertFindings(world, "notice ke-mismatch certain");
  assertMatch(only(world, "ke-mismatch").summary, /wants MODP2048; the request began with X25519/);
});

Deno.test("ke-mismatch: a group that was not offered is the end: a problem, and no no-proposal", () => {
  const error = "INVALID_KE_PAYLOAD for MODP1024, which was not offered";
  assertFindings(new World().answered("udp-500", { outcome: "rejected", error }), "problem ke-mismatch certain");
});

Deno.test("ke-mismatch: not where the first group was taken", () => {
  assertNot(udpWorks(), "ke-mismatch");
});

Deno.test("cookie-demanded, puzzle-demanded: notices when the gateway went on", () => {
  assertFindings(new World().answered("udp-500", { demands: ["cookie"] }), "notice cookie-demanded certain");
  const puzzle = { demands: ["puzzle"], cookie: true, puzzle: 12 } as const;
  assertFindings(new World().answered("udp-500", puzzle), "notice puzzle-demanded certain");
});

Deno.test("puzzle-demanded: unsolved, it is why the path fails", () => {
  const ike = {
    outcome: "unsolved",
    cookie: true,
    puzzle: 40,
    error: "a puzzle of 40 bits was not solved in time",
  } as const;
  const world = new World().with("udp-500", { state: "answered", ike: { ...UNSOLVED, ...ike } });
  assertFindings(world, "problem puzzle-demanded certain");
});

Deno.test("negotiation-loop: demands without end", () => {
  const world = new World();
  for (let i = 0; i < 7; i++) {
    const what = "IKE_SA_INIT request (X25519, cookie)";
    world.event("sent", UDP_500, { flow: 0, data: request(), octets: 32, what });
    const data = answer();
    world.event("message", UDP_500, { flow: 0, fit: "answer", what: "x", data, octets: 40, result: "cookie" });
  }
  const error = "the gateway demands cookies without end";
  world.path("udp-500", { state: "answered", ike: { ...UNSOLVED, cookie: true, error } });
  assertEquals(lines(world), ["problem negotiation-loop certain", "notice cookie-demanded certain"]);
});

Deno.test("negotiation-loop: redirects in a circle, beside redirected", () => {
  const ike = {
    ...UNSOLVED,
    redirects: ["192.0.2.8", GATEWAY],
    error: "a loop: udp-500 is redirected to where it was",
  };
  assertFindings(
    new World().with("udp-500", { state: "answered", ike }),
    "problem negotiation-loop certain",
    "problem redirected certain",
  );
});

Deno.test("redirected: to a name that does not resolve is no loop; the name is escaped", () => {
  const ike = { ...UNSOLVED, redirects: ["evil\x1b[2J.example"], error: "the new gateway's name does not resolve" };
  const world = new World().with("udp-500", { state: "answered", ike });
  assertFindings(world, "problem redirected certain");
  assertStringIncludes(only(world, "redirected").summary, "evil\\x1b[2J.example");
});

Deno.test("redirected: followed and accepted is a notice; followed into silence, a problem", () => {
  const to = { outcome: "redirected", redirects: ["192.0.2.8"], followed: "udp-500@192.0.2.8" } as const;
  const from = { redirected_from: UDP_500 };
  const good = new World().answered("udp-500", to).answered("udp-500", { path: from }, "192.0.2.8");
  assertFindings(good, "notice redirected certain");
  const bad = new World().answered("udp-500", to).silentUdp("udp-500", from, "192.0.2.8");
  assertFindings(bad, "problem redirected certain", "problem address-dead certain");
  const failed = { state: "failed", reason: "192.0.2.8 is not in --allow", ...from } as const;
  const untried = new World().answered("udp-500", to).with("udp-500", failed, "192.0.2.8");
  const { summary, advice } = only(untried, "redirected");
  assertStringIncludes(summary, "not tried: 192.0.2.8 is not in --allow");
  assertEquals(advice.length, 1, "nobody's filter is blamed for what was not sent");
});

Deno.test("ikev1-only, version-mismatch: by the major version that the gateway wants", () => {
  assertFindings(
    new World().answered("udp-500", { outcome: "version", major_version: 1 }),
    "problem ikev1-only certain",
  );
  assertFindings(
    new World().answered("udp-500", { outcome: "version", major_version: 3 }),
    "problem version-mismatch certain",
  );
  const unnamed = new World().answered("udp-500", { outcome: "version", major_version: 2 });
  assertMatch(only(unnamed, "version-mismatch").summary, /refuses major version 2/);
});

Deno.test("malformed-response: a problem where it decides, a notice where the path works all the same", () => {
  const faults = ["payloads[1].length @60: says 9 octets, 4 are there"];
  assertFindings(
    new World().answered("udp-500", { outcome: "malformed", faults }),
    "problem malformed-response certain",
  );
  assertFindings(new World().answered("udp-500", { faults }), "notice malformed-response certain");
});

Deno.test("stray-response: our own packet, another source, another SPI: why a path is silent", () => {
  const strays = [
    ["echo", request(), { address: GATEWAY, port: 500 }, /our own packet comes back/],
    ["other-source", answer(), { address: "192.0.2.99", port: 500 }, /from 192\.0\.2\.99 port 500/],
    ["stray", answer({ spi: "fedcba9876543210" }), { address: GATEWAY, port: 500 }, /answer no request of ours/],
    ["esp", "c0ffee0100000001aabbccdd", { address: GATEWAY, port: 500 }, /ESP packets arrive, and no answer/],
  ] as const;
  for (const [fit, data, from, summary] of strays) {
    const world = new World().silentUdp("udp-500").message(UDP_500, fit, data, { from }).answered("tcp-4500");
    assertFindings(world, "problem stray-response certain");
    assertMatch(only(world, "stray-response").summary, summary);
  }
});

Deno.test("stray-response: beside a genuine answer a notice", () => {
  const world = new World().answered("udp-500").message(UDP_500, "stray", answer({ spi: "fedcba9876543210" }));
  assertFindings(world, "notice stray-response certain");
});

Deno.test("stray-response: keepalives and ESP beside an answer are nobody's fault", () => {
  assertFindings(new World().answered("udp-500").message(UDP_500, "not-ike", "ff"));
  assertFindings(new World().answered("udp-4500").message(`udp-4500@${GATEWAY}`, "esp", "c0ffee0100000001aabb"));
});

Deno.test("stray-response: random octets are no IKE message, whatever stands where an SPI would", () => {
  const noise = "9d".repeat(60);
  const beside = new World().answered("udp-500").message(UDP_500, "stray", noise);
  assertMatch(only(beside, "stray-response").summary, /no IKE message/);
  const alone = new World().silentUdp("udp-500").message(UDP_500, "stray", noise).answered("tcp-4500");
  assertFindings(alone, "problem foreign-protocol likely");
});

function conflicting(copies: number, ...results: readonly string[]): World {
  const world = new World();
  for (let i = 0; i < copies; i++) {
    const what = "IKE_SA_INIT request (X25519)";
    world.event("sent", UDP_500, { flow: 0, data: request(), octets: 32, what, ...(i > 0 && { retransmission: i }) });
  }
  for (const [i, result] of results.entries()) {
    const data = answer({ spi: "1122334455667788", octets: 40 + i });
    world.event("message", UDP_500, { flow: 0, fit: "answer", what: result, data, octets: 40 + i, result });
  }
  const accepted = new World().answered("udp-500").facts().paths[0]!;
  world.path("udp-500", { state: "answered", ike: accepted.ike });
  return world;
}

Deno.test("conflicting-responses: more final answers than copies of the request: likely, a warning", () => {
  assertFindings(conflicting(1, "error", "accepted"), "warning conflicting-responses likely");
  assertFindings(conflicting(1, "accepted", "accepted"), "warning conflicting-responses likely");
});

Deno.test("conflicting-responses: as many answers as copies may be a gateway that answers anew: possible, a notice", () => {
  assertFindings(conflicting(2, "accepted", "accepted"), "notice conflicting-responses possible");
});

Deno.test("conflicting-responses: cookies, groups, late and repeated answers are none", () => {
  assertFindings(conflicting(1, "cookie", "accepted"));
  assertFindings(conflicting(2, "group", "late", "accepted", "repeat"));
});

Deno.test("nat-client, nat-gateway: notices; certain for the gateway only with the preimage", () => {
  const both = { nat: { client: "translated", gateway: "translated" } } as const;
  assertFindings(udpWorks(both), "notice nat-client certain", "notice nat-gateway likely");
  const found = udpWorks(both)
    .trial("nat-search", "udp-500", "found", { facts: { side: "gateway", address: "10.9.8.7", port: 500 } })
    .trial("nat-search", "udp-500", "found", { facts: { side: "client", address: "203.0.113.9", port: 61000 } });
  assertMatch(only(found, "nat-gateway").summary, /knows itself as 10\.9\.8\.7$/);
  assertEquals(only(found, "nat-gateway").confidence, "certain");
  assertMatch(only(found, "nat-client").summary, /sees us as 203\.0\.113\.9 port 61000/);
});

Deno.test("nat-gateway: a search that failed leaves forced encapsulation possible; the same address names the port", () => {
  const nat = { nat: { client: "none", gateway: "translated" } } as const;
  const lost = udpWorks(nat).trial("nat-search", "udp-500", "not-found", { facts: { side: "gateway" } });
  assertMatch(only(lost, "nat-gateway").summary, /or says so to force UDP encapsulation/);
  const facts = { side: "gateway", address: GATEWAY, port: 4500 };
  const port = udpWorks(nat).trial("nat-search", "udp-500", "found", { facts });
  assertMatch(only(port, "nat-gateway").summary, /changes the port: it knows itself by port 4500/);
});

Deno.test("nat-client: unknown sides and matching hashes are none", () => {
  assertFindings(udpWorks({ nat: { client: "unknown", gateway: "unknown" } }));
});

Deno.test("port-rewritten: our address with another port, or port 500 that we did not send from", () => {
  const nat = { nat: { client: "translated", gateway: "none" } } as const;
  const seenAs = (address: string, port: number) =>
    udpWorks(nat).trial("nat-search", "udp-500", "found", { facts: { side: "client", address, port } });
  assertEquals(only(seenAs("10.0.0.2", 61000), "port-rewritten").confidence, "certain");
  assertEquals(only(seenAs("203.0.113.9", 500), "port-rewritten").confidence, "likely");
  assertNot(seenAs("203.0.113.9", 61000), "port-rewritten");
  assertNot(seenAs("203.0.113.9", 40000), "port-rewritten");
});

Deno.test("address-dead: one of several addresses: a warning, and nothing else about it", () => {
  const dead = "192.0.2.99";
  const world = udpWorks().answered("tcp-4500").silentUdp("udp-500", {}, dead).silentUdp("udp-4500", {}, dead)
    .syn("tcp-4500", "silent", {}, dead);
  assertFindings(world, "warning address-dead certain");
});

Deno.test("address-dead: an address that refuses, or that a router forbids, is not dead", () => {
  const other = "192.0.2.99";
  const refusing = udpWorks().silentUdp("udp-500", {}, other).syn("tcp-4500", "refused", {}, other);
  assertNot(refusing, "address-dead");
});

Deno.test("family-broken: all of IPv6 is dead and IPv4 works, in place of address-dead", () => {
  const world = udpWorks().silentUdp("udp-500", {}, GATEWAY6).silentUdp("udp-4500", {}, GATEWAY6);
  assertFindings(world, "warning family-broken certain");
});

Deno.test("family-broken: this machine has no IPv6: a notice", () => {
  const failed = { state: "failed", reason: "no route" } as const;
  const world = udpWorks().with("udp-500", failed, GATEWAY6).with("udp-4500", failed, GATEWAY6);
  assertFindings(world, "notice family-broken certain");
  assertMatch(only(world, "family-broken").summary, /this machine has no way/);
});

Deno.test("family-broken: not while one address of the family lives, nor when both families are dead", () => {
  const one = udpWorks().silentUdp("udp-500", {}, GATEWAY6).answered("udp-500", {}, "2001:db8::8");
  assertFindings(one, "warning address-dead certain");
  const none = new World().silentUdp("udp-500").silentUdp("udp-500", {}, GATEWAY6);
  assertFindings(none, "problem address-dead certain", "problem address-dead certain");
});

Deno.test("gateways-differ: one accepts and another does not: a warning", () => {
  const world = new World().answered("udp-500").answered("udp-500", REJECTED, "192.0.2.8");
  assertEquals(only(world, "gateways-differ").severity, "warning");
});

Deno.test("gateways-differ: other algorithms or vendor IDs: a notice", () => {
  const proposal = { encr: "AES-CBC", key_bits: 128, prf: "HMAC-SHA1", integ: "HMAC-SHA1-96", dh: "MODP2048" };
  const algorithms = new World().answered("udp-500").answered("udp-500", { proposal }, "192.0.2.8");
  assertFindings(algorithms, "notice gateways-differ certain");
  const vendor_ids = [{ hex: "aa", name: "racoon" }];
  const vendors = new World().answered("udp-500").answered("udp-500", { vendor_ids }, "192.0.2.8");
  assertFindings(vendors, "notice gateways-differ certain");
});

Deno.test("gateways-differ: cookies, groups tried, budgets and NAT are no difference", () => {
  const world = new World().answered("udp-500")
    .answered("udp-500", { cookie: true, groups_tried: ["X25519"], outcome: "alive" }, "192.0.2.8")
    .answered("udp-500", { nat: { client: "none", gateway: "none" } }, "192.0.2.9");
  assertNot(world, "gateways-differ");
});

Deno.test("an interrupted run: what was cut off is no evidence", () => {
  const world = new World().answered("udp-500").silentUdp("udp-4500", { timing_ms: { total: 400 } });
  assertEquals(lines(world.facts({ interrupted: true })), []);
  assertEquals(lines(world.facts()), ["warning udp-4500-blocked likely"]);
});

Deno.test("how an accepted SA is ended over TCP is no part of its exchange", () => {
  const world = udpWorks().answered("tcp-4500");
  const tcp = `tcp-4500@${GATEWAY}`;
  world.event("sent", tcp, { flow: 2, data: "00", octets: 1, what: "IKE_AUTH that ends the SA" });
  world.message(tcp, "stray", answer({ exchange: "25", messageId: "00000002" }));
  world.event("end", tcp, { flow: 2, how: "fin", ms: 90 });
  assertFindings(world);
});
