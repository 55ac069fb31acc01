/** The end of an SA: what is sent, what real gateways and our own Responder answer to it, and what is no end. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { keyExchangeGroup } from "../../lib/crypto/mod.ts";
import { Farewell, NOBODYS_NAME } from "../../lib/exchange/farewell.ts";
import { Initiator } from "../../lib/exchange/initiator.ts";
import { algorithmsOf, deriveKeys, protections } from "../../lib/exchange/keys.ts";
import { statusNotify } from "../../lib/exchange/request.ts";
import { openMessage, sealMessage } from "../../lib/exchange/sk.ts";
import { decodeMessage, encodeMessage, FLAG, type OutgoingMessage, type Payload } from "../../lib/ike/mod.ts";
import { unhex } from "../../lib/wire/mod.ts";
import { SeededRandom } from "../sim/random.ts";
import { captureName, CAPTURES, saOf, sharedOf } from "./captures.ts";
import { BETWEEN, CLIENT, GATEWAY, keyPair, responder } from "./responder_world.ts";

const NO_PROPOSAL_CHOSEN = 14;
const AUTHENTICATION_FAILED = 24;
const AUTH = 39;

const seeded = new SeededRandom(21);
const random = (length: number) => seeded.octets(length);

const CAPTURE = CAPTURES[0]!;
const SA = saOf(CAPTURE);
const algorithms = algorithmsOf(SA.proposal)!;
const KEYS = protections(algorithms, deriveKeys(SA, algorithms, sharedOf(CAPTURE)));

const farewell = () => Farewell.to(SA, sharedOf(CAPTURE), random)!;

/** A response of the gateway that granted the SA. */
function answer(payloads: Payload[], more: Partial<OutgoingMessage> = {}): Uint8Array {
  const response = {
    initiatorSpi: SA.spiI,
    responderSpi: SA.spiR,
    exchangeType: 35,
    flags: FLAG.RESPONSE,
    messageId: 1,
  };
  return sealMessage({ ...response, payloads, ...more }, KEYS.responder, random);
}

for (const capture of CAPTURES) {
  Deno.test(`farewell: the answer of a real gateway is read, ${captureName(capture)}`, () => {
    const said = Farewell.to(saOf(capture), sharedOf(capture), random)!;
    const note = said.handleMessage(unhex(capture.answer));
    assertEquals([note.fit, note.result, note.notify], ["answer", "ended", "AUTHENTICATION_FAILED"]);
    assertEquals(said.ended, true);
  });
}

Deno.test("farewell: a complete IKE_AUTH request in nobody's name, with an AUTH payload so that no EAP begins", () => {
  const { message } = farewell();
  const opened = openMessage(message, KEYS.initiator);
  assert(opened.ok);
  const { header, payloads, faults } = opened.decoded;
  assertEquals([header?.exchangeType, header?.messageId, header?.flags], [35, 1, FLAG.INITIATOR]);
  assertEquals([header?.initiatorSpi, header?.responderSpi], [SA.spiI, SA.spiR]);
  assertEquals(faults, []);
  assertEquals(payloads.map((p) => p.kind === "unknown" ? p.type : p.kind), [35, 39, "SA", 44, 45]);
  const identity = payloads[0];
  assert(identity?.kind === "unknown");
  assertEquals(new TextDecoder().decode(identity.data.subarray(4)), NOBODYS_NAME);
  assertStringIncludes(NOBODYS_NAME, ".invalid", "a name that cannot be anybody's (RFC 6761 §6.4)");
  assertEquals(decodeMessage(message).payloads.length, 1, "nothing travels outside of SK");
});

Deno.test("farewell: a Responder ends the SA, and confirms it", () => {
  for (const group of [31, 19, 14]) {
    const gateway = responder({ groups: [group] });
    const machine = new Initiator(
      { reliable: true, groups: [group], offer: "ordinary", retries: 0, remote: GATEWAY, locals: [CLIENT] },
      { random, keyPair, checkPublic: () => undefined },
    );
    assertEquals(machine.acceptedSa, undefined, "nothing to end yet");
    const init = gateway.handleMessage(machine.pollTransmit(0)!.message, BETWEEN, 0);
    machine.handleMessage(init.reply!, 0);
    const sa = machine.acceptedSa!;
    const said = Farewell.to(sa, keyExchangeGroup(group)!.shared(keyPair(group), sa.publicR), random)!;
    assertEquals(gateway.halfOpen, 1);
    const end = gateway.handleMessage(said.message, BETWEEN, 1);
    assertEquals([end.reaction, gateway.halfOpen], ["ended", 0]);
    assertEquals(said.handleMessage(end.reply!).result, "ended");
    assertEquals(said.ended, true);
  }
});

Deno.test("farewell: other errors end the SA as well, when no AUTH payload comes beside them", () => {
  const said = farewell();
  assertEquals(said.handleMessage(answer([statusNotify(NO_PROPOSAL_CHOSEN)])).notify, "NO_PROPOSAL_CHOSEN");
  assertEquals(said.ended, true);
  const authenticated: Payload = { kind: "unknown", critical: false, type: AUTH, data: new Uint8Array(8) };
  const lives = farewell();
  const note = lives.handleMessage(answer([authenticated, statusNotify(NO_PROPOSAL_CHOSEN)]));
  assertEquals([note.fit, note.result, lives.ended], ["answer", "other", false]);
});

Deno.test("farewell: an answer without an error notify is no end", () => {
  for (const payloads of [[], [statusNotify(16384)]]) {
    const said = farewell();
    assertEquals(said.handleMessage(answer(payloads)).result, "other");
    assertEquals(said.ended, false);
  }
});

Deno.test("farewell: an answer that is not protected with the SA's keys proves nothing", () => {
  const said = farewell();
  const header = { initiatorSpi: SA.spiI, responderSpi: SA.spiR, exchangeType: 35, flags: FLAG.RESPONSE, messageId: 1 };
  const inTheClear = encodeMessage({ ...header, payloads: [statusNotify(AUTHENTICATION_FAILED)] });
  assertEquals(said.handleMessage(inTheClear).result, "unread");
  const ours = sealMessage({ ...header, payloads: [statusNotify(AUTHENTICATION_FAILED)] }, KEYS.initiator, random);
  const note = said.handleMessage(ours);
  assertEquals([note.fit, note.result, said.ended], ["answer", "unread", false]);
});

Deno.test("farewell: what does not belong to the exchange is a stray, and our own request an echo", () => {
  const said = farewell();
  const failed = [statusNotify(AUTHENTICATION_FAILED)];
  const strays: Partial<OutgoingMessage>[] = [
    { messageId: 0 },
    { exchangeType: 34 },
    { flags: FLAG.INITIATOR },
    { initiatorSpi: new Uint8Array(8) },
  ];
  for (const stray of strays) {
    assertEquals(said.handleMessage(answer(failed, stray)).fit, "stray", JSON.stringify(stray));
  }
  assertEquals(said.handleMessage(said.message).fit, "echo");
  assertEquals(said.handleMessage(new Uint8Array(3)).fit, "not-ike");
  said.handleMessage(answer(failed, { responderSpi: new Uint8Array(8) }));
  assertEquals(said.ended, false, "another Responder's SPI");
});

Deno.test("farewell: nothing can be said with algorithms that are not supported", () => {
  const transforms = SA.proposal.transforms.map((t) => t.type === 1 ? { ...t, id: 18 } : t);
  assertEquals(Farewell.to({ ...SA, proposal: { ...SA.proposal, transforms } }, sharedOf(CAPTURE), random), undefined);
});
