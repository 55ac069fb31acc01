/** The Initiator against the Responder and against hand-made answers, in virtual time. */
import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { keyExchangeGroup } from "../../lib/crypto/mod.ts";
import { BETTER_ANSWER_MS } from "../../lib/exchange/grace.ts";
import {
  FIRST_RETRANSMISSION_MS,
  Initiator,
  type InitiatorSettings,
  MAX_ROUNDS,
} from "../../lib/exchange/initiator.ts";
import { encodeError, encodeNotifies } from "../../lib/exchange/responder_answer.ts";
import { statusNotify } from "../../lib/exchange/request.ts";
import { decodeHeader, decodeMessage } from "../../lib/ike/mod.ts";
import { concatBytes, equalBytes } from "../../lib/wire/mod.ts";
import { SeededRandom } from "../sim/random.ts";
import { BETWEEN, CLIENT, GATEWAY, keyPair, responder } from "./responder_world.ts";

const NO_PROPOSAL_CHOSEN = 14;
const INVALID_KE_PAYLOAD = 17;

function initiator(settings: Partial<InitiatorSettings> = {}, seed = 5): Initiator {
  const random = new SeededRandom(seed);
  return new Initiator({
    reliable: false,
    groups: [31, 19, 14],
    offer: "ordinary",
    retries: 2,
    remote: GATEWAY,
    locals: [CLIENT],
    ...settings,
  }, {
    random: (length) => random.octets(length),
    keyPair,
    checkPublic: (group, value) => keyExchangeGroup(group)!.check(value),
  });
}

/** The next request, which must be there. */
function transmit(machine: Initiator, now = 0): Uint8Array {
  const next = machine.pollTransmit(now);
  assert(next !== undefined, "a request waits");
  return next.message;
}

function error(request: Uint8Array, type: number, data?: Uint8Array): Uint8Array {
  return encodeError(decodeHeader(request)!, type, data);
}

function cookie(request: Uint8Array, ...octets: number[]): Uint8Array {
  return encodeNotifies(decodeHeader(request)!, statusNotify(16390, Uint8Array.from(octets)));
}

/** Both sides until the Initiator has its outcome, over a transport that loses nothing. */
function converse(machine: Initiator, peer: ReturnType<typeof responder>): number {
  let rounds = 0;
  for (let now = 0; machine.outcome === undefined && rounds < 30; now += 10) {
    if (machine.hasWork) machine.work(1 << 16);
    const next = machine.pollTransmit(now);
    if (next === undefined) break;
    rounds++;
    const { reply } = peer.handleMessage(next.message, BETWEEN, now);
    if (reply !== undefined) machine.handleMessage(reply, now);
  }
  return rounds;
}

Deno.test("initiator: an accepting answer ends the exchange with the names of what was chosen", () => {
  const machine = initiator();
  assertEquals(converse(machine, responder()), 1);
  assert(machine.outcome?.kind === "accepted");
  assertEquals(machine.outcome.acceptance.proposal, {
    encr: "AES-GCM-16",
    key_bits: 256,
    prf: "HMAC-SHA2-256",
    dh: "X25519",
  });
  assertEquals(machine.decisive?.nat?.source_matches, true);
  assertEquals(machine.decisive?.nat?.destination_matches, true);
});

Deno.test("initiator: COOKIE comes back first in the payloads, with the same SPI, nonce and KE (RFC 7296 §2.6)", () => {
  const machine = initiator();
  const first = decodeMessage(transmit(machine));
  machine.handleMessage(cookie(transmit(initiator()), 1, 2, 3), 1);
  const second = decodeMessage(transmit(machine, 1));
  assert(second.payloads[0]?.kind === "N" && second.payloads[0].type === 16390);
  assertEquals(second.payloads[0].data, Uint8Array.of(1, 2, 3));
  assertEquals(second.payloads.slice(1), first.payloads);
  assertEquals(second.header!.initiatorSpi, first.header!.initiatorSpi);
  assertEquals(machine.cookieDemanded, true);
});

Deno.test("initiator: cookies, another group and a puzzle are followed until the gateway accepts", () => {
  const machine = initiator({ reliable: true });
  converse(machine, responder({ cookieFrom: 0, puzzleBits: 4, groups: [14, 19] }));
  assertEquals(machine.outcome?.kind, "accepted");
  assertEquals(machine.groupsTried, [31, 14]);
  assertEquals(machine.puzzleBits, 4);
});

