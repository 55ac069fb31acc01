/** Finds out what octets without any context are: IKE messages, a stream, a packet. */
import { internetChecksum } from "../capture/checksum.ts";
import { ipPacketIn, LINK_TYPE } from "../capture/mod.ts";
import { NAT_KEEPALIVE, NON_ESP_MARKER, STREAM_PREFIX } from "../encap/mod.ts";
import { decodeHeader } from "../ike/mod.ts";
import { count, equalBytes } from "../wire/mod.ts";
import { brokenItem, ikeItem } from "./found.ts";
import { FrameStream } from "./frame_stream.ts";
import type { Item, Place } from "./item.ts";
import { beginsFrame, couldBeIke, hasMarker, isIke, LONGEST_MESSAGE } from "./plausible.ts";

/** Path of the fault of octets in which nothing was found. */
export const NOTHING_FOUND = "input";

const MARKER = NON_ESP_MARKER.length;
/** Octets of a frame's Length field. */
const LENGTH = 2;

/** @param place where the octets were: `offset` is that of the first one */
export function* itemsOfOctets(octets: Uint8Array, place: Place): Generator<Item> {
  const inside = (offset: number): Place => ({ ...place, offset: place.offset + offset });
  const hasPrefix = equalBytes(octets.subarray(0, STREAM_PREFIX.length), STREAM_PREFIX);
  if (hasPrefix || beginsFrame(octets)) return yield* itemsOfStream(octets, hasPrefix, inside);
  if (yield* itemsOfMessages(octets, inside)) return;
  if (equalBytes(octets, NAT_KEEPALIVE)) return yield { kind: "keepalive", place, octets: 1 };
  // From here on nothing is certain: something is missing, or damaged.
  if (hasMarker(octets) && couldBeIke(octets.subarray(MARKER))) {
    return yield ikeItem(octets.subarray(MARKER), inside(MARKER));
  }
  if (couldBeIke(octets)) return yield ikeItem(octets, place);
  if (areFrames(octets)) return yield* itemsOfStream(octets, false, inside);
  const reason = "no IKE message, no stream of RFC 9329 and no packet with one of them begins here";
  yield brokenItem(octets, place, { path: NOTHING_FOUND, offset: 0, reason });
}

function* itemsOfStream(octets: Uint8Array, hasPrefix: boolean, inside: (offset: number) => Place): Generator<Item> {
  const stream = new FrameStream<undefined>(hasPrefix ? "prefix" : "frame", inside);
  yield* stream.push(octets, undefined);
  yield* stream.end();
}

interface Stretch {
  readonly at: number;
  readonly end: number;
}

/** Messages one behind the other; what is behind the last one is one that is cut off, or belongs to it. False: none. */
function* itemsOfMessages(octets: Uint8Array, inside: (at: number) => Place): Generator<Item, boolean> {
  const item = ({ at, end }: Stretch) => ikeItem(octets.subarray(at, end), inside(at));
  let last: Stretch | undefined;
  for (const next of messagesIn(octets)) {
    if (last !== undefined) yield item(last);
    last = next;
  }
  if (last === undefined) return false;
  const rest = octets.subarray(last.end);
  const begin = last.end + (hasMarker(rest) ? MARKER : 0);
  const isCutOff = couldBeIke(octets.subarray(begin));
  const isBehind = rest.length > 0 && !isCutOff && octets.length - last.at <= LONGEST_MESSAGE;
  yield item(isBehind ? { at: last.at, end: octets.length } : last);
  if (isBehind || rest.length === 0) return true;
  if (isCutOff) yield item({ at: begin, end: octets.length });
  else {
    const reason = `${count(rest.length)} behind the last message, which are none`;
    yield brokenItem(rest, inside(last.end), { path: "message", offset: 0, reason });
  }
  return true;
}

/** Messages from the first octet on, each behind a marker or not, as far as they are messages for sure. */
function* messagesIn(octets: Uint8Array): Generator<Stretch> {
  for (let begin = 0; begin < octets.length;) {
    const at = hasMarker(octets.subarray(begin)) ? begin + MARKER : begin;
    const length = decodeHeader(octets.subarray(at, at + 28))?.length ?? 0;
    const end = at + length;
    if (end > octets.length || !isIke(octets.subarray(at, end))) return;
    yield { at, end };
    begin = end;
  }
}

/** Whether octets are frames without a fault, one of them with IKE: a stream that begins with a keepalive, for one. */
function areFrames(octets: Uint8Array): boolean {
  let hasIke = false;
  // Without the decoder, which keeps a copy of each frame: there may be a hundred million of them.
  for (let at = 0; at < octets.length;) {
    const length = octets[at]! * 256 + (octets[at + 1] ?? 0);
    if (length < LENGTH || at + length > octets.length) return false;
    const begin = at + LENGTH + MARKER;
    at += length;
    hasIke ||= begin < at && hasMarker(octets.subarray(begin - MARKER)) && couldBeIke(octets.subarray(begin, at));
  }
  return hasIke;
}

/** Link types that a packet can be told to have, in the order in which they are tried. */
const LINKS = [LINK_TYPE.raw, LINK_TYPE.ethernet, LINK_TYPE.cooked, LINK_TYPE.cooked2, LINK_TYPE.null] as const;

/** The link type of a packet with its headers, as `tcpdump -x` and `tshark -x` print it; undefined: it is none. */
export function linkTypeOf(octets: Uint8Array): number | undefined {
  return LINKS.find((linkType) => {
    const packet = ipPacketIn(octets, linkType);
    return packet !== undefined && isIpPacket(packet);
  });
}

function isIpPacket(packet: Uint8Array): boolean {
  if (packet[0]! >> 4 === 4) {
    const header = packet.subarray(0, (packet[0]! & 0x0f) * 4);
    return header.length >= 20 && internetChecksum(header) === 0;
  }
  // No checksum, but a length that must be right: to the octet, or with what Ethernet appends to short packets.
  const total = 40 + packet[4]! * 256 + packet[5]!;
  return packet.length >= total && packet.length - total < 18 && [0, 6, 17, 43, 44, 50, 60].includes(packet[6]!);
}
