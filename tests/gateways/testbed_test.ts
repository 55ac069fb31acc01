/** The testbed itself: gateways that the reference client reaches, a middlebox that does what it says, captures. */
import { assertEquals, assertGreater } from "@std/assert";
import {
  capture,
  GATEWAY4,
  GATEWAY4B,
  GATEWAY6,
  gatewaySuite,
  NOBODY4,
  run,
  succeed,
  withTestbed,
} from "../testbed/mod.ts";

gatewaySuite("testbed", (test) => {
  test("libreswan answers on UDP 500, UDP 4500 and TCP 4500", ["libreswan"], async (bed) => {
    for (const address of [GATEWAY4, GATEWAY6, GATEWAY4B]) {
      for (const transport of ["udp500", "udp4500", "tcp"] as const) {
        assertEquals(await bed.ping(transport, address), "accepted", `${transport} of ${address}`);
      }
    }
    assertEquals(await bed.gateways[0]?.halfOpen(), 9);
  });

  test("strongSwan answers on UDP and refuses TCP", ["strongswan"], async (bed) => {
    assertEquals(await bed.ping("udp500"), "accepted");
    assertEquals(await bed.ping("udp4500", GATEWAY6), "accepted");
    assertEquals(await bed.ping("tcp"), "ECONNREFUSED");
    assertEquals(await bed.gateways[0]?.halfOpen(), 2);
  });

  test("OpenIKED answers on UDP and refuses TCP", ["openiked"], async (bed) => {
    assertEquals(await bed.ping("udp500"), "accepted");
    assertEquals(await bed.ping("udp4500", GATEWAY6), "accepted");
    assertEquals(await bed.ping("tcp"), "ECONNREFUSED");
    assertEquals(await bed.gateways[0]?.halfOpen(), 2);
  });

  test("a middlebox plays one profile at a time", ["libreswan"], async (bed) => {
    await bed.profile("reset-iketcp");
    assertEquals(await bed.ping("tcp"), "ECONNRESET");
    assertEquals(await bed.ping("udp500"), "accepted");
    await bed.profile("drop-udp", [4500]);
    assertEquals(await bed.ping("tcp"), "accepted");
    assertEquals(await bed.ping("udp4500"), "timeout");
  });

  test("nobody but the gateway answers, and names come from the testbed", undefined, async (bed) => {
    assertEquals(await bed.ping("udp500", NOBODY4), "timeout");
    await bed.hosts({ "vpn.example": [GATEWAY4, GATEWAY6] });
    const { stdout } = await bed.inClient(["getent", "ahosts", "vpn.example"]);
    for (const address of [GATEWAY4, GATEWAY6]) assertEquals(stdout.includes(address), true, stdout);
    assertGreater((await bed.inClient(["getent", "hosts", "elsewhere.example"])).code, 0);
  });

  test("tshark sees the messages of both transports", ["libreswan"], async (bed) => {
    const packets = await capture(bed, async () => {
      await bed.ping("udp4500");
      await bed.ping("tcp");
    });
    const sent = await packets.dissect("isakmp", ["isakmp.exchangetype", "isakmp.ispi"]);
    assertEquals(sent.map((p) => p["isakmp.exchangetype"]), [["34"], ["34"], ["34"], ["34"]]);
    assertEquals(new Set(sent.flatMap((p) => p["isakmp.ispi"])).size, 2);
    assertEquals(await packets.complaints("isakmp"), []);
  });

  test("nothing is left of a testbed", undefined, async () => {
    let prefix = "";
    await withTestbed(async (bed) => {
      prefix = bed.prefix;
      await bed.gateway("openiked");
    });
    assertEquals((await succeed(["ip", "netns", "list"])).includes(prefix), false);
    assertEquals((await run(["test", "-e", `/run/${prefix}`])).code, 1);
  });
});
