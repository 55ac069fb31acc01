/** The IKE part of a path: its fields stand in the promised order, and those that have no "?" are always there. */
import { assertEquals } from "@std/assert";
import { runSimulated } from "../report/simulated.ts";

const FIRST = ["outcome", "error", "initiator_spi", "responder_spi", "proposal", "groups_tried", "cookie", "notifies"];

async function ikeOf(fault: string) {
  const facts = await runSimulated([fault], { paths: [{ transport: "udp", port: 500 }], mode: "quick" });
  return facts.paths[0]!.ike!;
}

for (const fault of ["split", "error:NO_PROPOSAL_CHOSEN", "cookie-loop", "malformed:no-ke", "version:3"]) {
  Deno.test(`outcome: with ${fault} the fields stand in the report's order, an SPI of the Responder among them`, async () => {
    const ike = await ikeOf(fault);
    const places = Object.keys(ike).map((key) => FIRST.indexOf(key)).filter((place) => place >= 0);
    assertEquals(places, places.toSorted((a, b) => a - b));
    assertEquals(ike.responder_spi.length, 16);
  });
}

Deno.test("outcome: an answer that makes no SA has a Responder's SPI of zeros (RFC 7296 §2.6)", async () => {
  const ike = await ikeOf("error:NO_PROPOSAL_CHOSEN");
  assertEquals(ike.outcome, "rejected");
  assertEquals(ike.responder_spi, "0".repeat(16));
});