Deno.test("initiator: the corrected group keeps the cookie (RFC 7296 §2.6.1)", () => {
  const machine = initiator({ reliable: true });
  machine.handleMessage(cookie(transmit(machine), 9), 1);
  const withCookie = transmit(machine, 1);
  machine.handleMessage(error(withCookie, 17, Uint8Array.of(0, 14)), 2);
  const corrected = decodeMessage(transmit(machine, 2));
  assert(corrected.payloads[0]?.kind === "N" && corrected.payloads[0].type === 16390);
  const ke = corrected.payloads.find((p) => p.kind === "KE");
  assertEquals(ke?.kind === "KE" && ke.group, 14);
});

Deno.test("initiator: over UDP requests are repeated after 0.5 s, then after twice as long, so often as allowed", () => {
  const machine = initiator({ retries: 2 });
  const first = transmit(machine, 0);
  const times = [];
  for (let now = 1; now < 20_000; now++) {
    const next = machine.pollTransmit(now);
    if (next === undefined) continue;
    times.push(now);
    assertEquals(next.message, first, "a retransmission is the same octets (RFC 7296 §2.1)");
  }
  assertEquals(times, [FIRST_RETRANSMISSION_MS, 3 * FIRST_RETRANSMISSION_MS]);
  assertEquals(machine.conclude(), undefined, "silence is no outcome");
});

Deno.test("initiator: over TCP nothing is repeated (RFC 9329 §7.2)", () => {
  const machine = initiator({ reliable: true });
  transmit(machine, 0);
  assertEquals(machine.pollTimeout(), undefined);
  assertEquals(machine.pollTransmit(60_000), undefined);
});

Deno.test("initiator: a final error over TCP is taken at once (RFC 9329 §7.4)", () => {
  const machine = initiator({ reliable: true });
  machine.handleMessage(error(transmit(machine), NO_PROPOSAL_CHOSEN), 3);
  assertEquals(machine.outcome, { kind: "rejected", error: "NO_PROPOSAL_CHOSEN" });
});

Deno.test("initiator: a final error over UDP waits for a better answer (RFC 7296 §2.21.1)", () => {
  const machine = initiator();
  const request = transmit(machine);
  machine.handleMessage(error(request, NO_PROPOSAL_CHOSEN), 3);
  assertEquals(machine.outcome, undefined);
  const { reply } = responder().handleMessage(request, BETWEEN, 4);
  machine.handleMessage(reply!, 20);
  assertEquals(machine.outcome?.kind, "accepted");
});

Deno.test("initiator: and stands when none comes", () => {
  const machine = initiator();
  machine.handleMessage(error(transmit(machine), NO_PROPOSAL_CHOSEN), 3);
  assertEquals(machine.pollTimeout(), 3 + BETTER_ANSWER_MS);
  machine.handleTimeout(3 + BETTER_ANSWER_MS);
  assertEquals(machine.outcome, { kind: "rejected", error: "NO_PROPOSAL_CHOSEN" });
});

Deno.test("initiator: it waits two round trips for a better answer, as soon as it knows how long that is", () => {
  const known: { ms?: number } = {};
  const machine = initiator({ roundTripMs: () => known.ms });
  const request = transmit(machine);
  machine.handleMessage(error(request, NO_PROPOSAL_CHOSEN), 3);
  known.ms = 400;
  machine.handleTimeout(3 + BETTER_ANSWER_MS);
  assertEquals([machine.outcome, machine.pollTimeout()], [undefined, 3 + 2 * 400]);
  machine.handleMessage(responder().handleMessage(request, BETWEEN, 790).reply!, 800);
  assertEquals(machine.outcome?.kind, "accepted");
});

Deno.test("initiator: an acceptance counts although it comes after an error has stood; a demand comes too late", () => {
  const machine = initiator();
  const request = transmit(machine);
  machine.handleMessage(error(request, NO_PROPOSAL_CHOSEN), 3);
  machine.handleTimeout(3 + BETTER_ANSWER_MS);
  assertEquals(machine.handleMessage(cookie(request, 1), 600).result, "cookie");
  assertEquals([machine.outcome?.kind, machine.cookieDemanded, machine.hasMore], ["rejected", false, false]);
  const { reply } = responder().handleMessage(request, BETWEEN, 700);
  assertEquals(machine.handleMessage(reply!, 710).result, "accepted");
  assertEquals([machine.outcome?.kind, machine.decisive?.bytes], ["accepted", reply]);
  assertEquals(machine.handleMessage(error(request, NO_PROPOSAL_CHOSEN), 720).result, "error");
  assertEquals(machine.outcome?.kind, "accepted");
});

