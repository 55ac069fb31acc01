/** What travels through the simulated network: one datagram or one TCP segment at a time, seen by every middlebox. */
import type { Endpoint } from "../../lib/model/mod.ts";
import type { Icmp } from "../../lib/net/transport.ts";

/** What a TCP segment is for; `ack` carries no data. */
export type Flag = "syn" | "syn-ack" | "ack" | "data" | "fin" | "rst";

/** A packet. Middleboxes return changed copies; they never write into one. */
export interface Packet {
  readonly protocol: "udp" | "tcp";
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly data: Uint8Array;
  /** Only TCP. */
  readonly flag?: Flag;
  /** Only TCP: position of the first octet in the stream; SYN and FIN count as none. */
  readonly sequence?: number;
  /** Only TCP: octets that the sender counted in `data`, which a middlebox may have changed. */
  readonly span?: number;
  /** Only TCP: octets received in order. */
  readonly acknowledged?: number;
  /** 0, or which retransmission of TCP this is. */
  readonly attempt?: number;
  /** The packet as its sender sent it, before middleboxes changed it. */
  readonly original?: Packet;
  /** Set on packets that a middlebox made. */
  readonly forged?: boolean;
}

/** Where a middlebox stands and what it can do besides passing and dropping. */
export interface Passage {
  /** Virtual milliseconds. */
  readonly now: number;
  /** Away from the client (`out`), or towards it (`in`). */
  readonly direction: "out" | "in";
  /** A number in [0, 1) from the network's seed. */
  random(): number;
  /** Sends another packet from here to its `to`, which is reached without other middleboxes. */
  inject(packet: Packet): void;
  /** Tells the sender of the packet by ICMP. */
  icmp(icmp: Icmp): void;
}

/** Passes (`undefined`), drops, changes or delays a packet. */
export type Verdict = undefined | "drop" | Packet | { readonly delay: number };

/** Something on the path between client and hosts. */
export interface Middlebox {
  readonly name: string;
  /** One-way distance from the client in milliseconds; default: a quarter of the way. */
  readonly distance?: number;
  handle(packet: Packet, passage: Passage): Verdict;
}

/** `192.0.2.1:500`, as a key. */
export function endpointKey(endpoint: Endpoint): string {
  return `${endpoint.address} ${endpoint.port}`;
}

/** Key of a TCP connection as one end sees it. */
export function connectionKey(local: Endpoint, remote: Endpoint): string {
  return `${endpointKey(local)} ${endpointKey(remote)}`;
}

/** 4 or 6. */
export function familyOf(address: string): 4 | 6 {
  return address.includes(":") ? 6 : 4;
}

/** ICMP port unreachable, as a host without a listener sends it. */
export function portUnreachable(from: string): Icmp {
  return familyOf(from) === 4
    ? { version: 4, type: 3, code: 3, name: "port unreachable", from, failure: "refused" }
    : { version: 6, type: 1, code: 4, name: "port unreachable", from, failure: "refused" };
}

/** ICMP administratively prohibited, as a firewall's router sends it. */
export function prohibited(from: string): Icmp {
  return familyOf(from) === 4
    ? { version: 4, type: 3, code: 13, name: "administratively prohibited", from, failure: "prohibited" }
    : { version: 6, type: 1, code: 1, name: "administratively prohibited", from, failure: "prohibited" };
}

/** ICMP host unreachable (IPv6: address unreachable). */
export function hostUnreachable(from: string): Icmp {
  return familyOf(from) === 4
    ? { version: 4, type: 3, code: 1, name: "host unreachable", from, failure: "host-unreachable" }
    : { version: 6, type: 1, code: 3, name: "address unreachable", from, failure: "host-unreachable" };
}

/** ICMP time exceeded, as a router in a loop sends it (IPv6: hop limit exceeded). */
export function timeExceeded(from: string): Icmp {
  return familyOf(from) === 4
    ? { version: 4, type: 11, code: 0, name: "time exceeded in transit", from, failure: "other" }
    : { version: 6, type: 3, code: 0, name: "hop limit exceeded in transit", from, failure: "other" };
}
