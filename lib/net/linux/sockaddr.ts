/** struct sockaddr_in and sockaddr_in6: address family in host order (little-endian here), port in network order. */
import type { Endpoint } from "../../model/mod.ts";
import { addressBytes, formatAddress, splitZone } from "../../wire/mod.ts";
import { c, SOCKET } from "./libc.ts";

/** Room for either. */
export const SOCKADDR_LENGTH = 28;

/** An interface's index, for link-local addresses: `fe80::1%2`, `fe80::1%eth0`. */
function scopeId(zone: string | undefined): number {
  if (zone === undefined) return 0;
  if (/^\d+$/.test(zone)) return Number(zone);
  const found = Deno.networkInterfaces().find((i) => i.name === zone && i.family === "IPv6");
  return found?.scopeid ?? 0;
}

/** AF_INET or AF_INET6. */
export function familyNumber(address: string): number {
  return address.includes(":") ? SOCKET.AF_INET6 : SOCKET.AF_INET;
}

/** @throws {TypeError} when the address is no address. */
export function encodeSockaddr(endpoint: Endpoint): Uint8Array<ArrayBuffer> {
  const { address, zone } = splitZone(endpoint.address);
  const bytes = addressBytes(address);
  const v6 = address.includes(":");
  const out = new Uint8Array(v6 ? 28 : 16);
  const view = new DataView(out.buffer);
  view.setUint16(0, v6 ? SOCKET.AF_INET6 : SOCKET.AF_INET, true);
  view.setUint16(2, endpoint.port);
  if (!v6) {
    out.set(bytes, 4);
    return out;
  }
  if (bytes.length === 4) {
    out.set([0xff, 0xff], 18);
    out.set(bytes, 20);
  } else out.set(bytes, 8);
  view.setUint32(24, scopeId(zone), true);
  return out;
}

/** Undefined for other families (AF_UNSPEC in an error queue that names nobody). */
export function decodeSockaddr(octets: Uint8Array): Endpoint | undefined {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  if (octets.length < 16) return undefined;
  const family = view.getUint16(0, true);
  const port = view.getUint16(2);
  if (family === SOCKET.AF_INET) return { address: formatAddress(octets.subarray(4, 8)), port };
  if (family === SOCKET.AF_INET6 && octets.length >= 24) {
    return { address: formatAddress(octets.subarray(8, 24)), port };
  }
  return undefined;
}

/** Our side of a socket. */
export function localEndpoint(fd: number): Endpoint | undefined {
  const address = new Uint8Array(SOCKADDR_LENGTH);
  const length = new Uint8Array(Uint32Array.of(SOCKADDR_LENGTH).buffer);
  return c().getsockname(fd, address, length) === 0 ? decodeSockaddr(address) : undefined;
}
