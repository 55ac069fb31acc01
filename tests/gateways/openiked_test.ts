/** The tool against OpenIKED: UDP 500 and UDP 4500; it has no TCP. */
import { assert, assertEquals } from "@std/assert";
import { accepted, codes, pathOf, summaries } from "./reading.ts";
import { GATEWAY4, GATEWAY6, gatewaySuite, probe } from "../testbed/mod.ts";

gatewaySuite("openiked", (test) => {
  for (const [family, address] of [["IPv4", GATEWAY4], ["IPv6", GATEWAY6]] as const) {
    test(`accepts over UDP 500 and UDP 4500, offers no TCP (${family})`, ["openiked"], async (bed) => {
      const { report, code } = await probe(bed, address);
      assertEquals(summaries(report), {
        [`udp-500@${address}`]: "answered accepted",
        [`udp-4500@${address}`]: "answered accepted",
        [`tcp-4500@${address}`]: "refused",
        [`tcp-443@${address}`]: "refused",
        [`tls-443@${address}`]: "refused",
      });
      assertEquals([code, report.verdict.code, report.verdict.recommended], [0, "ready", `udp-500@${address}`]);
      for (const path of accepted(report, 2)) {
        assertEquals(path.ike?.nat, { client: "none", gateway: "none" }, path.id);
        assert(
          path.ike?.vendor_ids.some((v) => v.name?.includes("OpenIKED-7.2")),
          JSON.stringify(path.ike?.vendor_ids),
        );
      }
      assertEquals(await bed.gateways[0]?.halfOpen(), 2);
    });
  }

  test("the group that it wants is found", ["openiked"], async (bed) => {
    const { report, code } = await probe(bed, "--groups", "MODP2048,ECP521", GATEWAY4);
    assertEquals(accepted(report).map((path) => path.ike?.groups_tried), Array(2).fill(["MODP2048", "ECP521"]));
    assertEquals(codes(report, "ke-mismatch"), ["notice"]);
    assertEquals(code, 0);
  });

  const weak = "enc 3des prf hmac-sha1 auth hmac-sha1 group modp1024";
  test("no proposal fits", ["openiked", { ikesa: weak }], async (bed) => {
    const { report, code } = await probe(bed, GATEWAY4);
    assertEquals(pathOf(report, "udp-500").ike?.error, "NO_PROPOSAL_CHOSEN");
    assertEquals(codes(report, "no-proposal"), ["problem"]);
    assertEquals([code, report.verdict.code], [2, "rejected"]);
    assertEquals(await bed.gateways[0]?.halfOpen(), 0);
  });
});
