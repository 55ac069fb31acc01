/** Which path of one run is which path of another: by id; and where an address has changed, by what is spoken there. */
import { View } from "../../diagnose/view.ts";
import { type Facts, formatPathSpec, type PathReport } from "../../model/mod.ts";

/** A pair: what A has, and what B has in its place. */
export type Pair = readonly [a: string, b: string];

/** The paths of two runs side by side. Paths that an interruption cut off count as not tried. */
export interface Pairing {
  /** Ids. */
  readonly paths: readonly Pair[];
  /** Ids of paths that B did not try. */
  readonly onlyA: readonly string[];
  /** Ids of paths that A did not try. */
  readonly onlyB: readonly string[];
  /** Addresses that took each other's place. */
  readonly moved: readonly Pair[];
}

/** Pairs the paths of two runs; `pairPaths(b, a)` is the same, turned round. */
export function pairPaths(a: Facts, b: Facts): Pairing {
  const [pathsA, pathsB] = [new View(a).paths, new View(b).paths];
  const moved = movedAddresses(addresses(a), addresses(b));
  const partner = pathsA.map((path) => partnerOf(path, pathsB, moved)?.id);
  const taken = new Set(partner);
  return {
    paths: pathsA.flatMap(({ id }, i) => partner[i] === undefined ? [] : [[id, partner[i]] as const]),
    onlyA: pathsA.filter((_, i) => partner[i] === undefined).map(({ id }) => id),
    onlyB: pathsB.filter(({ id }) => !taken.has(id)).map(({ id }) => id),
    moved,
  };
}

function partnerOf(path: PathReport, others: readonly PathReport[], moved: readonly Pair[]): PathReport | undefined {
  const address = moved.find(([from]) => from === path.address)?.[1] ?? path.address;
  return others.find((other) => other.address === address && formatPathSpec(other) === formatPathSpec(path));
}

/** Addresses of the host, and of gateways that it redirects to. */
function addresses(facts: Facts): string[] {
  return [...new Set([...facts.target.addresses, ...facts.paths].map(({ address }) => address))];
}

/** Where each side has one address of a family that the other lacks; then, where each side has one at all. */
function movedAddresses(a: readonly string[], b: readonly string[]): Pair[] {
  let left = a.filter((address) => !b.includes(address));
  let right = b.filter((address) => !a.includes(address));
  const moved: Pair[] = [];
  for (const isOfKind of [isIpv6, (address: string) => !isIpv6(address), () => true]) {
    const [from, ...moreFrom] = left.filter(isOfKind);
    const [to, ...moreTo] = right.filter(isOfKind);
    if (from === undefined || to === undefined || moreFrom.length + moreTo.length > 0) continue;
    moved.push([from, to]);
    left = left.filter((address) => address !== from);
    right = right.filter((address) => address !== to);
  }
  return moved;
}

function isIpv6(address: string): boolean {
  return address.includes(":");
}
