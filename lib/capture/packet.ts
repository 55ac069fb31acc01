/** Packets that are made up from what a run has recorded, and what the flows that make them have in common. */
import type { Endpoint, Event, IcmpEvent } from "../model/mod.ts";
import { addressBytes, isAddress, unhex } from "../wire/mod.ts";
import { type IcmpError, icmpPacket } from "./icmp.ts";
import type { Route } from "./ip.ts";
import type { Ends } from "./segment.ts";

/** One packet, before it has an interface and a date. */
export interface MadePacket {
  /** Since the start of the run. */
  readonly t_ms: number;
  /** Number of the event that it stands for. */
  readonly event: number;
  readonly direction: "in" | "out";
  /** What is there of the packet. */
  readonly octets: Uint8Array;
  /** Octets that it had. */
  readonly length: number;
  /** Safe to show. */
  readonly comments: string[];
}

/** A UDP socket or TCP connection: takes its events in order of time, and gives the packets that each stands for. */
export interface FlowPackets {
  take(event: Event, index: number): MadePacket[];
}

/** Octets of one piece of a stream, at most: a saved report can claim anything. */
const LONGEST_PIECE = 1024 * 1024;

/** What an event has kept of its octets, and how many there were. */
export function dataOf(event: { readonly data: string; readonly octets: number }): {
  readonly data: Uint8Array;
  readonly length: number;
} {
  const data = unhex(event.data).subarray(0, LONGEST_PIECE);
  return { data, length: Math.min(Math.max(data.length, event.octets), LONGEST_PIECE) };
}

/** A packet of which some octets may be missing. */
export function madePacket(
  stamp: Pick<MadePacket, "t_ms" | "event" | "direction">,
  octets: Uint8Array,
  missing = 0,
  ...comments: string[]
): MadePacket {
  return {
    ...stamp,
    octets,
    length: octets.length + missing,
    comments: missing === 0 ? comments : [`the report has kept all but the last ${missing} octets`, ...comments],
  };
}

/** The way from us to the other side; undefined when an address is none, as a saved report may say anything. */
export function endsOf(local: Endpoint, remote: Endpoint): Ends | undefined {
  if (!isAddress(remote.address)) return undefined;
  const destination = addressBytes(remote.address);
  const known = isAddress(local.address) ? addressBytes(local.address) : new Uint8Array(0);
  return {
    source: known.length === destination.length ? known : new Uint8Array(destination.length),
    sourcePort: local.port,
    destination,
    destinationPort: remote.port,
  };
}

/** Whether an address stands for "not known". */
export function isUnspecified(address: Uint8Array): boolean {
  return address.every((octet) => octet === 0);
}

/** The ICMP error of an event, about the packet that was sent last. */
export function icmpAbout(event: IcmpEvent, index: number, ends: Route, rejected: Uint8Array): MadePacket[] {
  const { type, code, mtu = 0 } = event;
  const isVersion6 = ends.source.length === 16;
  if (type > 0xff || code > 0xff || mtu > 0xffff_ffff || isVersion6 !== (event.version === 6)) return [];
  const router = event.from !== null && isAddress(event.from) ? addressBytes(event.from) : undefined;
  const isKnown = router !== undefined && router.length === ends.source.length;
  const route = { source: isKnown ? router : new Uint8Array(ends.source.length), destination: ends.source };
  const error: IcmpError = { type, code, mtu };
  const stamp = { t_ms: event.t_ms, event: index, direction: "in" } as const;
  return [madePacket(
    stamp,
    icmpPacket(route, error, rejected),
    0,
    "made up from what the system told of an ICMP error; it quotes what had been sent last" +
      (isKnown ? "" : ", and who sent it is not known"),
  )];
}
