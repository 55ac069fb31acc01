/** Tells from the first octets what speaks on a port. */
import { STREAM_PREFIX } from "../encap/mod.ts";
import type { Listener } from "../model/mod.ts";
import { equalBytes } from "../wire/mod.ts";

/** So many octets decide; more are kept as banner only. */
export const BANNER_OCTETS = 512;

function ascii(octets: Uint8Array, length: number): string {
  return String.fromCharCode(...octets.subarray(0, length));
}

function startsWith(octets: Uint8Array, start: Uint8Array): boolean {
  return octets.length >= start.length && equalBytes(octets.subarray(0, start.length), start);
}

/**
 * Undefined: not (yet) recognisable; it may be a frame of RFC 9329.
 *
 * @param octets What came first on the stream.
 * @param sent What we sent before, to recognise an echo.
 * @param spiI Our SPI, to recognise IKE without frames.
 */
export function recogniseListener(octets: Uint8Array, sent: Uint8Array, spiI?: Uint8Array): Listener | undefined {
  const text = ascii(octets, 16);
  if (/^HTTP\/\d/.test(text) || /^<(!doctype|html)/i.test(text)) return "http";
  if (text.startsWith("SSH-")) return "ssh";
  if (/^(220|421|554)[ -]/.test(text)) return "smtp";
  // TLS record header: alert (21) or handshake (22), version 3.x (RFC 8446 §5.1)
  if (octets.length >= 3 && (octets[0] === 21 || octets[0] === 22) && octets[1] === 3 && octets[2]! <= 4) return "tls";
  if (octets.length >= 6 && startsWith(sent, octets.subarray(0, Math.min(octets.length, sent.length)))) return "echo";
  if (spiI !== undefined && (startsWith(octets, spiI) || startsWith(octets.subarray(4), spiI))) return "ike-unframed";
  // Check Point's TCPT: a 32-bit length, then version 1 and a small command (as its Visitor Mode shows on 443)
  if (octets.length >= 8 && startsWith(octets, Uint8Array.of(0, 0, 0)) && octets[7] === 1 && octets[6] === 0) {
    return "tcpt";
  }
  // Cisco's cTCP carries IKE with its UDP header, ports 500 and 500 (as Wireshark's dissector of TCPENCAP tells it)
  if (startsWith(octets, Uint8Array.of(0x01, 0xf4, 0x01, 0xf4))) return "ctcp";
  if (startsWith(octets, STREAM_PREFIX)) return "ike-tcp";
  return undefined;
}
