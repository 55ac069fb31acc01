/** From a captured frame to what UDP and TCP carry: link layers, extension headers, fragments. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Fragments, ipPacketIn, isKnownLink, PROTOCOL, readIp, readTcp, readUdp } from "../../lib/capture/mod.ts";
import { ipPacket } from "../../lib/capture/ip.ts";
import { tcpPacket, udpPacket } from "../../lib/capture/segment.ts";
import { addressBytes, concatBytes, unhex } from "../../lib/wire/mod.ts";

const ENDS4 = { source: addressBytes("192.0.2.1"), destination: addressBytes("192.0.2.2") };
const ENDS6 = { source: addressBytes("2001:db8::1"), destination: addressBytes("2001:db8::2") };
const PORTS = { sourcePort: 4500, destinationPort: 500 };
const UDP4 = udpPacket({ ...ENDS4, ...PORTS }, Uint8Array.of(1, 2, 3));
const UDP6 = udpPacket({ ...ENDS6, ...PORTS }, Uint8Array.of(1, 2, 3));

Deno.test("link: IP is found behind each kind of link layer", () => {
  const macs = "00112233445566778899aabb";
  const cases: [number, string, Uint8Array][] = [
    [1, `${macs}0800`, UDP4],
    [1, `${macs}86dd`, UDP6],
    [1, `${macs}8100 0064 0800`, UDP4],
    [1, `${macs}88a8 0064 8100 0065 86dd`, UDP6],
    [1, `${macs}8864 1100 0001 0022 0021`, UDP4],
    [1, `${macs}8864 1100 0001 0022 57`, UDP6],
    [9, "ff03 0021", UDP4],
    [9, "0057", UDP6],
    [101, "", UDP4],
    [12, "", UDP6],
    [228, "", UDP4],
    [229, "", UDP6],
    [113, "0004 fffe 0000 0000000000000000 0800", UDP4],
    [113, "0000 0001 0006 0011223344550000 8100 0064 86dd", UDP6],
    [276, "0800 0000 00000002 0001 00 06 0011223344550000", UDP4],
    [276, "86dd 0000 00000002 0001 04 06 0011223344550000", UDP6],
    [0, "02000000", UDP4],
    [0, "0000001e", UDP6],
    [108, "00000018", UDP6],
  ];
  for (const [linkType, header, packet] of cases) {
    assert(isKnownLink(linkType));
    assertEquals(ipPacketIn(concatBytes(unhex(header), packet), linkType), packet, `${linkType} ${header}`);
  }
});

Deno.test("link: what carries no IP, or is not known, is left alone", () => {
  assertEquals(ipPacketIn(unhex("00112233445566778899aabb0806 0001080006040001"), 1), undefined);
  assertEquals(ipPacketIn(UDP4, 105), undefined);
  assert(!isKnownLink(105));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.constantFrom(0, 1, 9, 101, 108, 113, 228, 276), (octets, link) => {
      const packet = ipPacketIn(octets, link);
      if (packet !== undefined) readIp(packet);
    }),
  );
});

Deno.test("ip: what the headers say, and no more than the packet's length", () => {
  for (const [ends, packet] of [[ENDS4, UDP4], [ENDS6, UDP6]] as const) {
    // Ethernet pads short frames.
    const contents = readIp(concatBytes(packet, new Uint8Array(9)))!;
    assertEquals([contents.source, contents.destination, contents.protocol], [ends.source, ends.destination, 17]);
    assertEquals([contents.length, contents.payload.length, contents.fragment], [11, 11, undefined]);
    assertEquals(readUdp(contents.payload), { ...PORTS, data: Uint8Array.of(1, 2, 3), length: 3 });
    // A capture keeps the beginning of a packet.
    const cut = readIp(packet.subarray(0, -2))!;
    assertEquals([cut.length, cut.payload.length], [11, 9]);
    assertEquals(readUdp(cut.payload), { ...PORTS, data: Uint8Array.of(1), length: 3 });
  }
});

Deno.test("ip: a length of zero is what a segmenting card leaves for the kernel", () => {
  const packet = UDP4.slice();
  packet.set([0, 0], 2);
  assertEquals(readIp(packet)!.length, 11);
});

Deno.test("ip: IPv6 extension headers stand before the transport", () => {
  const extensions = [
    [0, "3a 00 0502 0000 0000"],
    [60, "2b 01 0000 0000 0000 0000 0000 0000 0000"],
    [43, "33 00 0000 0000 0000"],
    [51, "11 04 0000 00000001 00000001 0102030405060708090a0b0c"],
  ] as const;
  for (let from = 0; from < extensions.length; from++) {
    const chain = extensions.slice(from);
    const headers = chain.map(([, text], i) => {
      const octets = unhex(text);
      octets[0] = chain[i + 1]?.[0] ?? 17;
      return octets;
    });
    const packet = ipPacket(ENDS6, chain[0]![0], concatBytes(...headers, UDP6.subarray(40)));
    const contents = readIp(packet)!;
    assertEquals([contents.protocol, contents.payload], [17, UDP6.subarray(40)], `from ${chain[0]![0]}`);
  }
});

Deno.test("tcp: options are skipped, and a header that claims too much is none", () => {
  const header = { sequence: 7, acknowledgement: 9, flags: 0x18, window: 1, options: unhex("020405b4") };
  const { payload, length } = readIp(tcpPacket({ ...ENDS4, ...PORTS }, header, Uint8Array.of(5, 6)))!;
  assertEquals(readTcp(payload, length), {
    ...PORTS,
    sequence: 7,
    acknowledgement: 9,
    flags: 0x18,
    data: Uint8Array.of(5, 6),
    length: 2,
  });
  const wrong = payload.slice();
  wrong[12] = 0xf0;
  assertEquals(readTcp(wrong, length), undefined);
  assertEquals(readTcp(payload.subarray(0, 19), length), undefined);
});

/** The parts of an IP payload, eight octets at a time as given. @param next what IPv6 says each part begins with */
function fragmentsOf(
  is4: boolean,
  payload: Uint8Array,
  cuts: readonly number[],
  id = 77,
  next: (i: number) => number = () => 17,
): Uint8Array[] {
  const edges = [0, ...cuts.map((cut) => cut * 8).filter((cut) => cut < payload.length), payload.length];
  const sorted = [...new Set(edges)].toSorted((a, b) => a - b);
  return sorted.slice(0, -1).map((start, i) => {
    const end = sorted[i + 1]!;
    const more = end < payload.length;
    const part = payload.subarray(start, end);
    if (!is4) {
      const bits = start | (more ? 1 : 0);
      const header = Uint8Array.of(next(i), 0, bits >> 8, bits & 255, 0, 0, id >> 8, id & 255);
      return ipPacket(ENDS6, 44, concatBytes(header, part));
    }
    const packet = ipPacket(ENDS4, 17, part);
    const bits = (start / 8) | (more ? 0x2000 : 0);
    packet.set([id >> 8, id & 255, bits >> 8, bits & 255], 4);
    return packet;
  });
}

