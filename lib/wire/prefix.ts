/** Blocks of addresses, and how far an address reaches: what a list of allowed targets is made of. */
import ipaddr from "ipaddr.js";
import { addressBytes, familyOf, formatAddress, isAddress, splitZone } from "./address.ts";

/** A block of addresses, as `10.0.0.0/8` or `2001:db8::/32`; a single address is one of full length. */
export interface Prefix {
  readonly octets: Uint8Array;
  /** Bits that count. */
  readonly length: number;
}

/** Reads a block; undefined when the text is none. Bits behind its length do not matter. */
export function parsePrefix(text: string): Prefix | undefined {
  const [address = "", length, ...rest] = text.split("/");
  if (rest.length > 0 || !isAddress(address) || splitZone(address).zone !== undefined) return undefined;
  const octets = addressBytes(address);
  const most = octets.length * 8;
  if (length === undefined) return { octets, length: most };
  if (!/^\d{1,3}$/.test(length)) return undefined;
  // The length of an IPv4-mapped block counts from the front of its IPv6 form.
  const bits = Number(length) - (familyOf(address) === 4 && address.includes(":") ? 96 : 0);
  return bits < 0 || bits > most ? undefined : { octets, length: bits };
}

/** Whether an address is in a block; its zone does not matter. */
export function inPrefix(address: string, { octets, length }: Prefix): boolean {
  const own = addressBytes(address);
  if (own.length !== octets.length) return false;
  for (let at = 0, left = length; left > 0; at++, left -= 8) {
    const mask = left >= 8 ? 0xff : (0xff << (8 - left)) & 0xff;
    if (((own[at]! ^ octets[at]!) & mask) !== 0) return false;
  }
  return true;
}

/**
 * How far an address reaches. `private`: a network's own (RFC 1918, RFC 4193, and the carriers' RFC 6598); `reserved`: for
 * no host, as far as anybody knows.
 */
export type AddressScope =
  | "public"
  | "private"
  | "loopback"
  | "link-local"
  | "multicast"
  | "unspecified"
  | "reserved";

/** The scopes of what `ipaddr.js` calls the ranges of the IANA registries; the rest is reserved. */
const SCOPE_OF_RANGE: Readonly<Record<string, AddressScope>> = {
  unicast: "public",
  as112: "public",
  as112v6: "public",
  amt: "public",
  private: "private",
  carrierGradeNat: "private",
  uniqueLocal: "private",
  deprecatedSiteLocal: "private",
  loopback: "loopback",
  linkLocal: "link-local",
  multicast: "multicast",
  broadcast: "multicast",
  unspecified: "unspecified",
};

/** Blocks for documentation (RFC 5737, RFC 3849, RFC 9637) are in nobody's network: as harmless as a public address. */
const DOCUMENTATION = ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20"]
  .map((text) => parsePrefix(text)!);

/** What global unicast addresses begin with (RFC 4291 §2.4): the rest is not handed out. */
const GLOBAL_UNICAST = parsePrefix("2000::/3")!;

/** IPv6 blocks whose addresses lead to an IPv4 address, and the octet at which that begins. */
const EMBEDDING: readonly { readonly prefix: Prefix; readonly at: number; readonly inverted?: true }[] = [
  { prefix: parsePrefix("64:ff9b::/96")!, at: 12 }, // NAT64, RFC 6052
  { prefix: parsePrefix("::ffff:0:0:0/96")!, at: 12 }, // IPv4-translated, RFC 2765
  { prefix: parsePrefix("::/96")!, at: 12 }, // IPv4-compatible, RFC 4291 §2.5.5.1
  { prefix: parsePrefix("2002::/16")!, at: 2 }, // 6to4, RFC 3056
  { prefix: parsePrefix("2001::/32")!, at: 12, inverted: true }, // Teredo, RFC 4380 §4
];

/** NAT64 within one network (RFC 8215): where the IPv4 address stands is that network's choice. */
const LOCAL_NAT64 = parsePrefix("64:ff9b:1::/48")!;

/**
 * The scope of an address. One that stands for an IPv4 address (mapped, NAT64, 6to4, Teredo) has the scope of that.
 *
 * @throws {RangeError} when text is no address
 */
export function addressScope(text: string): AddressScope {
  const octets = addressBytes(text);
  if (DOCUMENTATION.some((block) => inPrefix(text, block))) return "public";
  const scope = SCOPE_OF_RANGE[ipaddr.fromByteArray([...octets]).range()] ?? "reserved";
  if (octets.length === 4 || scope === "loopback" || scope === "unspecified") return scope;
  if (inPrefix(text, LOCAL_NAT64)) return "private";
  const block = EMBEDDING.find(({ prefix }) => inPrefix(text, prefix));
  if (block === undefined) return scope === "public" && !inPrefix(text, GLOBAL_UNICAST) ? "reserved" : scope;
  const inner = octets.subarray(block.at, block.at + 4);
  return addressScope(formatAddress(block.inverted ? inner.map((octet) => octet ^ 0xff) : inner));
}
