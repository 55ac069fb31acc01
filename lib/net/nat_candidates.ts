/** What to try, and in which order, to find the address and port behind a NAT_DETECTION hash. */
import type { NatCandidates } from "../crypto/nat_search.ts";
import { addressBytes } from "../wire/mod.ts";

/** What is known of the translated address. */
export interface NatGuess {
  /** The port that is most likely: the one that the packet had on our side of the translation. */
  readonly port: number;
  /** Addresses that are likely, of either family; tried with every port. */
  readonly addresses?: readonly string[];
  /** Other likely ports; default: {@linkcode USUAL_PORTS}. */
  readonly ports?: readonly number[];
}

/** Where gateways listen. */
export const USUAL_PORTS: readonly number[] = [4500, 500, 443];

/** A range of IPv4 addresses, both ends included. */
type Range = readonly [first: string, last: string];

/** RFC 1918 and RFC 6598, quickest and likeliest first. */
const PRIVATE: readonly Range[] = [
  ["192.168.0.0", "192.168.255.255"],
  ["10.0.0.0", "10.255.255.255"],
  ["172.16.0.0", "172.31.255.255"],
  ["100.64.0.0", "100.127.255.255"],
];

/** All other addresses that a host can have, but for the loopback network. */
const PUBLIC: readonly Range[] = [
  ["1.0.0.0", "9.255.255.255"],
  ["11.0.0.0", "100.63.255.255"],
  ["100.128.0.0", "126.255.255.255"],
  ["128.0.0.0", "172.15.255.255"],
  ["172.32.0.0", "192.167.255.255"],
  ["192.169.0.0", "223.255.255.255"],
];

/** An IPv4 address as a number. */
function numberOf(address: string): number {
  return new DataView(addressBytes(address).buffer).getUint32(0);
}

function addressAt(number: number): Uint8Array {
  return Uint8Array.of(number >>> 24, number >>> 16, number >>> 8, number);
}

/** A range in pieces of at most so many addresses. */
function* pieces([first, last]: Range, port: number, size: number): Generator<NatCandidates> {
  const end = numberOf(last) + 1;
  for (let at = numberOf(first); at < end; at += size) {
    yield { vary: "address", address: addressAt(at), port, count: Math.min(size, end - at) };
  }
}

/**
 * All candidates, in pieces of at most `size`: likely addresses with every port; the private ranges at the likely port,
 * then at other usual ones; at last the public IPv4 addresses at the likely port. Of IPv6, only the likely addresses can
 * be tried.
 */
export function* natCandidates({ port, addresses = [], ports = USUAL_PORTS }: NatGuess, size: number) {
  for (const address of addresses) {
    for (let first = 0; first < 65536; first += size) {
      const count = Math.min(size, 65536 - first);
      yield { vary: "port", address: addressBytes(address), port: first, count } satisfies NatCandidates;
    }
  }
  for (const each of new Set([port, ...ports])) {
    for (const range of PRIVATE) yield* pieces(range, each, size);
  }
  for (const range of PUBLIC) yield* pieces(range, port, size);
}
