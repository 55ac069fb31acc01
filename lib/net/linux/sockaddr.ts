/** struct sockaddr_in and sockaddr_in6: family in host order (little-endian here), port in network order. */
import type { Endpoint } from "../../model/mod.ts";
import { addressBytes, familyOf, formatAddress, splitZone } from "../../wire/mod.ts";
import { AF } from "./constants.ts";
import { c } from "./libc.ts";

/** Octets of the larger of the two. */
export const SOCKADDR_LENGTH = 28;

/** IF_NAMESIZE */
const NAME_LENGTH = 16;

/** AF_INET or AF_INET6. */
export function familyNumber(address: string): number {
  return familyOf(address) === 4 ? AF.INET : AF.INET6;
}

/** The wildcard address of the same family. */
export function anyAddress(address: string): string {
  return familyOf(address) === 4 ? "0.0.0.0" : "::";
}

/**
 * An endpoint as the kernel takes it.
 *
 * @throws {RangeError} when the address is none, or its zone is no interface of this machine
 */
export function encodeSockaddr(endpoint: Endpoint): Uint8Array<ArrayBuffer> {
  const octets = addressBytes(endpoint.address);
  const sockaddr = new Uint8Array(new ArrayBuffer(octets.length === 4 ? 16 : SOCKADDR_LENGTH));
  const view = new DataView(sockaddr.buffer);
  view.setUint16(0, octets.length === 4 ? AF.INET : AF.INET6, true);
  view.setUint16(2, endpoint.port);
  if (octets.length === 4) sockaddr.set(octets, 4);
  else {
    sockaddr.set(octets, 8);
    view.setUint32(24, scopeId(endpoint.address), true);
  }
  return sockaddr;
}

/** The interface index that a zone names, as `fe80::1%2` or `fe80::1%eth0` (RFC 4007 §11). */
function scopeId(address: string): number {
  const { zone } = splitZone(address);
  if (zone === undefined) return 0;
  if (/^\d+$/.test(zone)) return Number(zone);
  const name = new TextEncoder().encode(zone + "\0");
  const index = name.length > NAME_LENGTH ? 0 : c().if_nametoindex(name);
  if (index === 0) throw new RangeError(`Cannot use ${address}: this machine has no interface "${zone}"`);
  return index;
}

/**
 * What the kernel gave, as text; undefined for other families, such as the AF_UNSPEC of an error that names nobody.
 *
 * @param zones how zones of earlier endpoints were spelt, by interface index, so that equal addresses are equal text
 */
export function decodeSockaddr(octets: Uint8Array, zones?: ReadonlyMap<number, string>): Endpoint | undefined {
  if (octets.length < 16) return undefined;
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  const family = view.getUint16(0, true);
  const port = view.getUint16(2);
  if (family === AF.INET) return { address: formatAddress(octets.subarray(4, 8)), port };
  if (family !== AF.INET6 || octets.length < 24) return undefined;
  const address = formatAddress(octets.subarray(8, 24));
  const scope = octets.length < SOCKADDR_LENGTH ? 0 : view.getUint32(24, true);
  return { address: scope === 0 ? address : `${address}%${zones?.get(scope) ?? interfaceName(scope)}`, port };
}

/** How the zone of an endpoint was spelt, for {@linkcode decodeSockaddr}. */
export function zonesOf(endpoint: Endpoint, sockaddr: Uint8Array<ArrayBuffer>): ReadonlyMap<number, string> {
  const { zone } = splitZone(endpoint.address);
  if (zone === undefined || sockaddr.length < SOCKADDR_LENGTH) return new Map();
  return new Map([[new DataView(sockaddr.buffer).getUint32(24, true), zone]]);
}

function interfaceName(index: number): string {
  const name = new Uint8Array(new ArrayBuffer(NAME_LENGTH));
  if (c().if_indextoname(index, name) === 0n) return String(index);
  return new TextDecoder().decode(name.subarray(0, name.indexOf(0)));
}

/** The local end of a socket, as the kernel has it, so that it can be bound again. */
export function localSockaddr(fd: number): Uint8Array<ArrayBuffer> | undefined {
  const sockaddr = new Uint8Array(new ArrayBuffer(SOCKADDR_LENGTH));
  const length = new Uint32Array(new ArrayBuffer(4)).fill(SOCKADDR_LENGTH);
  if (c().getsockname(fd, sockaddr, length) < 0) return undefined;
  return sockaddr.subarray(0, length[0]);
}

/** The local end of a socket. */
export function localEndpoint(fd: number, zones?: ReadonlyMap<number, string>): Endpoint | undefined {
  const sockaddr = localSockaddr(fd);
  return sockaddr && decodeSockaddr(sockaddr, zones);
}
