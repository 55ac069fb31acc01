/** What the network says beside answers: ICMP errors and resets, on the way to a real gateway. */
import { assert, assertEquals, assertLess } from "@std/assert";
import { accepted, codes, pathOf } from "./reading.ts";
import { GATEWAY4, gatewaySuite, probe } from "../testbed/mod.ts";

/** The middlebox, as hop 1 of 1: its near address, from which its ICMP errors come. */
const MIDDLEBOX = "10.77.0.1";

gatewaySuite("icmp", (test) => {
  test("a host without IKE: port unreachable from the host itself", undefined, async (bed) => {
    const { report, code } = await probe(bed, "--quick", GATEWAY4);
    for (const spec of ["udp-500", "udp-4500", "tcp-4500"]) assertEquals(pathOf(report, spec).state, "refused", spec);
    const errors = report.events.filter((event) => event.kind === "icmp");
    assert(errors.length > 0 && errors.every((event) => event.from === GATEWAY4), JSON.stringify(errors));
    assertEquals(codes(report, "udp-refused"), ["problem"]);
    assertEquals([code, report.verdict.code], [2, "blocked"]);
    assertLess(report.duration_ms, 2500);
  });

  test("a router that forbids UDP is named", ["libreswan"], async (bed) => {
    await bed.profile("reject-udp", ["admin"]);
    const { report, code } = await probe(bed, GATEWAY4);
    for (const spec of ["udp-500", "udp-4500"]) assertEquals(pathOf(report, spec).state, "prohibited", spec);
    const [finding] = report.findings.filter((f) => f.code === "udp-prohibited");
    assertEquals([finding?.severity, finding?.hop], ["problem", MIDDLEBOX]);
    assertEquals(accepted(report).map((path) => path.id), [`tcp-4500@${GATEWAY4}`]);
    assertEquals([code, report.verdict.code, report.verdict.recommended], [1, "fallback", `tcp-4500@${GATEWAY4}`]);
  });

  test("a firewall that drops UDP: TCP is the fallback", ["libreswan"], async (bed) => {
    await bed.profile("drop-udp");
    const { report, code } = await probe(bed, GATEWAY4);
    for (const spec of ["udp-500", "udp-4500"]) assertEquals(pathOf(report, spec).state, "silent", spec);
    assertEquals([code, report.verdict.code, report.verdict.recommended], [1, "fallback", `tcp-4500@${GATEWAY4}`]);
  });

  test("a firewall that resets TCP: RST is told from FIN and from silence", ["libreswan"], async (bed) => {
    await bed.profile("reset-tcp");
    assertEquals(pathOf((await probe(bed, "--quick", GATEWAY4)).report, "tcp-4500").state, "refused");
    await bed.profile("drop-tcp");
    assertEquals(pathOf((await probe(bed, "--quick", GATEWAY4)).report, "tcp-4500").state, "silent");
    await bed.profile("reset-iketcp");
    assertEquals(pathOf((await probe(bed, "--quick", GATEWAY4)).report, "tcp-4500").state, "reset");
    await bed.profile("proxy", ["close"]);
    assertEquals(pathOf((await probe(bed, "--quick", GATEWAY4)).report, "tcp-4500").state, "closed");
    await bed.profile("proxy", ["http400"]);
    const path = pathOf((await probe(bed, "--quick", GATEWAY4)).report, "tcp-4500");
    assertEquals([path.state, path.speaks], ["foreign", "http"]);
  });

  test("NAT before us is seen on every transport", ["libreswan"], async (bed) => {
    await bed.profile("nat");
    const { report, code } = await probe(bed, GATEWAY4);
    assertEquals(
      accepted(report).map((path) => path.ike?.nat),
      Array(3).fill({ client: "translated", gateway: "none" }),
    );
    assertEquals(codes(report, "nat-client"), ["notice"]);
    assertEquals(code, 0);
  });

  test("RFC 9329 inside TLS, with a certificate that no client would trust", ["libreswan"], async (bed) => {
    await bed.profile("proxy", ["tls"], { port: 443 });
    const { report } = await probe(bed, "--paths", "udp-500,tls-443", "--server-name", "vpn.testbed.example", GATEWAY4);
    const path = pathOf(report, "tls-443");
    assertEquals([path.state, path.ike?.outcome], ["answered", "accepted"]);
    assertEquals(path.tls?.trusted, false);
    // not every runtime shows the chain of a connection
    for (const leaf of path.tls?.chain.slice(0, 1) ?? []) {
      assertEquals(leaf.names.includes("vpn.testbed.example"), true);
    }
    assertEquals(codes(report, "tls-certificate"), ["warning"]);
  });
});
