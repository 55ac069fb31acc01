/** IPv4 and IPv6 headers (RFC 791, RFC 8200), and the protocol numbers that IKE travels in. */
import { Writer } from "../wire/mod.ts";
import { internetChecksum } from "./checksum.ts";

/** Protocol and Next Header numbers (IANA). */
export const PROTOCOL = { icmp: 1, tcp: 6, udp: 17, esp: 50, icmp6: 58 } as const;

/** A way through the network: 4 octets each, or 16. */
export interface Route {
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
}

/** What most systems send with; what a packet has left when it arrives is not known. */
const TTL = 64;
const DONT_FRAGMENT = 0x4000;
/** Up to here a packet is sent whole over Ethernet; a longer one was fragmented on its way. */
const ETHERNET_MTU = 1500;

/** Octets of the header in front of a packet between such addresses. */
export function headerLength({ source }: Route): 20 | 40 {
  return source.length === 4 ? 20 : 40;
}

/**
 * A packet.
 *
 * @param payload what is there of it
 * @param length octets of the whole payload: lengths and headers speak of these
 * @throws {RangeError} when a packet cannot be so long
 */
export function ipPacket(
  route: Route,
  protocol: number,
  payload: Uint8Array,
  length = payload.length,
): Uint8Array<ArrayBuffer> {
  const writer = new Writer(headerLength(route) + payload.length);
  if (route.source.length === 4) header4(writer, route, protocol, length);
  else header6(writer, route, protocol, length);
  writer.octets(payload);
  return writer.finish();
}

function header4(writer: Writer, { source, destination }: Route, protocol: number, length: number): void {
  const total = 20 + length;
  writer.uint(1, 0x45, "version and header length");
  writer.uint(1, 0, "type of service");
  writer.uint(2, total, "total length");
  writer.uint(2, 0, "identification");
  writer.uint(2, total <= ETHERNET_MTU ? DONT_FRAGMENT : 0, "flags and fragment offset");
  writer.uint(1, TTL, "time to live");
  writer.uint(1, protocol, "protocol");
  writer.uint(2, 0, "header checksum");
  writer.octets(source);
  writer.octets(destination);
  writer.patch(10, 2, internetChecksum(writer.finish()), "header checksum");
}

function header6(writer: Writer, { source, destination }: Route, protocol: number, length: number): void {
  writer.uint(4, 0x6000_0000, "version, traffic class and flow label");
  writer.uint(2, length, "payload length");
  writer.uint(1, protocol, "next header");
  writer.uint(1, TTL, "hop limit");
  writer.octets(source);
  writer.octets(destination);
}
