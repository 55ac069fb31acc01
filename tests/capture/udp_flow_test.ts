/** Datagrams and ICMP errors made up from events. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { Numbers, packetsOf } from "../../lib/capture/packets.ts";
import type { Endpoint, IcmpEvent } from "../../lib/model/mod.ts";
import { octetsEvent, reportOf, SIGHT, THEM4, THEM6, US4, US6 } from "./events.ts";
import { takeApart } from "./headers.ts";

const open = (remote: string, local: Endpoint) =>
  ({ t_ms: 1, kind: "open", protocol: "udp", remote: { address: remote, port: 500 }, local, sight: SIGHT }) as const;
const bytes = (length: number) => Uint8Array.from({ length }, (_, i) => i & 255);

Deno.test("udp: what was sent and received, whole or cut, over both families", () => {
  fc.assert(fc.property(
    fc.boolean(),
    fc.array(fc.record({
      out: fc.boolean(),
      octets: fc.uint8Array({ maxLength: 3000 }),
      missing: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 20_000 })),
    })),
    (is4, datagrams) => {
      const [us, them] = is4 ? [US4, THEM4] : [US6, THEM6];
      const events = datagrams.map(({ out, octets, missing }, i) =>
        octetsEvent(out ? "sent" : "received", 2 + i, octets, missing)
      );
      const { packets } = packetsOf(reportOf("udp-500", them, [open(them, us), ...events]), new Numbers());
      assertEquals(packets.length, datagrams.length);
      for (const [i, { octets, length, direction, comments }] of packets.entries()) {
        const { source, destination, ports, data, dataLength } = takeApart(octets, length);
        const { out, octets: kept, missing } = datagrams[i]!;
        assertEquals([data, dataLength, direction], [kept, kept.length + missing, out ? "out" : "in"]);
        const way = [source, ports[0], destination, ports[1]];
        assertEquals(way, out ? [us.address, us.port, them, 500] : [them, 500, us.address, us.port]);
        assertEquals(comments, missing === 0 ? [] : [`the report has kept all but the last ${missing} octets`]);
      }
    },
  ));
});

Deno.test("udp: an answer from elsewhere comes from elsewhere", () => {
  const from = { address: "192.0.2.99", port: 4501 };
  const received = { t_ms: 3, kind: "received", data: "0102", octets: 2, from } as const;
  const made = reportOf("udp-500", THEM4, [open(THEM4, US4), received]);
  const { source, ports } = takeApart(packetsOf(made, new Numbers()).packets[0]!.octets);
  assertEquals([source, ...ports], ["192.0.2.99", 4501, US4.port]);
});

Deno.test("udp: a checksum that comes out as zero is sent as ones (RFC 768)", () => {
  // All two-octet payloads: for one of them the sum is 0.
  const zeros = Array.from({ length: 65_536 }, (_, value) => Uint8Array.of(value >> 8, value & 255)).filter((data) => {
    const made = reportOf("udp-500", THEM4, [open(THEM4, US4), octetsEvent("sent", 2, data)]);
    const { transport } = takeApart(packetsOf(made, new Numbers()).packets[0]!.octets);
    assert(transport[6] !== 0 || transport[7] !== 0);
    return transport[6] === 255 && transport[7] === 255;
  });
  assertEquals(zeros.length, 1);
});

Deno.test("udp: an unknown address of ours is the unspecified one, in the family of the other side", () => {
  for (const [us, them, shown] of [["0.0.0.0", THEM4, "0.0.0.0"], ["::", THEM6, "::"], ["::", THEM4, "0.0.0.0"]]) {
    const events = [open(them!, { address: us!, port: 40_000 }), octetsEvent("sent", 2, bytes(4))];
    const { source } = takeApart(packetsOf(reportOf("udp-500", them!, events), new Numbers()).packets[0]!.octets);
    assertEquals(source, shown);
  }
});

const ICMP = {
  t_ms: 3,
  kind: "icmp",
  version: 4,
  type: 3,
  code: 13,
  name: "communication administratively prohibited",
  from: "192.0.2.1",
  failure: "prohibited",
} as const satisfies Omit<IcmpEvent, "path" | "flow">;

Deno.test("icmp: an error comes from the router, and quotes the datagram as far as the RFCs let it", () => {
  for (const is4 of [true, false]) {
    const [us, them, router] = is4 ? [US4, THEM4, "192.0.2.1"] : [US6, THEM6, "2001:db8::1"];
    for (const size of [100, 3000]) {
      const icmp = { ...ICMP, version: is4 ? 4 as const : 6 as const, from: router, mtu: 1280 };
      const made = reportOf("udp-500", them, [open(them, us), octetsEvent("sent", 2, bytes(size)), icmp]);
      const [datagram, error] = packetsOf(made, new Numbers()).packets;
      const { source, destination, protocol, transport, data } = takeApart(error!.octets);
      assertEquals([source, destination, protocol], [router, us.address, is4 ? 1 : 58]);
      assertEquals([...transport.subarray(0, 2), ...transport.subarray(4, 8)], [3, 13, 0, 0, 5, 0]);
      assertEquals(data, datagram!.octets.subarray(0, data.length));
      assertEquals(error!.octets.length, size === 100 ? 8 + (is4 ? 20 : 40) + datagram!.length : is4 ? 576 : 1280);
      assertMatch(error!.comments[0]!, /^made up from what the system told of an ICMP error/);
    }
  }
});

Deno.test("icmp: a sender that is not known is not guessed", () => {
  const events = [open(THEM4, US4), octetsEvent("sent", 2, bytes(4)), { ...ICMP, from: null }];
  const [, error] = packetsOf(reportOf("udp-500", THEM4, events), new Numbers()).packets;
  assertEquals(takeApart(error!.octets).source, "0.0.0.0");
  assertMatch(error!.comments[0]!, /who sent it is not known$/);
});

Deno.test("icmp: what a saved report claims and cannot be is left out", () => {
  for (const wrong of [{ type: 300 }, { code: 256 }, { mtu: 2 ** 32 }, { version: 6 as const }]) {
    const events = [open(THEM4, US4), octetsEvent("sent", 2, bytes(4)), { ...ICMP, ...wrong }];
    assertEquals(packetsOf(reportOf("udp-500", THEM4, events), new Numbers()).packets.length, 1);
  }
});