Deno.test("fragments: in any order, and repeated, they make the packet", () => {
  fc.assert(fc.property(
    fc.boolean(),
    fc.uint8Array({ minLength: 9, maxLength: 3000 }),
    fc.array(fc.integer({ min: 1, max: 370 }), { maxLength: 6 }),
    fc.array(fc.nat(), { minLength: 20, maxLength: 20 }),
    (is4, payload, cuts, shuffle) => {
      const parts = fragmentsOf(is4, payload, cuts).map((packet, i) => ({ packet, frame: i + 1, key: shuffle[i]! }));
      const twice = [...parts, ...parts.slice(0, parts.length - 1)].toSorted((a, b) => a.key - b.key);
      const fragments = new Fragments();
      const [whole] = twice.flatMap(({ packet, frame }) => [...fragments.take(readIp(packet)!, frame)]);
      assertEquals([whole!.payload, whole!.length, whole!.protocol], [payload, payload.length, PROTOCOL.udp]);
      assertEquals([whole!.isIncomplete, whole!.fragment], [false, undefined]);
      assertEquals([...new Set(whole!.frames)], parts.map(({ frame }) => frame));
    },
  ));
});

Deno.test("fragments: what never came is told at the end, with what did", () => {
  const payload = Uint8Array.from({ length: 100 }, (_, i) => i);
  const [first, , last] = fragmentsOf(true, payload, [4, 8]);
  const fragments = new Fragments();
  assertEquals([...fragments.take(readIp(first!)!, 3)], []);
  assertEquals([...fragments.take(readIp(last!)!, 5)], []);
  const [part, ...more] = [...fragments.end()];
  assertEquals(more, []);
  assertEquals([part!.payload, part!.length, part!.isIncomplete], [payload.subarray(0, 32), 100, true]);
  assertEquals(part!.frames, [3, 5]);
  assertEquals([...fragments.end()], []);
});

