/** Reading capture files of every form, whole and damaged. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { isPcap, isPcapng, readPcap, readPcapng, ReportCapture } from "../../lib/capture/mod.ts";
import { concatBytes, type Fault } from "../../lib/wire/mod.ts";
import { REPORTS } from "../report/reports.ts";
import { block, interfaceBlock, packetBlock, pcapFile, pcapngFile, section, struct } from "./files.ts";

const NS = 1_700_000_000_123_456_789n;
const PACKETS = [
  { octets: Uint8Array.of(1, 2, 3), ns: NS },
  { octets: new Uint8Array(0), ns: NS + 1n },
  { octets: Uint8Array.of(4, 5, 6, 7), ns: NS + 1_000_000_000n },
];

function read(file: Uint8Array) {
  const faults: Fault[] = [];
  const reader = isPcapng(file) ? readPcapng : readPcap;
  return { frames: [...reader(file, (fault) => faults.push(fault))], faults };
}

for (const littleEndian of [true, false]) {
  const order = littleEndian ? "little-endian" : "big-endian";

  for (const nanoseconds of [true, false]) {
    Deno.test(`read: pcap, ${order}, ${nanoseconds ? "nano" : "micro"}seconds`, () => {
      const file = pcapFile(PACKETS, { littleEndian, nanoseconds, linkType: 113 });
      const { frames, faults } = read(file);
      assertEquals([isPcap(file), isPcapng(file), faults], [true, false, []]);
      assertEquals(
        frames,
        PACKETS.map(({ octets, ns }, i) => ({
          number: i + 1,
          ns: nanoseconds ? ns : ns / 1000n * 1000n,
          linkType: 113,
          octets,
          length: octets.length,
        })),
      );
    });
  }

  Deno.test(`read: pcapng, ${order}`, () => {
    const file = pcapngFile(PACKETS, { littleEndian, linkType: 1 });
    const { frames, faults } = read(file);
    assertEquals([isPcap(file), isPcapng(file), faults], [false, true, []]);
    assertEquals(frames.map(({ octets }) => octets), PACKETS.map(({ octets }) => octets));
    assertEquals(frames.map(({ ns }) => ns), PACKETS.map(({ ns }) => ns / 1000n * 1000n));
    assertEquals(frames.map(({ number, linkType }) => [number, linkType]), [[1, 1], [2, 1], [3, 1]]);
  });

  Deno.test(`read: pcapng counts time as each interface says, ${order}`, () => {
    const options = (resolution: number, offset?: bigint) => ({
      options: [
        [9, Uint8Array.of(resolution)] as const,
        ...(offset === undefined ? [] : [[14, struct(littleEndian, [8, offset])] as const]),
      ],
    });
    const file = concatBytes(
      section(littleEndian),
      interfaceBlock(littleEndian, options(9)),
      interfaceBlock(littleEndian, options(0x80 | 10)),
      interfaceBlock(littleEndian, options(0, 1000n)),
      interfaceBlock(littleEndian, options(3, -5n)),
      packetBlock(littleEndian, 0, NS, Uint8Array.of(0)),
      packetBlock(littleEndian, 1, 2048n + 512n, Uint8Array.of(1)),
      packetBlock(littleEndian, 2, 7n, Uint8Array.of(2)),
      packetBlock(littleEndian, 3, 6001n, Uint8Array.of(3)),
    );
    const { frames, faults } = read(file);
    assertEquals(faults, []);
    assertEquals(frames.map(({ ns }) => ns), [NS, 2_500_000_000n, 1_007_000_000_000n, 1_001_000_000n]);
  });

  Deno.test(`read: pcapng's other blocks, ${order}`, () => {
    const old = struct(littleEndian, [2, 0], [2, 99], [4, 0], [4, 5], [4, 2], [4, 9], Uint8Array.of(8, 9));
    const file = concatBytes(
      section(littleEndian),
      block(littleEndian, 0x0bad, new Uint8Array(8)),
      interfaceBlock(littleEndian, { snapLength: 2 }),
      block(littleEndian, 3, struct(littleEndian, [4, 5], Uint8Array.of(6, 7))),
      block(littleEndian, 2, old),
      // Another section, in the other byte order, numbers its interfaces anew.
      section(!littleEndian),
      interfaceBlock(!littleEndian, { linkType: 1 }),
      packetBlock(!littleEndian, 0, 1n, Uint8Array.of(1)),
    );
    const { frames, faults } = read(file);
    assertEquals(faults, []);
    assertEquals(frames, [
      { number: 1, linkType: 101, octets: Uint8Array.of(6, 7), length: 5 },
      { number: 2, ns: 5000n, linkType: 101, octets: Uint8Array.of(8, 9), length: 9 },
      { number: 3, ns: 1000n, linkType: 1, octets: Uint8Array.of(1), length: 1 },
    ]);
  });
}

Deno.test("read: what the program writes itself", () => {
  const capture = new ReportCapture();
  const file = concatBytes(...capture.add(REPORTS.fallback!, 1_700_000_000_000_000));
  const { frames, faults } = read(file);
  assertEquals(faults, []);
  assertEquals(frames.length, 1);
});

Deno.test("read: a packet of an interface that is not there is left out, and told", () => {
  const file = concatBytes(section(true), packetBlock(true, 3, 1n, Uint8Array.of(1)), interfaceBlock(true));
  const { frames, faults } = read(file);
  assertEquals(frames, []);
  assertEquals(faults.map(({ reason }) => reason), ["a packet of interface 3, which is not described"]);
});

Deno.test("read: a pcapng block whose lengths contradict each other is told, and its packet is there", () => {
  for (const littleEndian of [true, false]) {
    const begin = concatBytes(section(littleEndian), interfaceBlock(littleEndian));
    const good = packetBlock(littleEndian, 0, 1n, Uint8Array.of(1, 2, 3, 4));
    const after = packetBlock(littleEndian, 0, 2n, Uint8Array.of(5));
    const damaged = (at: number, value: number) => {
      const octets = good.slice();
      octets.set(struct(littleEndian, [4, value]), at);
      return read(concatBytes(begin, octets, after));
    };
    for (
      const [at, value, reason, offset] of [
        [20, 5000, "claims 5000 captured octets, and the block has 4", 0],
        [20, 0xffff_ffff, "claims 4294967295 captured octets, and the block has 4", 0],
        [good.length - 4, 7, "the block's length is 36 at its beginning and 7 here", good.length - 4],
      ] as const
    ) {
      const { frames, faults } = damaged(at, value);
      assertEquals(frames.map(({ octets }) => [...octets]), [[1, 2, 3, 4], [5]]);
      assertEquals(faults.map(({ reason, offset }) => [reason, offset]), [[reason, begin.length + offset]]);
    }
    const simple = block(littleEndian, 3, struct(littleEndian, [4, 50], Uint8Array.of(6, 7, 8, 9)));
    const { frames, faults } = read(concatBytes(begin, simple));
    assertEquals(frames.map(({ octets, length }) => [[...octets], length]), [[[6, 7, 8, 9], 50]]);
    assertEquals(faults.map(({ reason }) => reason), ["claims 50 captured octets, and the block has 4"]);
  }
});

Deno.test("read: a file that is cut off gives what is there, and says where it ends", () => {
  for (const file of [pcapFile(PACKETS), pcapngFile(PACKETS)]) {
    const whole = read(file).frames;
    for (let length = 28; length < file.length; length++) {
      const cut = file.subarray(0, length);
      if (!isPcap(cut) && !isPcapng(cut)) continue;
      const { frames, faults } = read(cut);
      assert(frames.length <= whole.length && faults.length <= 2);
      for (const [i, frame] of frames.slice(0, -1).entries()) assertEquals(frame, whole[i]);
    }
    assertMatch(read(file.subarray(0, -3)).faults[0]!.reason, /^the file ends after \d+ of/);
  }
});

Deno.test("read: damage ends the reading with its place, and never with an exception", () => {
  fc.assert(fc.property(
    fc.constantFrom(pcapFile(PACKETS), pcapngFile(PACKETS), pcapngFile(PACKETS, { littleEndian: false })),
    fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }),
    (file, changes) => {
      const damaged = file.slice();
      for (const [at, value] of changes) damaged[at % damaged.length] = value;
      if (!isPcap(damaged) && !isPcapng(damaged)) return;
      const { frames, faults } = read(damaged);
      for (const { octets, length } of frames) assert(octets.length <= length);
      for (const { offset } of faults) assert(offset <= damaged.length);
    },
  ));
});
