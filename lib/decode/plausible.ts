/** Tells IKE from other octets by its header: there is no magic number, but 28 octets that must fit each other. */
import {
  decodeHeader,
  EXCHANGE_TYPE,
  FLAG,
  type Header,
  HEADER_LENGTH,
  ISAKMP_EXCHANGE_TYPE,
  ISAKMP_PAYLOAD_TYPE,
  PAYLOAD_TYPE,
} from "../ike/mod.ts";
import { equalBytes } from "../wire/mod.ts";
import { NON_ESP_MARKER } from "../encap/mod.ts";

const V1 = { exchanges: numbers(ISAKMP_EXCHANGE_TYPE), payloads: numbers(ISAKMP_PAYLOAD_TYPE), flags: 0x07 };
const V2 = {
  exchanges: numbers(EXCHANGE_TYPE),
  payloads: numbers(PAYLOAD_TYPE),
  flags: FLAG.INITIATOR | FLAG.VERSION | FLAG.RESPONSE,
};

function numbers(entries: readonly { readonly id: number }[]): ReadonlySet<number> {
  return new Set(entries.map(({ id }) => id));
}

/** How many of the header's six signs are there. */
function signs(octets: Uint8Array, length: number): number {
  const header = decodeHeader(octets);
  if (header === undefined) return 0;
  const known = header.majorVersion === 1 ? V1 : header.majorVersion === 2 ? V2 : undefined;
  const signs = [
    header.initiatorSpi.some((octet) => octet !== 0),
    known !== undefined && header.minorVersion === 0,
    known !== undefined && known.exchanges.has(header.exchangeType),
    known !== undefined && known.payloads.has(header.nextPayload),
    known !== undefined && (header.flags & ~known.flags) === 0,
    header.length === length,
  ];
  return signs.filter((sign) => sign).length;
}

/** No datagram and no frame of RFC 9329 carries more octets: what claims more is no message, or a damaged one. */
export const LONGEST_MESSAGE = 65_535;

const ALL = 6;
/** One wrong field does not make a message unrecognisable where one is expected. */
const MOST = 5;

/**
 * Whether octets are an IKE message for sure, wherever they were found.
 *
 * @param length octets that the message had, where not all of them are there
 */
export function isIke(octets: Uint8Array, length = octets.length): boolean {
  return length <= LONGEST_MESSAGE && signs(octets, length) === ALL;
}

/** Whether octets could be an IKE message: one of an unknown version, a damaged one, or one that is cut off. */
export function couldBeIke(octets: Uint8Array, length = octets.length): boolean {
  return signs(octets, length) >= MOST || isOfOtherVersion(decodeHeader(octets), length);
}

/** RFC 7296 §2.5: the header's form is the same in all versions. */
function isOfOtherVersion(header: Header | undefined, length: number): boolean {
  if (header === undefined || length < HEADER_LENGTH || length > LONGEST_MESSAGE) return false;
  return header.majorVersion > 2 && header.length === length;
}

/** Whether octets begin with the non-ESP marker: no SPI of an Initiator begins so with any likelihood. */
export function hasMarker(octets: Uint8Array): boolean {
  return equalBytes(octets.subarray(0, NON_ESP_MARKER.length), NON_ESP_MARKER);
}

/** Octets that decide whether a frame of RFC 9329 with an IKE message begins. */
export const FRAME_SIGN = 2 + NON_ESP_MARKER.length + HEADER_LENGTH;

/** Whether octets begin a frame of RFC 9329 that carries an IKE message; the frame need not be there as a whole. */
export function beginsFrame(octets: Uint8Array): boolean {
  if (octets.length < FRAME_SIGN || !hasMarker(octets.subarray(2))) return false;
  const length = octets[0]! * 256 + octets[1]!;
  return isIke(octets.subarray(6), length - 6);
}
