/** ICMP errors with their IP headers (RFC 792, RFC 1191, RFC 4443). */
import { Writer } from "../wire/mod.ts";
import { internetChecksum, pseudoHeader } from "./checksum.ts";
import { headerLength, ipPacket, PROTOCOL, type Route } from "./ip.ts";

/** What an ICMP error says. */
export interface IcmpError {
  readonly type: number;
  readonly code: number;
  /** Next-hop MTU, for fragmentation needed and packet too big. */
  readonly mtu?: number;
}

/** Octets of a whole error packet, at most (RFC 1812 §4.3.2.3; RFC 4443 §3.1: the least MTU of IPv6). */
const LONGEST = { 20: 576, 40: 1280 } as const;
const ICMP_HEADER = 8;

/** An error about a packet of ours, which it quotes as far as there is room. */
export function icmpPacket(route: Route, { type, code, mtu = 0 }: IcmpError, rejected: Uint8Array): Uint8Array {
  const header = headerLength(route);
  const quoted = rejected.subarray(0, LONGEST[header] - header - ICMP_HEADER);
  const writer = new Writer(ICMP_HEADER + quoted.length);
  writer.uint(1, type, "type");
  writer.uint(1, code, "code");
  writer.uint(2, 0, "checksum");
  writer.uint(4, mtu, "next-hop MTU");
  writer.octets(quoted);
  const octets = writer.finish();
  const isVersion6 = header === 40;
  const protocol = isVersion6 ? PROTOCOL.icmp6 : PROTOCOL.icmp;
  const pseudo = pseudoHeader(route.source, route.destination, protocol, octets.length);
  writer.patch(2, 2, isVersion6 ? internetChecksum(pseudo, octets) : internetChecksum(octets), "checksum");
  return ipPacket(route, protocol, writer.finish());
}
