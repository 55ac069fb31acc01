import { assertEquals } from "@std/assert";
import { ordinaryOffer } from "../../lib/exchange/offer.ts";
import { chooseProposal } from "../../lib/exchange/responder_choice.ts";
import { DEFAULT_POLICY } from "../../lib/exchange/responder_policy.ts";
import type { Proposal, Transform } from "../../lib/ike/mod.ts";

const t = (type: number, id: number, bits?: number): Transform => ({
  type,
  id,
  attributes: bits === undefined ? [] : [{ type: 14, value: bits }],
});
const proposal = (...transforms: Transform[]): Proposal => ({
  number: 1,
  protocolId: 1,
  spi: new Uint8Array(),
  transforms,
});
const AEAD = [t(1, 20, 256), t(2, 5), t(4, 31)];

function choose(...proposals: Proposal[]): [number, number][] | undefined {
  return chooseProposal(proposals, DEFAULT_POLICY)?.proposal.transforms.map(({ type, id }) => [type, id]);
}

Deno.test("choice: one transform of each type, by the Responder's preference (RFC 7296 §2.7)", () => {
  assertEquals(choose(...ordinaryOffer([14, 19])), [[1, 20], [2, 5], [4, 19]]);
  const cbc = ordinaryOffer([14])[1]!;
  const choice = chooseProposal([cbc], DEFAULT_POLICY);
  assertEquals(choice?.proposal.number, 2);
  assertEquals(choice?.proposal.transforms.map(({ type, id }) => [type, id]), [[1, 12], [2, 5], [3, 12], [4, 14]]);
});

Deno.test("choice: key lengths must be equal (RFC 7296 §3.3.5)", () => {
  assertEquals(choose(proposal(t(1, 20, 192), t(2, 5), t(4, 31))), undefined);
  assertEquals(choose(proposal(t(1, 20), t(2, 5), t(4, 31))), undefined);
  assertEquals(choose(proposal(t(1, 28), t(2, 5), t(4, 31))), [[1, 28], [2, 5], [4, 31]]);
  assertEquals(choose(proposal(t(1, 28, 256), t(2, 5), t(4, 31))), undefined);
});

Deno.test("choice: combined-mode ciphers go without integrity, or with NONE (RFC 7296 §3.3)", () => {
  assertEquals(choose(proposal(...AEAD)), [[1, 20], [2, 5], [4, 31]]);
  assertEquals(choose(proposal(...AEAD, t(3, 0))), [[1, 20], [2, 5], [3, 0], [4, 31]]);
  assertEquals(choose(proposal(...AEAD, t(3, 12))), undefined);
  assertEquals(choose(proposal(t(1, 12, 256), t(2, 5), t(4, 31))), undefined);
});

Deno.test("choice: additional key exchanges are declined where that is allowed (RFC 9370 §2.2.2)", () => {
  assertEquals(choose(proposal(...AEAD, t(6, 36), t(6, 0))), [[1, 20], [2, 5], [4, 31], [6, 0]]);
  assertEquals(choose(proposal(...AEAD, t(6, 36))), undefined);
});

Deno.test("choice: unknown transform types and attributes make a proposal unusable (RFC 7296 §3.3.6)", () => {
  assertEquals(choose(proposal(...AEAD, t(99, 1))), undefined);
  const strange: Transform = { type: 2, id: 5, attributes: [{ type: 99, value: 1 }] };
  assertEquals(choose(proposal(t(1, 20, 256), strange, t(4, 31))), undefined);
});

Deno.test("choice: proposals for other protocols than IKE are passed over", () => {
  assertEquals(choose({ ...proposal(...AEAD), protocolId: 3 }), undefined);
});