Deno.test("fragments: of different packets are kept apart, and only so many are waited for", () => {
  const payload = new Uint8Array(40);
  const fragments = new Fragments();
  const given = Array.from({ length: 2000 }, (_, id) => {
    const [first] = fragmentsOf(true, payload, [2], id);
    return [...fragments.take(readIp(first!)!, id + 1)];
  }).flat();
  assert(given.length > 0 && given.every(({ isIncomplete }) => isIncomplete));
  assertEquals(given.length + [...fragments.end()].length, 2000);
});

Deno.test("fragments: extension headers behind IPv6's Fragment header belong to the whole (RFC 8200 §4.5)", () => {
  const transport = Uint8Array.from({ length: 100 }, (_, i) => i);
  const options = unhex("11 00 0104 0000 0000");
  // Only the first part says with what the whole begins; the others need not say the same.
  const parts = fragmentsOf(false, concatBytes(options, options.with(0, 17), transport), [1, 5], 77, (i) => 60 - i);
  parts[0]![40 + 8] = 60;
  for (const order of [parts, parts.toReversed()]) {
    const fragments = new Fragments();
    const [whole, ...more] = order.flatMap((packet, i) => [...fragments.take(readIp(packet)!, i + 1)]);
    assertEquals([whole?.protocol, whole?.payload, whole?.length, more], [17, transport, 100, []]);
    assertEquals([whole!.isIncomplete, whole!.frames], [false, [1, 2, 3]]);
  }
});

Deno.test("fragments: IPv4 tells packets of different protocols apart, however they are numbered", () => {
  const [one, two] = [new Uint8Array(24).fill(1), new Uint8Array(24).fill(2)];
  const asTcp = fragmentsOf(true, two, [1]).map((packet) => packet.with(9, 6));
  const fragments = new Fragments();
  const mixed = [fragmentsOf(true, one, [1]), asTcp].flatMap((parts, i) => i === 0 ? parts.slice(0, 1) : parts);
  const found = mixed.flatMap((packet, i) => [...fragments.take(readIp(packet)!, i + 1)]);
  assertEquals(found.map(({ protocol, payload }) => [protocol, payload]), [[6, two]]);
});

Deno.test("fragments: a flood of them for one packet is put together once", () => {
  let calls = 0;
  class Counted extends Uint8Array {
    override subarray(begin?: number, end?: number) {
      calls++;
      return super.subarray(begin, end) as Uint8Array<ArrayBuffer>;
    }
  }
  const fragments = new Fragments();
  const take = (offset: number, length: number, more: boolean) => {
    const payload = new Counted(length).fill(offset / 8 % 251);
    const contents = { ...ENDS4, protocol: 17, payload, length, fragment: { id: 1, offset, more } };
    return [...fragments.take(contents, 1)];
  };
  // All but the first; then most of them again and again, in pieces.
  assertEquals(take(65_520, 8, false), []);
  for (let offset = 65_512; offset > 0; offset -= 8) take(offset, 16, true);
  for (let i = 0; i < 20_000; i++) assertEquals(take(8 + 8 * (i * 37 % 8000), 8, true), []);
  assertEquals(calls, 0);
  const [whole] = take(0, 8, true);
  assertEquals([whole!.payload.length, whole!.payload[8], whole!.isIncomplete], [65_528, 1, false]);
  assert(calls <= 8192, String(calls));
});
