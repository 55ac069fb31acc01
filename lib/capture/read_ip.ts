/** Takes IPv4 and IPv6 headers off (RFC 791, RFC 8200): addresses, what is carried, and which part of it. */
import { viewOf } from "./frame.ts";

/** What an IP packet carries. */
export interface IpContents {
  /** 4 or 16 octets. */
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  /** The transport's number, behind all extension headers; of a fragment, what the whole begins with. */
  readonly protocol: number;
  /** From the transport's header on, as far as it was captured; of a fragment, its part of the whole. */
  readonly payload: Uint8Array;
  /** Octets that this should have. */
  readonly length: number;
  /** Only for a fragment. */
  readonly fragment?: {
    readonly id: number;
    /** Octets of the whole before this part. */
    readonly offset: number;
    readonly more: boolean;
  };
}

const HEADER6 = 40;
/** Next Header numbers of the extension headers that stand before the transport; all but two have one form. */
const EXTENSION = { hopByHop: 0, routing: 43, fragment: 44, authentication: 51, options: 60, mobility: 135 } as const;

/** Undefined: not even the header is there, or it makes no sense. */
export function readIp(packet: Uint8Array): IpContents | undefined {
  return (packet[0] ?? 0) >> 4 === 4 ? readIp4(packet) : (packet[0] ?? 0) >> 4 === 6 ? readIp6(packet) : undefined;
}

function readIp4(packet: Uint8Array): IpContents | undefined {
  const header = (packet[0]! & 0x0f) * 4;
  if (header < 20 || packet.length < header) return undefined;
  const view = viewOf(packet);
  // A card that segments by itself gets packets without a length from the kernel, and so does tcpdump.
  const total = view.getUint16(2) || packet.length;
  if (total < header) return undefined;
  const bits = view.getUint16(6);
  const fragment = { id: view.getUint16(4), offset: (bits & 0x1fff) * 8, more: (bits & 0x2000) !== 0 };
  return {
    source: packet.subarray(12, 16),
    destination: packet.subarray(16, 20),
    protocol: packet[9]!,
    payload: packet.subarray(header, total),
    length: total - header,
    ...((fragment.offset > 0 || fragment.more) && { fragment }),
  };
}

function readIp6(packet: Uint8Array): IpContents | undefined {
  if (packet.length < HEADER6) return undefined;
  const view = viewOf(packet);
  const total = HEADER6 + (view.getUint16(4) || packet.length - HEADER6);
  return behindExtensions({
    source: packet.subarray(8, 24),
    destination: packet.subarray(24, 40),
    protocol: packet[6]!,
    payload: packet.subarray(HEADER6, total),
    length: total - HEADER6,
  });
}

/**
 * Takes IPv6 extension headers off, up to the transport, or up to the Fragment header of a fragment: what is behind it
 * belongs to the whole, further extension headers too (RFC 8200 §4.5). Undefined: they make no sense.
 */
export function behindExtensions(contents: IpContents): IpContents | undefined {
  const { payload, length } = contents;
  const view = viewOf(payload);
  let { protocol } = contents;
  let at = 0;
  let fragment: IpContents["fragment"];
  while (fragment === undefined && isExtension(protocol) && at + 8 <= Math.min(payload.length, length)) {
    const next = payload[at]!;
    if (protocol === EXTENSION.fragment) {
      const bits = view.getUint16(at + 2);
      const part = { id: view.getUint32(at + 4), offset: bits & 0xfff8, more: (bits & 1) !== 0 };
      // A packet can be its only fragment (RFC 6946).
      if (part.offset > 0 || part.more) fragment = part;
      at += 8;
    } else at += protocol === EXTENSION.authentication ? (payload[at + 1]! + 2) * 4 : (payload[at + 1]! + 1) * 8;
    protocol = next;
  }
  if (at > length) return undefined;
  return { ...contents, protocol, payload: payload.subarray(at), length: length - at, ...(fragment && { fragment }) };
}

function isExtension(protocol: number): boolean {
  return (Object.values(EXTENSION) as number[]).includes(protocol);
}
