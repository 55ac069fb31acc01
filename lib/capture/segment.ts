/** UDP datagrams and TCP segments with their IP headers (RFC 768, RFC 9293). */
import { concatBytes, Writer } from "../wire/mod.ts";
import { internetChecksum, pseudoHeader } from "./checksum.ts";
import { ipPacket, PROTOCOL, type Route } from "./ip.ts";

/** Both ends of a flow, as one packet names them. */
export interface Ends extends Route {
  readonly sourcePort: number;
  readonly destinationPort: number;
}

/** The way back. */
export function reversed(ends: Ends): Ends {
  return {
    source: ends.destination,
    destination: ends.source,
    sourcePort: ends.destinationPort,
    destinationPort: ends.sourcePort,
  };
}

/** Flags of TCP (RFC 9293 §3.1). */
export const TCP_FLAG = { fin: 0x01, syn: 0x02, rst: 0x04, psh: 0x08, ack: 0x10 } as const;

/** What a TCP header says beside ports and checksum. */
export interface TcpHeader {
  readonly sequence: number;
  /** Meaningful with {@linkcode TCP_FLAG.ack}. */
  readonly acknowledgement: number;
  readonly flags: number;
  readonly window: number;
  /** A multiple of 4 octets. */
  readonly options?: Uint8Array;
}

const UDP_HEADER = 8;
const TCP_HEADER = 20;

/**
 * A UDP datagram in its IP packet.
 *
 * @param data what is there of it
 * @param length octets of the whole; where some are missing there is no checksum
 */
export function udpPacket(ends: Ends, data: Uint8Array, length = data.length): Uint8Array<ArrayBuffer> {
  const writer = new Writer(UDP_HEADER + data.length);
  writer.uint(2, ends.sourcePort, "source port");
  writer.uint(2, ends.destinationPort, "destination port");
  writer.uint(2, UDP_HEADER + length, "length");
  writer.uint(2, 0, "checksum");
  writer.octets(data);
  // A checksum that comes out as 0 is sent as ones: 0 says that there is none.
  if (data.length === length) writer.patch(6, 2, checksumOf(ends, PROTOCOL.udp, writer) || 0xffff, "checksum");
  return ipPacket(ends, PROTOCOL.udp, writer.finish(), UDP_HEADER + length);
}

/**
 * A TCP segment in its IP packet.
 *
 * @param data what is there of its octets
 * @param length octets of the whole; where some are missing the checksum is 0
 */
export function tcpPacket(
  ends: Ends,
  header: TcpHeader,
  data: Uint8Array,
  length = data.length,
): Uint8Array<ArrayBuffer> {
  const { options = new Uint8Array(0) } = header;
  const headerOctets = TCP_HEADER + options.length;
  const writer = new Writer(headerOctets + data.length);
  writer.uint(2, ends.sourcePort, "source port");
  writer.uint(2, ends.destinationPort, "destination port");
  writer.uint(4, header.sequence, "sequence number");
  writer.uint(4, header.acknowledgement, "acknowledgement number");
  writer.uint(1, (headerOctets / 4) << 4, "data offset");
  writer.uint(1, header.flags, "flags");
  writer.uint(2, header.window, "window");
  writer.uint(2, 0, "checksum");
  writer.uint(2, 0, "urgent pointer");
  writer.octets(options);
  writer.octets(data);
  if (data.length === length) writer.patch(16, 2, checksumOf(ends, PROTOCOL.tcp, writer), "checksum");
  return ipPacket(ends, PROTOCOL.tcp, writer.finish(), headerOctets + length);
}

/** The options of a SYN: its MSS (RFC 9293 §3.7.1), where that is known, and a window scale (RFC 7323 §2). */
export function synOptions(windowScale: number, mss?: number): Uint8Array<ArrayBuffer> {
  const size = mss === undefined ? [] : [2, 4, mss >> 8, mss & 0xff];
  const noOperation = 1;
  return concatBytes(Uint8Array.of(...size, noOperation, 3, 3, windowScale));
}

function checksumOf({ source, destination }: Route, protocol: number, segment: Writer): number {
  return internetChecksum(pseudoHeader(source, destination, protocol, segment.length), segment.finish());
}
