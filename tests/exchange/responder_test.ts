import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { keyExchangeGroup } from "../../lib/crypto/mod.ts";
import { ordinaryOffer, unacceptableOffer } from "../../lib/exchange/offer.ts";
import { buildEmptyInit, buildVersionPing } from "../../lib/exchange/request.ts";
import { decodeInvalidKe, decodeMessage, decodeRedirect, encodeMessage, FLAG } from "../../lib/ike/mod.ts";
import { hex } from "../../lib/wire/mod.ts";
import { BETWEEN, CLIENT, GATEWAY, GROUP, keyPair, notifyData, read, request, responder } from "./responder_world.ts";

Deno.test("responder: an acceptable request is accepted, with a real key exchange (RFC 7296 §1.2)", () => {
  const message = request();
  const response = responder().handleMessage(message, BETWEEN, 0);
  assertEquals(response.reaction, "accepted");
  const decoded = read(response);
  assertEquals(decoded.faults, []);
  assertEquals(decoded.payloads.slice(0, 3).map((payload) => payload.kind), ["SA", "KE", "Nonce"]);
  assertEquals(decoded.header!.flags, FLAG.RESPONSE);
  assertEquals(decoded.header!.initiatorSpi, decodeMessage(message).header!.initiatorSpi);
  assert(decoded.header!.responderSpi.some((octet) => octet !== 0));
  const [sa, ke, nonce] = decoded.payloads;
  assert(sa?.kind === "SA" && ke?.kind === "KE" && nonce?.kind === "Nonce");
  assertEquals(sa.proposals.length, 1);
  assertEquals(sa.proposals[0]!.transforms.map(({ type, id }) => [type, id]), [[1, 20], [2, 5], [4, GROUP]]);
  assertEquals(nonce.data.length, 32);
  assertEquals(keyExchangeGroup(GROUP)!.check(ke.data), undefined);
  assertEquals(decoded.notifies, [
    "NAT_DETECTION_SOURCE_IP",
    "NAT_DETECTION_DESTINATION_IP",
    "IKEV2_FRAGMENTATION_SUPPORTED",
    "SIGNATURE_HASH_ALGORITHMS",
    "CHILDLESS_IKEV2_SUPPORTED",
  ]);
});

Deno.test("responder: every group of the default policy is served", () => {
  for (const group of [31, 19, 20, 21, 14]) {
    const message = request({ group, proposals: ordinaryOffer([group]) });
    const response = responder().handleMessage(message, BETWEEN, 0);
    assertEquals([group, response.reaction], [group, "accepted"]);
  }
});

Deno.test("responder: its own order of groups decides, and INVALID_KE_PAYLOAD names the group (RFC 7296 §1.2)", () => {
  const machine = responder({ groups: [14, 31] });
  const refused = machine.handleMessage(request(), BETWEEN, 0);
  assertEquals(read(refused).notifies, ["INVALID_KE_PAYLOAD"]);
  assertEquals(decodeInvalidKe(notifyData(refused, 17)), 14);
  assertEquals(hex(read(refused).header!.responderSpi), "0".repeat(16));
  assertEquals(machine.halfOpen, 0);
  assertEquals(machine.handleMessage(request({ group: 14 }), BETWEEN, 0).reaction, "accepted");
});

Deno.test("responder: NO_PROPOSAL_CHOSEN leaves no state (RFC 7296 §3.10.1)", () => {
  const machine = responder();
  const response = machine.handleMessage(request({ proposals: unacceptableOffer(GROUP) }), BETWEEN, 0);
  assertEquals(read(response).notifies, ["NO_PROPOSAL_CHOSEN"]);
  assertEquals(machine.halfOpen, 0);
  const nothing = responder({ suites: [] }).handleMessage(request(), BETWEEN, 0);
  assertEquals(read(nothing).notifies, ["NO_PROPOSAL_CHOSEN"]);
});

Deno.test("responder: a repeated request gets the same octets, from any port, until it is forgotten", () => {
  const machine = responder({ halfOpenMs: 30_000 });
  const message = request();
  const first = machine.handleMessage(message, BETWEEN, 0);
  const other = { ...BETWEEN, remote: { ...CLIENT, port: 50_000 } };
  const second = machine.handleMessage(message, other, 29_999);
  assertEquals(second.reaction, "repeated");
  assertEquals(second.reply, first.reply);
  assertEquals(machine.halfOpen, 1);
  assertEquals(machine.pollTimeout(), 30_000);
  const third = machine.handleMessage(message, BETWEEN, 30_000);
  assertEquals(third.reaction, "accepted");
  assertNotEquals(third.reply, first.reply);
});

