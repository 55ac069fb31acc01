/** The checksum of IPv4, ICMP, UDP and TCP (RFC 1071). */

/**
 * The Internet checksum of octets that stand one behind the other; a field that holds it must be zero among them. Over
 * octets that hold their checksum it is 0.
 *
 * @param parts each but the last of an even length
 */
export function internetChecksum(...parts: readonly Uint8Array[]): number {
  let sum = 0;
  for (const part of parts) {
    for (let i = 0; i < part.length; i += 2) sum += part[i]! * 256 + (part[i + 1] ?? 0);
  }
  // At most 65,535 octets of 16 bits each: the sum fits, and two folds bring it into 16 bits.
  sum = (sum & 0xffff) + Math.floor(sum / 0x1_0000);
  sum = (sum & 0xffff) + Math.floor(sum / 0x1_0000);
  return ~sum & 0xffff;
}

/** What UDP, TCP and ICMPv6 put in front of their octets for the checksum (RFC 768, RFC 9293 §3.1, RFC 8200 §8.1). */
export function pseudoHeader(
  source: Uint8Array,
  destination: Uint8Array,
  protocol: number,
  length: number,
): Uint8Array<ArrayBuffer> {
  const addresses = source.length + destination.length;
  const header = new Uint8Array(addresses + (source.length === 4 ? 4 : 8));
  header.set(source);
  header.set(destination, source.length);
  const view = new DataView(header.buffer);
  if (source.length === 4) {
    header[addresses + 1] = protocol;
    view.setUint16(addresses + 2, length);
  } else {
    view.setUint32(addresses, length);
    header[addresses + 7] = protocol;
  }
  return header;
}
