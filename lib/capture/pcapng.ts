/**
 * Blocks of a pcapng file (draft-ietf-opsawg-pcapng), in network byte order, which the format leaves to the writer. All
 * interfaces have one link type and no snapshot length, as libpcap reads no others side by side. It is that of Linux's
 * "any" interface, with a header that says no more than direction and IP version: libpcap 1.10 does not read several
 * interfaces of raw IP, and tcpdump should read what Wireshark reads.
 */
import { concatBytes, Writer } from "../wire/mod.ts";

/** Block types. */
export const BLOCK = { section: 0x0a0d_0d0a, interface: 1, packet: 6, simplePacket: 3, oldPacket: 2 } as const;
/** "Linux cooked" (LINKTYPE_LINUX_SLL): 16 octets before the IP header. */
export const LINK_COOKED = 113;
/** Tells the byte order of a section. */
export const BYTE_ORDER_MAGIC = 0x1a2b_3c4d;

/** Option codes; those from 2 on mean something else in each type of block. */
export const OPTION = {
  end: 0,
  comment: 1,
  section: { hardware: 2, system: 3, application: 4 },
  interface: { name: 2, description: 3, resolution: 9, timeOffset: 14 },
  packet: { flags: 2 },
} as const;

/** Octets of an option, at most. */
const LONGEST_OPTION = 0xffff;
/** Time stamps count microseconds. */
const RESOLUTION = Uint8Array.of(6);

type Options = readonly (readonly [code: number, value: string | Uint8Array])[];

/** What made a capture. Texts must be safe to show. */
export interface Section {
  readonly hardware: string;
  readonly system: string;
  readonly application: string;
  readonly comments: readonly string[];
}

/** Where packets were seen. Texts must be safe to show. */
export interface Interface {
  readonly name: string;
  readonly description: string;
  readonly comments: readonly string[];
}

/** One packet of a capture. */
export interface CapturedPacket {
  /** Number of its interface: the first one of a section is 0. */
  readonly interface: number;
  /** Microseconds since 1970, UTC. */
  readonly us: number;
  readonly direction: "in" | "out";
  /** What is there of the packet, from its IP header on. */
  readonly octets: Uint8Array;
  /** Octets that it had. */
  readonly length: number;
  /** Safe to show. */
  readonly comments: readonly string[];
}

/** Section Header Block: begins a file. */
export function sectionHeader({ hardware, system, application, comments }: Section): Uint8Array {
  return block(BLOCK.section, (writer) => {
    writer.uint(4, BYTE_ORDER_MAGIC, "byte-order magic");
    writer.uint(2, 1, "major version");
    writer.uint(2, 0, "minor version");
    // Section Length: not known.
    writer.uint(4, 0xffff_ffff, "section length");
    writer.uint(4, 0xffff_ffff, "section length");
  }, [
    ...commentOptions(comments),
    [OPTION.section.hardware, hardware],
    [OPTION.section.system, system],
    [OPTION.section.application, application],
  ]);
}

/** Interface Description Block: its number is the count of those before it. */
export function interfaceDescription({ name, description, comments }: Interface): Uint8Array {
  return block(BLOCK.interface, (writer) => {
    writer.uint(2, LINK_COOKED, "link type");
    writer.uint(2, 0, "reserved");
    writer.uint(4, 0, "snapshot length");
  }, [
    ...commentOptions(comments),
    [OPTION.interface.name, name],
    [OPTION.interface.description, description],
    [OPTION.interface.resolution, RESOLUTION],
  ]);
}

/** Enhanced Packet Block. */
export function enhancedPacket(packet: CapturedPacket): Uint8Array {
  const { us } = packet;
  const header = cookedHeader(packet);
  const octets = concatBytes(header, packet.octets);
  return block(BLOCK.packet, (writer) => {
    writer.uint(4, packet.interface, "interface");
    writer.uint(4, Math.floor(us / 2 ** 32), "time stamp (high)");
    writer.uint(4, us % 2 ** 32, "time stamp (low)");
    writer.uint(4, octets.length, "captured length");
    writer.uint(4, header.length + packet.length, "original length");
    writer.octets(padded(octets));
  }, [
    ...commentOptions(packet.comments),
    [OPTION.packet.flags, Uint8Array.of(0, 0, 0, packet.direction === "in" ? 1 : 2)],
  ]);
}

/** https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html, for a device without link-layer addresses. */
function cookedHeader({ direction, octets }: CapturedPacket): Uint8Array {
  const header = new Uint8Array(16);
  const view = new DataView(header.buffer);
  view.setUint16(0, direction === "in" ? 0 : 4);
  view.setUint16(2, 0xfffe); // ARPHRD_NONE
  view.setUint16(14, octets[0]! >> 4 === 6 ? 0x86dd : 0x0800);
  return header;
}

function commentOptions(comments: readonly string[]): Options {
  return comments.map((comment) => [OPTION.comment, comment] as const);
}

function block(type: number, body: (writer: Writer) => void, options: Options): Uint8Array {
  const writer = new Writer();
  writer.uint(4, type, "block type");
  writer.uint(4, 0, "block length");
  body(writer);
  for (const [code, value] of options) {
    const octets = typeof value === "string" ? utf8(value) : value;
    writer.uint(2, code, "option code");
    writer.uint(2, octets.length, "option length");
    writer.octets(padded(octets));
  }
  writer.uint(4, OPTION.end, "end of options");
  const length = writer.length + 4;
  writer.uint(4, length, "block length");
  writer.patch(4, 4, length, "block length");
  return writer.finish();
}

/** To a multiple of four octets. */
function padded(octets: Uint8Array): Uint8Array {
  return octets.length % 4 === 0 ? octets : concatBytes(octets, new Uint8Array(4 - octets.length % 4));
}

/** Cut between characters where it is too long. */
function utf8(text: string): Uint8Array {
  const room = new Uint8Array(Math.min(3 * text.length, LONGEST_OPTION));
  return room.subarray(0, new TextEncoder().encodeInto(text, room).written);
}