Deno.test("responder: the same octets from another address are another request", () => {
  const machine = responder();
  const message = request();
  machine.handleMessage(message, BETWEEN, 0);
  const stranger = { ...BETWEEN, remote: { address: "192.0.2.99", port: CLIENT.port } };
  assertEquals(machine.handleMessage(message, stranger, 1).reaction, "accepted");
});

Deno.test("responder: the number of half-open SAs is bounded", () => {
  const machine = responder({ maxHalfOpen: 2, halfOpenMs: 1000 });
  const reactions = [1, 2, 3].map(() => machine.handleMessage(request(), BETWEEN, 0).reaction);
  assertEquals(reactions, ["accepted", "accepted", "ignored"]);
  assertEquals(machine.halfOpen, 2);
  machine.handleTimeout(1000);
  assertEquals(machine.halfOpen, 0);
});

Deno.test("responder: NAT detection works both ways (RFC 7296 §2.23)", () => {
  const machine = responder();
  const direct = machine.handleMessage(request(), BETWEEN, 0);
  assertEquals([direct.nat?.source_matches, direct.nat?.destination_matches], [true, true]);
  const outside = { remote: { address: "198.51.100.1", port: 4711 }, locals: [{ address: "10.0.0.2", port: 500 }] };
  const behind = machine.handleMessage(request(), outside, 0);
  assertEquals([behind.nat?.source_matches, behind.nat?.destination_matches], [false, false]);
  const unsure = { ...BETWEEN, locals: [{ address: "10.0.0.2", port: 500 }, GATEWAY] };
  const several = machine.handleMessage(request(), unsure, 0);
  assertEquals(several.nat?.destination_matches, true);
  const sources = read(several).notifies.filter((name) => name === "NAT_DETECTION_SOURCE_IP");
  assertEquals(sources.length, 2);
});

Deno.test("responder: REDIRECT goes only to who announces support, with the nonce (RFC 5685 §3)", () => {
  const nonce = new Uint8Array(32).fill(7);
  for (const [gateway, kind] of [["203.0.113.3", "IPv4"], ["2001:db8::3", "IPv6"], ["vpn2.example", "FQDN"]] as const) {
    const response = responder({ redirect: gateway }).handleMessage(request({ nonce }), BETWEEN, 0);
    assertEquals(response.reaction, "redirected");
    assertEquals(decodeRedirect(notifyData(response, 16407)), { kind, gateway, nonce });
  }
  const decoded = decodeMessage(request());
  const payloads = decoded.payloads.filter((payload) => payload.kind !== "N");
  const plain = encodeMessage({ ...decoded.header!, payloads });
  assertEquals(responder({ redirect: "203.0.113.3" }).handleMessage(plain, BETWEEN, 0).reaction, "accepted");
});

Deno.test("responder: what was not announced is not answered (RFC 7383 §2.3, RFC 7427 §4)", () => {
  const decoded = decodeMessage(request());
  const payloads = decoded.payloads.filter((payload) => payload.kind !== "N");
  const response = responder({ childless: false }).handleMessage(
    encodeMessage({ ...decoded.header!, payloads }),
    BETWEEN,
    0,
  );
  assertEquals(read(response).notifies, ["NAT_DETECTION_SOURCE_IP", "NAT_DETECTION_DESTINATION_IP"]);
});

Deno.test("responder: vendor IDs come last", () => {
  const data = new TextEncoder().encode("test gateway");
  const response = responder({ vendorIds: [data] }).handleMessage(request(), BETWEEN, 0);
  assertEquals(read(response).payloads.at(-1), { kind: "V", critical: false, data });
});

Deno.test("responder: an unknown major version gets INVALID_MAJOR_VERSION, with version 2 (RFC 7296 §2.5)", () => {
  const response = responder().handleMessage(buildVersionPing(new Uint8Array(8).fill(1)), BETWEEN, 0);
  assertEquals(read(response).notifies, ["INVALID_MAJOR_VERSION"]);
  assertEquals(read(response).header!.majorVersion, 2);
});

Deno.test("responder: IKE_SA_INIT without payloads gets INVALID_SYNTAX", () => {
  const response = responder().handleMessage(buildEmptyInit(new Uint8Array(8).fill(1)), BETWEEN, 0);
  assertEquals(read(response).notifies, ["INVALID_SYNTAX"]);
});

