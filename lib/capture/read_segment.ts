/** Takes UDP and TCP headers off (RFC 768, RFC 9293). */
import { viewOf } from "./frame.ts";

/** A UDP datagram. */
export interface ReadDatagram {
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** As far as it was captured. */
  readonly data: Uint8Array;
  /** Octets that it had. */
  readonly length: number;
}

/** A TCP segment. */
export interface ReadSegment extends ReadDatagram {
  readonly sequence: number;
  readonly acknowledgement: number;
  readonly flags: number;
}

const UDP_HEADER = 8;
const TCP_HEADER = 20;

/** Undefined: the header is not there. */
export function readUdp(payload: Uint8Array): ReadDatagram | undefined {
  if (payload.length < UDP_HEADER) return undefined;
  const view = viewOf(payload);
  // 0: a jumbogram (RFC 2675), or a card that fills it in.
  const length = view.getUint16(4) || payload.length;
  return {
    sourcePort: view.getUint16(0),
    destinationPort: view.getUint16(2),
    data: payload.subarray(UDP_HEADER, Math.max(length, UDP_HEADER)),
    length: Math.max(length - UDP_HEADER, 0),
  };
}

/**
 * Undefined: the header is not there.
 *
 * @param length octets that the segment had with its header
 */
export function readTcp(payload: Uint8Array, length: number): ReadSegment | undefined {
  if (payload.length < TCP_HEADER) return undefined;
  const view = viewOf(payload);
  const header = (payload[12]! >> 4) * 4;
  if (header < TCP_HEADER || header > length) return undefined;
  return {
    sourcePort: view.getUint16(0),
    destinationPort: view.getUint16(2),
    sequence: view.getUint32(4),
    acknowledgement: view.getUint32(8),
    flags: payload[13]!,
    data: payload.subarray(Math.min(header, payload.length)),
    length: length - header,
  };
}
