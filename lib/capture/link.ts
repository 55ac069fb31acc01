/** Finds the IP packet behind the link layer of a captured frame (https://www.tcpdump.org/linktypes.html). */
import { LINK_COOKED } from "./pcapng.ts";
import { viewOf } from "./frame.ts";

/** Numbers of link types. */
export const LINK_TYPE = {
  null: 0,
  ethernet: 1,
  ppp: 9,
  raw: 101,
  loop: 108,
  cooked: LINK_COOKED,
  ipv4: 228,
  ipv6: 229,
  cooked2: 276,
} as const;

/** Types of what a frame carries, as Ethernet numbers them. */
const ETHERTYPE = { ipv4: 0x0800, ipv6: 0x86dd, pppoe: 0x8864 } as const;
/** 802.1Q, 802.1ad and their forerunners: four octets of tag, the next type at their end. */
const VLAN_TAGS: ReadonlySet<number> = new Set([0x8100, 0x88a8, 0x9100, 0x9200]);
/** PPP numbers of IPv4 and IPv6. */
const PPP_IP: ReadonlySet<number> = new Set([0x0021, 0x0057]);
/** Raw IP has these numbers, too, where a system's own number got into a file. */
const ALSO_RAW: ReadonlySet<number> = new Set([12, 14]);

/** The IP packet, with what may stand behind it; undefined: something else, or a link type that is not known here. */
export function ipPacketIn(frame: Uint8Array, linkType: number): Uint8Array | undefined {
  switch (linkType) {
    case LINK_TYPE.ethernet:
      return behindType(frame, 12);
    case LINK_TYPE.cooked:
      return behindType(frame, 14);
    case LINK_TYPE.cooked2:
      return frame.length >= 20 && isIpType(viewOf(frame).getUint16(0)) ? ipAt(frame, 20) : undefined;
    // The address family is in the byte order, and by the numbers, of the machine that captured: the packet tells more.
    case LINK_TYPE.null:
    case LINK_TYPE.loop:
      return ipAt(frame, 4);
    case LINK_TYPE.ppp:
      return behindPpp(frame, frame[0] === 0xff && frame[1] === 0x03 ? 2 : 0);
    case LINK_TYPE.raw:
    case LINK_TYPE.ipv4:
    case LINK_TYPE.ipv6:
      return ipAt(frame, 0);
    default:
      return ALSO_RAW.has(linkType) ? ipAt(frame, 0) : undefined;
  }
}

/** Whether frames of such a link can be looked into at all. */
export function isKnownLink(linkType: number): boolean {
  return (Object.values(LINK_TYPE) as number[]).includes(linkType) || ALSO_RAW.has(linkType);
}

function isIpType(type: number): boolean {
  return type === ETHERTYPE.ipv4 || type === ETHERTYPE.ipv6;
}

/** @param at where the type of what follows is */
function behindType(frame: Uint8Array, at: number): Uint8Array | undefined {
  const view = viewOf(frame);
  for (let tags = 0; tags <= 4 && at + 2 <= frame.length; tags++, at += 4) {
    const type = view.getUint16(at);
    if (isIpType(type)) return ipAt(frame, at + 2);
    if (type === ETHERTYPE.pppoe) return behindPpp(frame, at + 8);
    if (!VLAN_TAGS.has(type)) return undefined;
  }
}

/** PPP's protocol has one octet where it is odd (RFC 1661 §6.5). */
function behindPpp(frame: Uint8Array, at: number): Uint8Array | undefined {
  const first = frame[at];
  if (first === undefined) return undefined;
  const isShort = (first & 1) === 1;
  const protocol = isShort ? first : first * 256 + (frame[at + 1] ?? 0);
  return PPP_IP.has(protocol) ? ipAt(frame, at + (isShort ? 1 : 2)) : undefined;
}

function ipAt(frame: Uint8Array, at: number): Uint8Array | undefined {
  const version = (frame[at] ?? 0) >> 4;
  return version === 4 || version === 6 ? frame.subarray(at) : undefined;
}
