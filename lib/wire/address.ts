/**
 * IP addresses as octets and as text. Strict: only what a report prints is an address (no octal, no `127.1`), and an
 * IPv4-mapped IPv6 address is the IPv4 address that it stands for.
 */
import ipaddr from "ipaddr.js";

/** An address and the zone that a socket needs beside it, e.g. `fe80::1` and `eth0` (RFC 4007 §11). */
export interface ScopedAddress {
  readonly address: string;
  readonly zone?: string;
}

/** Splits `fe80::1%eth0`; text without `%` is all address. Checks nothing. */
export function splitZone(text: string): ScopedAddress {
  const at = text.indexOf("%");
  return at < 0 ? { address: text } : { address: text.slice(0, at), zone: text.slice(at + 1) };
}

/** Four decimal numbers without leading zeros. */
const FOUR_PARTS = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/;

/** An IPv4 address, in half the time of the library: every packet brings some. */
function parseIPv4(text: string): Uint8Array | undefined {
  const numbers = FOUR_PARTS.exec(text)?.slice(1).map(Number);
  return numbers?.every((number) => number <= 255) ? Uint8Array.from(numbers) : undefined;
}

/** The octets, or undefined when the text is no address. */
function parse(text: string): Uint8Array | undefined {
  const four = parseIPv4(text);
  if (four !== undefined) return four;
  const { address, zone } = splitZone(text);
  if (zone === "" || !address.includes(":") || !ipaddr.IPv6.isValid(address)) return undefined;
  const parsed = ipaddr.IPv6.parse(address);
  return Uint8Array.from((parsed.isIPv4MappedAddress() ? parsed.toIPv4Address() : parsed).toByteArray());
}

/** Whether text is an IPv4 or IPv6 address; an IPv6 one may have a zone. */
export function isAddress(text: string): boolean {
  return parse(text) !== undefined;
}

/** 4 or 6, or undefined when text is no address; an IPv4-mapped address is of family 4. */
export function familyOf(text: string): 4 | 6 | undefined {
  const octets = parse(text);
  return octets === undefined ? undefined : octets.length === 4 ? 4 : 6;
}

/**
 * The 4 or 16 octets of an address, in network order; a zone is left out.

 * @throws {RangeError} when text is no address
 */
export function addressBytes(text: string): Uint8Array {
  const octets = parse(text);
  if (octets === undefined) throw new RangeError(`Cannot parse ${JSON.stringify(text)}: not an IP address`);
  return octets;
}

/**
 * Octets as text, in the form of RFC 5952; 16 octets of an IPv4-mapped address as the IPv4 address.

 * @throws {RangeError} when there are neither 4 nor 16 octets
 */
export function formatAddress(octets: Uint8Array): string {
  if (octets.length !== 4 && octets.length !== 16) {
    throw new RangeError(`Cannot format an IP address: ${octets.length} octets in place of 4 or 16`);
  }
  if (octets.length === 4) return octets.join(".");
  const address = new ipaddr.IPv6([...octets]);
  return address.isIPv4MappedAddress() ? address.toIPv4Address().toString() : address.toRFC5952String();
}

/**
 * The one spelling of an address, so that equal addresses are equal strings. The zone of an IPv6 address stays: the
 * same link-local address on another link is another address.

 * @throws {RangeError} when text is no address
 */
export function canonicalAddress(text: string): string {
  const octets = addressBytes(text);
  const { zone } = splitZone(text);
  return zone === undefined || octets.length === 4 ? formatAddress(octets) : `${formatAddress(octets)}%${zone}`;
}