Deno.test("initiator: a request is owed an answer until something answers it", () => {
  const machine = initiator({ reliable: true });
  assertEquals(machine.isOwed, false, "nothing went out");
  const request = transmit(machine);
  assertEquals(machine.isOwed, true);
  machine.handleMessage(cookie(request, 1), 5);
  assertEquals(machine.isOwed, false, "a demand makes no SA");
  transmit(machine);
  assertEquals([machine.isOwed, machine.conclude()?.kind], [true, "unsolved"]);
});

Deno.test("initiator: endless cookies end as unsolved, after a bounded number of requests", () => {
  const machine = initiator({ reliable: true });
  let requests = 0;
  for (let i = 0; machine.outcome === undefined; i++) {
    requests++;
    machine.handleMessage(cookie(transmit(machine, i), i), i);
  }
  assertEquals(machine.outcome.kind, "unsolved");
  assertEquals(requests, MAX_ROUNDS + 1);
});

Deno.test("initiator: groups that alternate without end are unsolved", () => {
  const machine = initiator({ reliable: true });
  for (let i = 0; machine.outcome === undefined && i < 50; i++) {
    machine.handleMessage(error(transmit(machine, i), 17, Uint8Array.of(0, i % 2 === 0 ? 14 : 19)), i);
  }
  assertEquals(machine.outcome?.kind, "unsolved");
});

Deno.test("initiator: late answers to a retransmitted request do not count as a new demand", () => {
  const machine = initiator();
  const first = transmit(machine, 0);
  transmit(machine, 500);
  machine.handleMessage(cookie(first, 7), 510);
  const withCookie = transmit(machine, 510);
  assertEquals(machine.handleMessage(cookie(first, 7), 520).result, "late");
  assertEquals(machine.pollTransmit(521), undefined, "no third request for an answer to the first");
  machine.handleMessage(responder().handleMessage(withCookie, BETWEEN, 530).reply!, 540);
  assertEquals(machine.outcome?.kind, "accepted");
});

Deno.test("initiator: silence after a demanded cookie is unsolved, and says so", () => {
  const machine = initiator();
  machine.handleMessage(cookie(transmit(machine), 1), 5);
  const outcome = machine.conclude();
  assert(outcome?.kind === "unsolved");
  assertStringIncludes(outcome.why, "cookie");
});

Deno.test("initiator: a group that was not offered is a rejection, not a wish", () => {
  const machine = initiator({ reliable: true });
  machine.handleMessage(error(transmit(machine), 17, Uint8Array.of(0, 2)), 1);
  assert(machine.outcome?.kind === "rejected");
  assertStringIncludes(machine.outcome.error, "MODP1024");
});

Deno.test("initiator: REDIRECT counts only with our nonce in it (RFC 5685 §3)", () => {
  const good = initiator({ reliable: true });
  converse(good, responder({ redirect: "203.0.113.9" }));
  assertEquals(good.outcome, { kind: "redirected", gateway: "203.0.113.9" });
  const forged = initiator({ reliable: true });
  const foreign = concatBytes(Uint8Array.of(1, 4, 203, 0, 113, 9), new Uint8Array(32));
  const answer = encodeNotifies(decodeHeader(transmit(forged))!, statusNotify(16407, foreign));
  forged.handleMessage(answer, 1);
  assertEquals(forged.outcome?.kind, "malformed");
});

Deno.test("initiator: another SPI, our own request, a request of the peer: evidence, not answers", () => {
  const machine = initiator();
  const request = transmit(machine);
  const { reply } = responder().handleMessage(request, BETWEEN, 1);
  const otherSpi = reply!.slice();
  otherSpi[3]! ^= 0x20;
  const stray = machine.handleMessage(otherSpi, 2);
  assertEquals(stray.fit, "stray");
  assertStringIncludes(stray.what, "1 bit away from ours");
  assertEquals(machine.handleMessage(request, 3).fit, "echo");
  const notResponse = reply!.slice();
  notResponse[19]! &= ~0x20;
  assertEquals(machine.handleMessage(notResponse, 4).fit, "stray");
  assertEquals(machine.handleMessage(Uint8Array.of(1, 2, 3), 5).fit, "not-ike");
  assertEquals(machine.answers, 0);
});

Deno.test("initiator: an answer of IKEv1 to our SPI is an outcome: another version", () => {
  const machine = initiator({ reliable: true });
  const answer = error(transmit(machine), NO_PROPOSAL_CHOSEN).slice();
  answer[17] = 0x10;
  machine.handleMessage(answer, 1);
  assertEquals(machine.outcome, { kind: "version", major: 1 });
});

