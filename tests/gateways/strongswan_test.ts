/** The tool against strongSwan: UDP 500 and UDP 4500; it has no TCP. */
import { assertEquals, assertMatch } from "@std/assert";
import { accepted, codes, pathOf, summaries } from "./reading.ts";
import { GATEWAY4, GATEWAY6, gatewaySuite, probe } from "../testbed/mod.ts";

gatewaySuite("strongswan", (test) => {
  for (const [family, address] of [["IPv4", GATEWAY4], ["IPv6", GATEWAY6]] as const) {
    test(`accepts over UDP 500 and UDP 4500, offers no TCP (${family})`, ["strongswan"], async (bed) => {
      const { report, code } = await probe(bed, address);
      assertEquals(summaries(report), {
        [`udp-500@${address}`]: "answered accepted",
        [`udp-4500@${address}`]: "answered accepted",
        [`tcp-4500@${address}`]: "refused",
        [`tcp-443@${address}`]: "refused",
        [`tls-443@${address}`]: "refused",
      });
      assertEquals(codes(report, "tcp-not-offered"), ["notice"]);
      assertEquals([code, report.verdict.code, report.verdict.recommended], [0, "ready", `udp-500@${address}`]);
      for (const path of accepted(report, 2)) {
        assertEquals(path.ike?.nat, { client: "none", gateway: "none" }, path.id);
        assertEquals(path.ike?.proposal?.encr, "AES-GCM-16", path.id);
      }
      assertEquals(await bed.gateways[0]?.halfOpen(), 2);
    });
  }

  test("the group that it wants is found", ["strongswan"], async (bed) => {
    const { report, code } = await probe(bed, "--groups", "MODP3072,ECP384,ECP256", GATEWAY4);
    assertEquals(accepted(report).map((path) => path.ike?.groups_tried), Array(2).fill(["MODP3072", "ECP256"]));
    assertEquals(codes(report, "ke-mismatch"), ["notice"]);
    assertEquals(code, 0);
  });

  test("cookies", ["strongswan", { cookie: true }], async (bed) => {
    const { report, code } = await probe(bed, GATEWAY4);
    assertEquals(accepted(report).map((path) => path.ike?.cookie), [true, true]);
    assertEquals(codes(report, "cookie-demanded"), ["notice"]);
    assertEquals(code, 0);
    assertEquals(await bed.gateways[0]?.halfOpen(), 2);
  });

  test("its own limits on half-open SAs are not reached", ["strongswan", { dosProtection: true }], async (bed) => {
    const { report, code } = await probe(bed, GATEWAY4);
    assertEquals(accepted(report).map((path) => path.ike?.cookie), [false, false]);
    assertEquals(code, 0);
  });

  test("no proposal fits", ["strongswan", { proposals: "3des-sha1-modp1024" }], async (bed) => {
    const { report, code } = await probe(bed, GATEWAY4);
    assertEquals(pathOf(report, "udp-500").ike?.error, "NO_PROPOSAL_CHOSEN");
    assertEquals(pathOf(report, "udp-4500").ike?.outcome, "rejected");
    assertEquals(codes(report, "no-proposal"), ["problem"]);
    assertEquals([code, report.verdict.code], [2, "rejected"]);
    assertEquals(await bed.gateways[0]?.halfOpen(), 0);
  });

  test("vendor IDs are shown by name", ["strongswan", { vendorId: true }], async (bed) => {
    const { report } = await probe(bed, GATEWAY4);
    for (const path of accepted(report, 2)) {
      assertMatch(path.ike?.vendor_ids.map((v) => v.name).join() ?? "", /strongSwan/i, path.id);
    }
  });
});
