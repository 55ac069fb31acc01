/** Small things that every codec needs from octets. */

/** No octets. Nothing in it can change, so all may share it. */
export const EMPTY: Uint8Array<ArrayBuffer> = new Uint8Array(0);

/** Lower-case hex digits, two an octet, nothing between. */
export function hex(bytes: Uint8Array): string {
  return bytes.toHex();
}

/**
 * Octets of hex digits. Upper and lower case; spaces, colons and line ends between octets are skipped.
 *
 * @throws {TypeError} when the text is not hex.
 */
export function unhex(text: string): Uint8Array<ArrayBuffer> {
  const digits = text.replace(/[\s:]+/g, "");
  if (!/^(?:[0-9a-fA-F]{2})*$/.test(digits)) {
    throw new TypeError("Cannot read hex: expected pairs of hexadecimal digits");
  }
  return Uint8Array.fromHex(digits);
}

/** Whether two strings of octets are the same. Not in constant time: nothing here is secret. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i]) return false;
  }
  return true;
}

/** A copy of all parts, one behind the other. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
