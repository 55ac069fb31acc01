/** Capture files of every form, written by their specifications and not by the program's own writer. */
import { concatBytes } from "../../lib/wire/mod.ts";

/** Fields of a structure: `[octets, value]`; octets as they are. */
type Fields = readonly (readonly [1 | 2 | 4 | 8, number | bigint] | Uint8Array)[];

/** A structure in a byte order. */
export function struct(littleEndian: boolean, ...fields: Fields): Uint8Array {
  return concatBytes(...fields.map((field) => {
    if (field instanceof Uint8Array) return field;
    const [octets, value] = field;
    const view = new DataView(new ArrayBuffer(8));
    view.setBigUint64(0, BigInt.asUintN(64, BigInt(value)), littleEndian);
    return new Uint8Array(view.buffer).slice(...(littleEndian ? [0, octets] : [8 - octets, 8]));
  }));
}

/** A packet for a file. */
export interface FilePacket {
  readonly octets: Uint8Array;
  /** Nanoseconds since 1970. */
  readonly ns: bigint;
  /** Octets that it had; those of `octets` where absent. */
  readonly length?: number;
}

/** pcap. */
export function pcapFile(
  packets: readonly FilePacket[],
  { littleEndian = true, nanoseconds = false, linkType = 101 } = {},
): Uint8Array {
  const magic = nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4;
  const header = struct(littleEndian, [4, magic], [2, 2], [2, 4], [4, 0], [4, 0], [4, 65535], [4, linkType]);
  return concatBytes(
    header,
    ...packets.map(({ octets, ns, length = octets.length }) => {
      const part = ns % 1_000_000_000n / (nanoseconds ? 1n : 1000n);
      const stamp = [[4, ns / 1_000_000_000n], [4, part]] as const;
      return struct(littleEndian, ...stamp, [4, octets.length], [4, length], octets);
    }),
  );
}

/** Any block of pcapng. */
export function block(littleEndian: boolean, type: number, body: Uint8Array): Uint8Array {
  const padding = new Uint8Array((4 - body.length % 4) % 4);
  const length = 12 + body.length + padding.length;
  return struct(littleEndian, [4, type], [4, length], body, padding, [4, length]);
}

/** A section's header. */
export function section(littleEndian: boolean): Uint8Array {
  return block(littleEndian, 0x0a0d0d0a, struct(littleEndian, [4, 0x1a2b3c4d], [2, 1], [2, 0], [8, -1n]));
}

/** An interface; options: code and value. */
export function interfaceBlock(
  littleEndian: boolean,
  { linkType = 101, snapLength = 0, options = [] as readonly (readonly [number, Uint8Array])[] } = {},
): Uint8Array {
  const written = options.flatMap(([code, value]) => [
    struct(littleEndian, [2, code], [2, value.length], value, new Uint8Array((4 - value.length % 4) % 4)),
  ]);
  const end = options.length === 0 ? [] : [struct(littleEndian, [2, 0], [2, 0])];
  return block(
    littleEndian,
    1,
    concatBytes(struct(littleEndian, [2, linkType], [2, 0], [4, snapLength]), ...written, ...end),
  );
}

/** An Enhanced Packet Block; `units`: the time stamp as the interface counts. */
export function packetBlock(littleEndian: boolean, id: number, units: bigint, octets: Uint8Array): Uint8Array {
  const stamp = [[4, units >> 32n], [4, units & 0xffffffffn]] as const;
  return block(
    littleEndian,
    6,
    struct(littleEndian, [4, id], ...stamp, [4, octets.length], [4, octets.length], octets),
  );
}

/** pcapng with one interface that counts microseconds. */
export function pcapngFile(packets: readonly FilePacket[], { littleEndian = true, linkType = 101 } = {}): Uint8Array {
  return concatBytes(
    section(littleEndian),
    interfaceBlock(littleEndian, { linkType }),
    ...packets.map(({ octets, ns }) => packetBlock(littleEndian, 0, ns / 1000n, octets)),
  );
}
