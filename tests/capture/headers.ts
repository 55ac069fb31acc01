/** Packets taken apart by the RFCs' pictures, and their checksums computed another way than the program does. */
import { assert, assertEquals } from "@std/assert";
import { formatAddress } from "../../lib/wire/mod.ts";

/** A packet with its headers off. */
export interface Taken {
  readonly source: string;
  readonly destination: string;
  /** 1, 6, 17, 58. */
  readonly protocol: number;
  /** From the transport header on. */
  readonly transport: Uint8Array;
  /** What the IP header says of the length of that. */
  readonly length: number;
  readonly ports: readonly [source: number, destination: number];
  readonly tcp?: {
    readonly seq: number;
    readonly ack: number;
    readonly flags: number;
    readonly options: Uint8Array;
  };
  readonly data: Uint8Array;
  /** Octets of data by the headers. */
  readonly dataLength: number;
}

/** One's complement sum by carrying at once, octet pair by octet pair: 0xffff where a checksum is right. */
export function onesSum(octets: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < octets.length; i += 2) {
    sum += (octets[i]! << 8) | (octets[i + 1] ?? 0);
    if (sum > 0xffff) sum = (sum & 0xffff) + 1;
  }
  return sum;
}

/**
 * Takes a packet apart; fails where lengths contradict each other or a checksum is wrong.
 *
 * @param length octets that it had: where fewer are there, checksums are not looked at
 */
export function takeApart(packet: Uint8Array, length = packet.length): Taken {
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  const version = packet[0]! >> 4;
  assert(version === 4 || version === 6, `version ${version}`);
  const header = version === 4 ? (packet[0]! & 15) * 4 : 40;
  const size = version === 4 ? 4 : 16;
  const at = version === 4 ? 12 : 8;
  const whole = version === 4 ? view.getUint16(2) : view.getUint16(4) + 40;
  assertEquals(whole, length, "the IP header's length is that of the packet");
  assert(packet[version === 4 ? 8 : 7]! > 1, "a time to live that goes somewhere");
  if (version === 4) assertEquals(onesSum([...packet.subarray(0, header)]), 0xffff, "IPv4 header checksum");
  const protocol = packet[version === 4 ? 9 : 6]!;
  const addresses = [...packet.subarray(at, at + 2 * size)];
  const transport = packet.subarray(header);
  const transportLength = length - header;
  const pseudo = [...addresses, 0, protocol, transportLength >> 8, transportLength & 0xff];
  if (packet.length === length) {
    const sum = onesSum([...(protocol === 1 ? [] : pseudo), ...transport]);
    assertEquals(sum, 0xffff, `checksum of protocol ${protocol}`);
  }
  return {
    source: formatAddress(packet.subarray(at, at + size)),
    destination: formatAddress(packet.subarray(at + size, at + 2 * size)),
    protocol,
    transport,
    length: transportLength,
    ...inside(protocol, transport, transportLength),
  };
}

function inside(
  protocol: number,
  transport: Uint8Array,
  length: number,
): Omit<Taken, "source" | "destination" | "protocol" | "transport" | "length"> {
  const view = new DataView(transport.buffer, transport.byteOffset, transport.byteLength);
  if (protocol !== 6 && protocol !== 17) return { ports: [0, 0], data: transport.subarray(8), dataLength: length - 8 };
  const ports = [view.getUint16(0), view.getUint16(2)] as const;
  if (protocol === 17) {
    assertEquals(view.getUint16(4), length, "the UDP header's length");
    return { ports, data: transport.subarray(8), dataLength: length - 8 };
  }
  const offset = (transport[12]! >> 4) * 4;
  const tcp = {
    seq: view.getUint32(4),
    ack: view.getUint32(8),
    flags: transport[13]!,
    options: transport.subarray(20, offset),
  };
  return { ports, data: transport.subarray(offset), dataLength: length - offset, tcp };
}
