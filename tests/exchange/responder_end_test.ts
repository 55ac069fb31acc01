/** What a Responder does with an IKE_AUTH: it ends the SA that it belongs to, and nothing else. */
import { assertEquals } from "@std/assert";
import { keyExchangeGroup } from "../../lib/crypto/mod.ts";
import { Farewell } from "../../lib/exchange/farewell.ts";
import { Initiator } from "../../lib/exchange/initiator.ts";
import { DEFAULT_POLICY, type ResponderPolicy } from "../../lib/exchange/responder_policy.ts";
import { SeededRandom } from "../sim/random.ts";
import { BETWEEN, CLIENT, GATEWAY, keyPair, responder } from "./responder_world.ts";

/** A Responder with one half-open SA; the request that made it, and the IKE_AUTH that ends it. */
function granted(policy: Partial<ResponderPolicy> = {}) {
  const seeded = new SeededRandom(31);
  const random = (length: number) => seeded.octets(length);
  const gateway = responder(policy);
  const machine = new Initiator(
    { reliable: true, groups: [31], offer: "ordinary", retries: 0, remote: GATEWAY, locals: [CLIENT] },
    { random, keyPair, checkPublic: () => undefined },
  );
  const request = machine.pollTransmit(0)!.message;
  machine.handleMessage(gateway.handleMessage(request, BETWEEN, 0).reply!, 0);
  const sa = machine.acceptedSa!;
  const auth = Farewell.to(sa, keyExchangeGroup(31)!.shared(keyPair(31), sa.publicR), random)!.message;
  return { gateway, request, auth };
}

Deno.test("responder: IKE_AUTH ends its SA, once, from whatever port or connection it comes", () => {
  const { gateway, request, auth } = granted();
  const elsewhere = { ...BETWEEN, remote: { ...CLIENT, port: 1 } };
  assertEquals(gateway.handleMessage(auth, elsewhere, 1).reaction, "ended");
  assertEquals(gateway.halfOpen, 0);
  assertEquals(gateway.handleMessage(auth, BETWEEN, 2).reaction, "ignored", "the SA is no more");
  assertEquals(gateway.handleMessage(request, BETWEEN, 3).reaction, "accepted", "a new SA, not a repeated answer");
});

Deno.test("responder: an IKE_AUTH that is damaged, or not the SA's first, ends nothing (RFC 7296 §2.21.4)", () => {
  const { gateway, auth } = granted();
  const change = (index: number, value: number) => auth.map((octet, i) => i === index ? value : octet);
  const messageId = 23;
  for (const wrong of [change(auth.length - 1, auth.at(-1)! ^ 1), change(40, auth[40]! ^ 1), change(messageId, 2)]) {
    assertEquals(gateway.handleMessage(wrong, BETWEEN, 1).reaction, "ignored");
  }
  for (const spiOctet of [0, 8]) {
    const { reaction, why } = gateway.handleMessage(change(spiOctet, auth[spiOctet]! ^ 1), BETWEEN, 1);
    assertEquals([reaction, why], ["ignored", "IKE_AUTH of an unknown SA"]);
  }
  assertEquals(gateway.halfOpen, 1);
  assertEquals(gateway.handleMessage(auth, BETWEEN, 1).reaction, "ended");
});

Deno.test("responder: an SA that has expired, or was never remembered, cannot be ended", () => {
  const { gateway, auth } = granted();
  assertEquals(gateway.handleMessage(auth, BETWEEN, DEFAULT_POLICY.halfOpenMs + 1).reaction, "ignored");
  const forgetful = granted({ halfOpenMs: 0 });
  assertEquals(forgetful.gateway.handleMessage(forgetful.auth, BETWEEN, 1).reaction, "ignored");
});