Deno.test("responder: UNSUPPORTED_CRITICAL_PAYLOAD names the type (RFC 7296 §2.5)", () => {
  const decoded = decodeMessage(request());
  const add = (critical: boolean) =>
    encodeMessage({
      ...decoded.header!,
      payloads: [...decoded.payloads, { kind: "unknown", critical, type: 200, data: new Uint8Array(4) }],
    });
  const response = responder().handleMessage(add(true), BETWEEN, 0);
  assertEquals(read(response).notifies, ["UNSUPPORTED_CRITICAL_PAYLOAD"]);
  assertEquals(notifyData(response, 1), Uint8Array.of(200));
  assertEquals(responder().handleMessage(add(false), BETWEEN, 0).reaction, "accepted");
});

Deno.test("responder: syntax errors get INVALID_SYNTAX", () => {
  const whole = request();
  const longer = new Uint8Array([...whole, 0]);
  const lying = whole.slice();
  lying[27]! += 1;
  const broken = whole.slice();
  broken[30] = 0xff;
  for (const message of [longer, lying, broken, whole.slice(0, -1)]) {
    assertEquals(read(responder().handleMessage(message, BETWEEN, 0)).notifies, ["INVALID_SYNTAX"]);
  }
});

Deno.test("responder: nonces of 16 to 256 octets only (RFC 7296 §3.9)", () => {
  const reaction = (length: number) =>
    responder().handleMessage(request({ nonce: new Uint8Array(length).fill(1) }), BETWEEN, 0).reaction;
  assertEquals([15, 16, 256, 257].map(reaction), ["refused", "accepted", "accepted", "refused"]);
});

Deno.test("responder: invalid public values are refused (RFC 6989, RFC 8031)", () => {
  const short = responder().handleMessage(request({ publicValue: new Uint8Array(31) }), BETWEEN, 0);
  assertEquals(read(short).notifies, ["INVALID_SYNTAX"]);
  const one = new Uint8Array(256);
  one[255] = 1;
  const small = request({ group: 14, proposals: ordinaryOffer([14]), publicValue: one });
  assertEquals(read(responder().handleMessage(small, BETWEEN, 0)).notifies, ["INVALID_SYNTAX"]);
});

Deno.test("responder: what is no first request of version 2 is ignored", () => {
  const { header, payloads } = decodeMessage(request());
  const spi = new Uint8Array(8).fill(9);
  const cases = {
    response: { ...header!, flags: FLAG.RESPONSE },
    "not of the Initiator": { ...header!, flags: 0 },
    "message ID": { ...header!, messageId: 1 },
    "responder SPI": { ...header!, responderSpi: spi },
    "no initiator SPI": { ...header!, initiatorSpi: new Uint8Array(8) },
    IKE_AUTH: { ...header!, exchangeType: 35 },
    IKEv1: { ...header!, majorVersion: 1 },
  };
  for (const [name, changed] of Object.entries(cases)) {
    const response = responder().handleMessage(encodeMessage({ ...changed, payloads }), BETWEEN, 0);
    assertEquals([name, response.reaction, response.reply], [name, "ignored", undefined]);
  }
  assertEquals(responder().handleMessage(new Uint8Array(27), BETWEEN, 0).reaction, "ignored");
});

Deno.test("responder: no octets make it throw, and no request but an acceptable one leaves state", () => {
  const machine = responder();
  const good = request();
  const mutated = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }).map(
    (edits) => {
      const copy = good.slice();
      for (const [at, value] of edits) copy[at] = value;
      return copy;
    },
  );
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 400 }), mutated), (octets) => {
      const before = machine.halfOpen;
      const response = machine.handleMessage(octets, BETWEEN, 0);
      assertEquals(machine.halfOpen - before, response.reaction === "accepted" ? 1 : 0);
      if (response.reply !== undefined) assertEquals(decodeMessage(response.reply).faults, []);
    }),
    { numRuns: 500 },
  );
});

Deno.test("responder: key pairs come from outside, so that one may serve several exchanges (RFC 7296 §2.12)", () => {
  const ke = read(responder().handleMessage(request(), BETWEEN, 0)).payloads[1];
  assert(ke?.kind === "KE");
  assertEquals(ke.data, keyPair(GROUP).publicValue);
});
