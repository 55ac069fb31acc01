/** The tool against libreswan: UDP 500, UDP 4500 and TCP 4500, over IPv4 and IPv6. */
import { assert, assertEquals, assertLess, assertMatch } from "@std/assert";
import { Background } from "./background.ts";
import { accepted, codes, pathOf, summaries } from "./reading.ts";
import type { Report } from "../../lib/model/mod.ts";
import { BINARY, GATEWAY4, GATEWAY4B, GATEWAY6, gatewaySuite, probe, SOURCES, tool } from "../testbed/mod.ts";

const delay = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

gatewaySuite("libreswan", (test) => {
  for (const [family, address] of [["IPv4", GATEWAY4], ["IPv6", GATEWAY6]] as const) {
    test(`accepts over UDP 500, UDP 4500 and TCP 4500 (${family})`, ["libreswan"], async (bed) => {
      const { report, code } = await probe(bed, address);
      assertEquals(summaries(report), {
        [`udp-500@${address}`]: "answered accepted",
        [`udp-4500@${address}`]: "answered accepted",
        [`tcp-4500@${address}`]: "answered accepted",
        [`tcp-443@${address}`]: "refused",
        [`tls-443@${address}`]: "refused",
      });
      assertEquals([code, report.verdict.code, report.verdict.recommended], [0, "ready", `udp-500@${address}`]);
      for (const path of accepted(report, 3)) {
        assertEquals(path.ike?.proposal?.encr, "AES-GCM-16", path.id);
        assertEquals(path.ike?.proposal?.key_bits, 256, path.id);
        assertEquals(path.ike?.proposal?.dh, "MODP2048", path.id);
        assertEquals(path.ike?.nat, { client: "none", gateway: "none" }, path.id);
        assertMatch(path.ike?.responder_spi ?? "", /^[0-9a-f]{16}$/, path.id);
        const names = path.ike?.notifies.map((n) => n.name) ?? [];
        for (const name of ["IKEV2_FRAGMENTATION_SUPPORTED", "CHILDLESS_IKEV2_SUPPORTED"]) {
          assert(names.includes(name), `${name} in ${names}`);
        }
      }
      assertEquals(await bed.gateways[0]?.halfOpen(), 2, "the one over TCP was ended");
      assertEquals(report.budget.spent, [{ address, half_open: 3, over_tcp: 1, ended: 1 }]);
    });
  }

  test("a name with both families: every address is probed, each with its budget", ["libreswan"], async (bed) => {
    await bed.hosts({ "vpn.example": [GATEWAY4, GATEWAY6] });
    const { report, code } = await probe(bed, "vpn.example");
    assertEquals(accepted(report).map((path) => path.id).toSorted(), [
      `tcp-4500@${GATEWAY6}`,
      `tcp-4500@${GATEWAY4}`,
      `udp-4500@${GATEWAY6}`,
      `udp-4500@${GATEWAY4}`,
      `udp-500@${GATEWAY6}`,
      `udp-500@${GATEWAY4}`,
    ]);
    assertEquals([code, report.verdict.code], [0, "ready"]);
    assertEquals(await bed.gateways[0]?.halfOpen(), 4);
    const four = await probe(bed, "-4", "vpn.example");
    assertEquals(four.report.target.addresses.map((a) => a.address), [GATEWAY4]);
  });

  test("the group that it wants is found, on new connections over TCP", ["libreswan"], async (bed) => {
    const { report, code } = await probe(bed, "--groups", "X25519,ECP384,MODP2048", GATEWAY4);
    const tried = accepted(report, 3).map((path) => path.ike?.groups_tried.join());
    assertEquals(tried[0], "X25519,MODP2048");
    // a path that starts late may know from another one what the gateway wants
    for (const groups of tried) assertMatch(groups ?? "", /^(X25519,)?MODP2048$/);
    assertEquals(codes(report, "ke-mismatch"), ["notice"]);
    assertEquals(code, 0);
  });

  test("the right group at once: no second request", ["libreswan"], async (bed) => {
    const { report } = await probe(bed, "--groups", "MODP2048", GATEWAY4);
    assertEquals(
      accepted(report).map((path) => [path.attempts, path.ike?.groups_tried]),
      Array(3).fill([1, ["MODP2048"]]),
    );
    assertEquals(codes(report, "ke-mismatch"), []);
  });

  for (
    const [number, name] of [[15, "MODP3072"], [16, "MODP4096"], [19, "ECP256"], [20, "ECP384"], [21, "ECP521"], [
      31,
      "X25519",
    ]] as const
  ) {
    test(
      `a gateway that wants ${name} alone gets it`,
      ["libreswan", { ike: `aes_gcm256-sha2_512;dh${number}` }],
      async (bed) => {
        const { report, code } = await probe(
          bed,
          "--groups",
          `${name},MODP6144`,
          "--paths",
          "udp-4500,tcp-4500",
          GATEWAY4,
        );
        assertEquals(accepted(report).map((path) => path.ike?.proposal?.dh), [name, name]);
        assertEquals(code, 0);
      },
    );
  }

  test("cookies over UDP and TCP", ["libreswan", { cookie: true }], async (bed) => {
    const { report, code } = await probe(bed, GATEWAY4);
    assertEquals(accepted(report).map((path) => path.ike?.cookie), [true, true, true]);
    assertEquals(codes(report, "cookie-demanded"), ["notice"]);
    assertEquals([code, report.verdict.code], [0, "ready"]);
    assertEquals(await bed.gateways[0]?.halfOpen(), 2);
  });

  test("no proposal fits", ["libreswan", { ike: "3des-sha1;dh14" }], async (bed) => {
    const { report, code } = await probe(bed, GATEWAY4);
    for (const id of ["udp-500", "udp-4500", "tcp-4500"]) {
      const path = pathOf(report, id);
      assertEquals(
        [path.state, path.ike?.outcome, path.ike?.error],
        ["answered", "rejected", "NO_PROPOSAL_CHOSEN"],
        id,
      );
    }
    assertEquals(codes(report, "no-proposal"), ["problem"]);
    assertEquals([code, report.verdict.code, report.verdict.recommended], [2, "rejected", null]);
    assertEquals(await bed.gateways[0]?.halfOpen(), 0);
  });

  test("a redirect is followed", ["libreswan", { listen: GATEWAY4, redirect: GATEWAY4B }], async (bed) => {
    await bed.gateway("libreswan", { name: "b", listen: GATEWAY4B });
    const { report, code } = await probe(bed, GATEWAY4);
    for (const id of ["udp-500", "udp-4500", "tcp-4500"]) {
      assertEquals(pathOf(report, id).ike?.redirects, [GATEWAY4B], id);
    }
    assertEquals(codes(report, "redirected"), ["notice"]);
    assertEquals(code, 0);
    assertEquals(await bed.gateways[0]?.halfOpen(), 0);
  });

  test("a redirect to nobody is told", ["libreswan", { listen: GATEWAY4, redirect: GATEWAY4B }], async (bed) => {
    const { report, code } = await probe(bed, "--timeout", "1s", GATEWAY4);
    assertEquals(accepted(report), []);
    assertEquals(pathOf(report, "udp-500").ike?.outcome, "redirected");
    assertEquals(code, 2);
  });

  test("vendor IDs are shown by name", ["libreswan", { vendorId: true }], async (bed) => {
    const { report } = await probe(bed, GATEWAY4);
    for (const path of accepted(report, 3)) {
      assertMatch(path.ike?.vendor_ids.map((v) => v.name).join() ?? "", /Libreswan/i, path.id);
    }
  });

  test(
    "without TCP: a notice, and a failure only where TCP is required",
    ["libreswan", { noTcp: true }],
    async (bed) => {
      const { report, code } = await probe(bed, GATEWAY4);
      assertEquals(pathOf(report, "tcp-4500").state, "refused");
      assertEquals(codes(report, "tcp-not-offered"), ["notice"]);
      assertEquals([code, report.verdict.code], [0, "ready"]);
      const strict = await probe(bed, "--require", "tcp-4500", GATEWAY4);
      assertEquals(strict.code, 2);
    },
  );

  test("a kernel without espintcp: TCP hangs up, UDP works", ["libreswan", { noEspintcp: true }], async (bed) => {
    const { report, code } = await probe(bed, GATEWAY4);
    const { state } = pathOf(report, "tcp-4500");
    assert(state === "closed" || state === "reset", state);
    assertEquals(accepted(report).map((path) => path.id), [`udp-500@${GATEWAY4}`, `udp-4500@${GATEWAY4}`]);
    assertEquals([code, report.verdict.code], [1, "degraded"]);
  });

  test("repeated probes leave it healthy", ["libreswan"], async (bed) => {
    for (let i = 0; i < 5; i++) {
      const { code } = await probe(bed, "--groups", "MODP2048", GATEWAY4);
      assertEquals(code, 0);
    }
    assertEquals(await bed.gateways[0]?.halfOpen(), 10, "those over UDP");
  });

  test("probes over TCP leave no half-open SA behind, and it answers everybody", ["libreswan"], async (bed) => {
    for (let i = 0; i < 8; i++) {
      const { report } = await probe(bed, "--paths", "tcp-4500", "--groups", "MODP2048", GATEWAY4);
      assertEquals(report.budget.spent, [{ address: GATEWAY4, half_open: 1, over_tcp: 1, ended: 1 }]);
      const last = report.events.at(-1);
      assertEquals(last?.kind === "end" && last.how, "fin", "the gateway closes the connection itself");
      assertEquals(await bed.gateways[0]?.halfOpen(), 0);
    }
    assertMatch(await bed.gateways[0]?.log() ?? "", /encrypted notification AUTHENTICATION_FAILED/);
  });

  test("an interrupted probe leaves none behind over TCP either", ["libreswan"], async (bed) => {
    // UDP is silent: after a second the run still waits for it, and TCP has long been accepted.
    await bed.profile("drop-udp");
    const command = [...(BINARY === undefined ? SOURCES : [BINARY]), "probe", "--quick", "--format", "json", GATEWAY4];
    const { stdout } = await bed.inClient(["timeout", "--signal=INT", "1", ...command]);
    const report: Report = JSON.parse(stdout);
    assertEquals([report.interrupted, pathOf(report, "tcp-4500").ike?.outcome], [true, "accepted"]);
    assertEquals(report.budget.spent.map((spent) => [spent.over_tcp, spent.ended]), [[1, 1]]);
    assertEquals(await bed.gateways[0]?.halfOpen(), 0);
  });

  const tcpAlone = ["--paths", "tcp-4500", "--groups", "MODP2048", GATEWAY4];

  test("a farewell that is lost gets there before the connection is closed", ["libreswan"], async (bed) => {
    await bed.profile("drop-auth", [3]);
    const { report } = await probe(bed, ...tcpAlone);
    assertEquals(report.budget.spent.map((spent) => [spent.over_tcp, spent.ended]), [[1, 1]]);
    assertEquals(await bed.gateways[0]?.halfOpen(), 0);
  });

  test("a farewell that never gets there is taken back", ["libreswan"], async (bed) => {
    await bed.profile("drop-auth");
    const { report } = await probe(bed, ...tcpAlone);
    assertEquals(report.budget.spent.map((spent) => [spent.over_tcp, spent.ended]), [[1, 0]]);
    const last = report.events.at(-1);
    assertEquals(last?.kind === "end" && [last.how, last.abortive], ["ours", true]);
    // what TCP would have repeated until then
    await bed.profile("open");
    await delay(3000);
    assertEquals(await bed.gateways[0]?.isAlive(), true);
  });

  for (const [stoppedMs, ended] of [[700, 1], [2500, 0]] as const) {
    test(`a gateway that is busy for ${stoppedMs} ms is done with the farewell first`, ["libreswan"], async (bed) => {
      const gateway = bed.gateways[0]!;
      await bed.profile("open", [], { rtt: 100 });
      const filter = "tcp dst port 4500 and tcp[((tcp[12] & 0xf0) >> 2) + 24] == 35";
      await using seen = new Background(bed, ["tcpdump", "-ni", "any", "--immediate-mode", "-c", "1", filter]);
      await seen.says(/listening on/);
      const probing = probe(bed, ...tcpAlone);
      await seen.says(/1 packet captured/);
      // The farewell is on its way, which takes 50 ms.
      const pid = Number(await gateway.pid());
      Deno.kill(pid, "SIGSTOP");
      await delay(stoppedMs);
      Deno.kill(pid, "SIGCONT");
      const { report } = await probing;
      assertEquals(report.budget.spent.map((spent) => [spent.over_tcp, spent.ended ?? 0]), [[1, ended]]);
      assertLess(report.duration_ms, 2000, "the report does not wait for it");
      assertEquals(await gateway.halfOpen(), 0);
    });
  }

  test("the text report names each path, and the verdict", ["libreswan"], async (bed) => {
    const { code, stdout, stderr } = await tool(bed, ["probe", GATEWAY4]);
    assertEquals(code, 0, stderr);
    for (const id of ["udp-500", "udp-4500", "tcp-4500"]) assert(stdout.includes(id), stdout);
    assertMatch(stdout, /ready/i);
    // no control character but the line feed, as this is no terminal
    // deno-lint-ignore no-control-regex
    assert(!/[\x00-\x09\x0b-\x1f\x7f]/.test(stdout), JSON.stringify(stdout));
  });

  test("the deadline holds where nothing answers", ["libreswan"], async (bed) => {
    await bed.profile("loss", [100]);
    const { report, code } = await probe(bed, "--quick", GATEWAY4);
    assertEquals(report.paths.map((path) => path.state), Array(5).fill("silent"));
    assertEquals([code, report.verdict.code], [2, "blocked"]);
    assertLess(report.duration_ms, 3500);
  });
});
