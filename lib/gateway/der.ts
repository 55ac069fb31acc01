/** As much of DER (X.690) as a self-signed certificate needs. */
import { concatBytes } from "../wire/mod.ts";

/** One element: tag, length, contents. */
export function element(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const body = concatBytes(...contents);
  const { length } = body;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return concatBytes(Uint8Array.of(tag, ...size), body);
}

/** SEQUENCE. */
export function sequence(...contents: readonly Uint8Array[]): Uint8Array {
  return element(0x30, ...contents);
}

/** INTEGER from octets of a number without sign, most significant first. */
export function unsigned(octets: Uint8Array): Uint8Array {
  let first = 0;
  while (first < octets.length - 1 && octets[first] === 0) first++;
  const digits = octets.subarray(first);
  return digits[0]! >= 0x80 ? element(2, Uint8Array.of(0), digits) : element(2, digits);
}

/** OBJECT IDENTIFIER from its dotted form. */
export function oid(dotted: string): Uint8Array {
  const [a = 0, b = 0, ...rest] = dotted.split(".").map(Number);
  const octets = [40 * a + b];
  for (const arc of rest) {
    const septets = [arc & 127];
    for (let left = arc >>> 7; left > 0; left >>>= 7) septets.unshift((left & 127) | 128);
    octets.push(...septets);
  }
  return element(6, Uint8Array.from(octets));
}

/** UTF8String. */
export function utf8(text: string): Uint8Array {
  return element(12, new TextEncoder().encode(text));
}

/** GeneralizedTime, in UTC, whole seconds. */
export function time(date: Date): Uint8Array {
  const digits = date.toISOString().replace(/\.\d+Z$/, "Z").replace(/[-:T]/g, "");
  return element(24, new TextEncoder().encode(digits));
}

/** BIT STRING of whole octets. */
export function bits(octets: Uint8Array): Uint8Array {
  return element(3, Uint8Array.of(0), octets);
}

/** PEM with lines of 64 characters (RFC 7468). */
export function pem(label: string, der: Uint8Array): string {
  const base64 = btoa(String.fromCharCode(...der));
  return `-----BEGIN ${label}-----\n${base64.replace(/.{1,64}/g, "$&\n")}-----END ${label}-----\n`;
}
