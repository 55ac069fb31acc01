/** Names of vendor IDs. */
import { escapeText, hex } from "../wire/mod.ts";

/** Beginnings of vendor IDs in hex; what follows is a version or a flag. The longest one that fits names the vendor. */
const KNOWN: readonly (readonly [string, string])[] = [
  ["882fe56d6fd20dbc2251613b2ebe5beb", "strongSwan"],
  ["afcad71368a1f1c96b8696fc77570100", "DPD (RFC 3706)"],
  ["4a131c81070358455c5728f20e95452f", "NAT-T (RFC 3947)"],
  ["09002689dfd6b712", "XAUTH"],
  ["12f5f28c457168a9702d9fe274cc0100", "Cisco Unity"],
];

/** Printable ASCII, four octets at least. */
const TEXT = /^[ -~]{4,}$/;

/** Who or what a vendor ID stands for; undefined when it is not known and no text. Safe to show. */
export function vendorName(data: Uint8Array): string | undefined {
  const digits = hex(data);
  const known = KNOWN.find(([start]) => digits.startsWith(start));
  if (known !== undefined) return known[1];
  const text = String.fromCharCode(...data.subarray(0, 256));
  return TEXT.test(text) ? escapeText(text) : undefined;
}