Deno.test("initiator: an acceptance of what was not offered is malformed", () => {
  const machine = initiator({ reliable: true, groups: [31] });
  const { reply } = responder().handleMessage(transmit(machine), BETWEEN, 1);
  const answer = reply!.slice();
  // ENCR transform 20 of the chosen proposal becomes 19, which nobody offered.
  const at = answer.findIndex((_, i) => equalBytes(answer.subarray(i, i + 4), Uint8Array.of(1, 0, 0, 20)));
  answer[at + 3] = 19;
  machine.handleMessage(answer, 1);
  assert(machine.outcome?.kind === "malformed");
  assertStringIncludes(machine.outcome.faults.join(), "was not offered");
});

Deno.test("initiator: an acceptance without the Responder's SPI, or of another protocol, is malformed (RFC 7296 §3.1, §3.3.1)", () => {
  const broken = (change: (answer: Uint8Array) => void) => {
    const machine = initiator({ reliable: true });
    const answer = responder().handleMessage(transmit(machine), BETWEEN, 1).reply!.slice();
    change(answer);
    machine.handleMessage(answer, 1);
    assert(machine.outcome?.kind === "malformed");
    return machine.outcome.faults;
  };
  assertEquals(broken((answer) => answer.fill(0, 8, 16)), ["header: the Responder's SPI is zero"]);
  // SA comes first: IKE header, payload header, then Last Substruc, RESERVED, Proposal Length, Proposal Num, Protocol ID.
  assertEquals(broken((answer) => answer[28 + 4 + 5] = 3), ["SA: a proposal for protocol 3 in place of IKE"]);
});

Deno.test("initiator: behind a forged demand for another group the answer to the first request counts", () => {
  const machine = initiator();
  const request = transmit(machine);
  machine.handleMessage(error(request, INVALID_KE_PAYLOAD, Uint8Array.of(0, 14)), 1);
  assertEquals(decodeMessage(transmit(machine, 1)).payloads.find((p) => p.kind === "KE")?.group, 14);
  const note = machine.handleMessage(responder().handleMessage(request, BETWEEN, 2).reply!, 2);
  assertEquals([note.result, machine.outcome?.kind, machine.currentGroup], ["accepted", "accepted", 31]);
  assertEquals(machine.acceptedSa?.group, 31, "and so the farewell can be read");
});

Deno.test("initiator: after a broken connection a restart shares nothing that could hit an old SA", () => {
  const machine = initiator({ reliable: true });
  const first = decodeMessage(transmit(machine));
  machine.restart();
  const second = decodeMessage(transmit(machine));
  assertNotEquals(second.header!.initiatorSpi, first.header!.initiatorSpi);
  const nonce = (d: typeof first) => d.payloads.find((p) => p.kind === "Nonce");
  assertNotEquals(nonce(second), nonce(first));
});

Deno.test("initiator: a new connection gets a new NAT_DETECTION_SOURCE_IP, all else stays (RFC 9329 §7.3)", () => {
  const machine = initiator({ reliable: true });
  const first = decodeMessage(transmit(machine)).payloads;
  machine.rebind([{ ...CLIENT, port: CLIENT.port + 1 }]);
  const second = decodeMessage(transmit(machine)).payloads;
  const changed = second.flatMap((p, i) => JSON.stringify(p) === JSON.stringify(first[i]) ? [] : [p]);
  assertEquals(changed.map((p) => p.kind === "N" && p.type), [16388]);
});

Deno.test("initiator: what comes after an acceptance is judged by itself and changes nothing", () => {
  const machine = initiator();
  const request = transmit(machine);
  const peer = responder();
  const { reply } = peer.handleMessage(request, BETWEEN, 1);
  machine.handleMessage(reply!, 2);
  assertEquals(machine.handleMessage(reply!, 3).result, "repeat");
  assertEquals(machine.handleMessage(error(request, NO_PROPOSAL_CHOSEN), 4).result, "error");
  assertEquals(machine.outcome?.kind, "accepted");
});

Deno.test("initiator: any octets at all neither throw nor end the exchange wrongly", () => {
  const random = new SeededRandom(77);
  const machine = initiator();
  const request = transmit(machine);
  const { reply } = responder().handleMessage(request, BETWEEN, 1);
  for (let i = 0; i < 2_000; i++) {
    const mangled = reply!.slice();
    for (let n = 0; n < 3; n++) mangled[random.octets(2)[0]! % mangled.length]! ^= 1 << (i % 8);
    initiator().handleMessage(mangled.subarray(0, random.octets(1)[0]), 2);
    machine.handleMessage(mangled.subarray(0, 28 + random.octets(1)[0]! % 10), 2);
  }
  assertNotEquals(machine.outcome?.kind, "accepted");
});
