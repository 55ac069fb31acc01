/** What TCP encapsulation carries (RFC 9329 §4, §7.6): IKE messages, ESP packets, keepalives. */
import { concatBytes, equalBytes } from "../wire/mod.ts";

/** "IKETCP": the TCP Originator sends it once, before anything else (RFC 9329 §5). */
export const STREAM_PREFIX: Uint8Array = Uint8Array.of(0x49, 0x4b, 0x45, 0x54, 0x43, 0x50);

/** Four zero octets before an IKE message, where an ESP packet has its SPI (RFC 3948 §2.2, RFC 9329 §4.1). */
export const NON_ESP_MARKER: Uint8Array = new Uint8Array(4);

/** The one octet of a NAT-keepalive (RFC 3948 §2.3). */
export const NAT_KEEPALIVE: Uint8Array = Uint8Array.of(0xff);

/** The most octets that a frame carries: its 16-bit Length counts itself (RFC 9329 §4). */
export const MAX_MESSAGE = 65_533;

/** One frame's or datagram's contents. */
export type Frame =
  /** An IKE message, without non-ESP marker; it may be empty or no IKE at all. */
  | { readonly kind: "ike"; readonly message: Uint8Array }
  /** A NAT-keepalive: to be ignored (RFC 9329 §7.6). */
  | { readonly kind: "keepalive" }
  /** An ESP packet; `data` is what follows the SPI. */
  | { readonly kind: "esp"; readonly spi: number; readonly data: Uint8Array }
  /** Nothing: a frame whose Length is 2. */
  | { readonly kind: "empty" }
  /** One to three octets that are no keepalive: too short for a marker or an SPI. */
  | { readonly kind: "other"; readonly data: Uint8Array };

/** An IKE message as it goes into a frame or into a datagram on UDP 4500. */
export function withMarker(message: Uint8Array): Uint8Array<ArrayBuffer> {
  return concatBytes(NON_ESP_MARKER, message);
}

/**
 * A frame: Length, then the message.
 *
 * @param message An IKE message with its non-ESP marker, or an ESP packet.
 * @throws {RangeError} when it is empty or longer than {@linkcode MAX_MESSAGE} octets.
 */
export function encodeFrame(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const length = message.length + 2;
  if (message.length === 0 || message.length > MAX_MESSAGE) {
    throw new RangeError(`Cannot encode frame: ${message.length} octets, 1 to ${MAX_MESSAGE} fit`);
  }
  return concatBytes(Uint8Array.of(length >> 8, length & 0xff), message);
}

/** Tells what octets with a marker or an SPI in front are (RFC 3948 §2). */
export function classify(octets: Uint8Array): Frame {
  if (octets.length === 0) return { kind: "empty" };
  if (equalBytes(octets, NAT_KEEPALIVE)) return { kind: "keepalive" };
  if (octets.length < 4) return { kind: "other", data: octets };
  const spi = new DataView(octets.buffer, octets.byteOffset).getUint32(0);
  const data = octets.subarray(4);
  return spi === 0 ? { kind: "ike", message: data } : { kind: "esp", spi, data };
}

/**
 * Tells what a UDP datagram is. `bare`: port 500, where all is IKE (RFC 7296 §2); `marker`: port 4500, where IKE has the
 * non-ESP marker (RFC 3948 §2).
 */
export function decodeDatagram(octets: Uint8Array, encoding: "bare" | "marker"): Frame {
  return encoding === "marker" ? classify(octets) : { kind: "ike", message: octets };
}
