/** Transform Type 4: Key Exchange Method Transform IDs (IANA, Internet Key Exchange Version 2 Parameters). */
import { entries, type Entry, type Namer, namer } from "../registry.ts";

/** All assigned key exchange methods, by their short names ("2048-bit MODP Group" is `MODP2048`). */
export const GROUP: readonly Entry[] = entries("RFC 3526", [
  [0, "NONE", "RFC 7296"],
  [1, "MODP768", "RFC 7296"],
  [2, "MODP1024", "RFC 7296"],
  [5, "MODP1536"],
  [14, "MODP2048"],
  [15, "MODP3072"],
  [16, "MODP4096"],
  [17, "MODP6144"],
  [18, "MODP8192"],
  [19, "ECP256", "RFC 5903"],
  [20, "ECP384", "RFC 5903"],
  [21, "ECP521", "RFC 5903"],
  [22, "MODP1024-160", "RFC 5114"],
  [23, "MODP2048-224", "RFC 5114"],
  [24, "MODP2048-256", "RFC 5114"],
  [25, "ECP192", "RFC 5114"],
  [26, "ECP224", "RFC 5114"],
  [27, "BRAINPOOL224", "RFC 6954"],
  [28, "BRAINPOOL256", "RFC 6954"],
  [29, "BRAINPOOL384", "RFC 6954"],
  [30, "BRAINPOOL512", "RFC 6954"],
  [31, "X25519", "RFC 8031"],
  [32, "X448", "RFC 8031"],
  [33, "GOST3410-2012-256", "RFC 9385"],
  [34, "GOST3410-2012-512", "RFC 9385"],
  [35, "ML-KEM-512", "draft-ietf-ipsecme-ikev2-mlkem"],
  [36, "ML-KEM-768", "draft-ietf-ipsecme-ikev2-mlkem"],
  [37, "ML-KEM-1024", "draft-ietf-ipsecme-ikev2-mlkem"],
]);

/** `X25519` for 31. */
export const groupName: Namer = namer(GROUP, { reserved: [[3, 4], [6, 13]], privateUse: [[1024, 65535]] });

/** What else people call them; keys as {@linkcode plain} makes them. */
const ALIASES: Readonly<Record<string, number>> = {
  curve25519: 31,
  curve448: 32,
  secp256r1: 19,
  secp384r1: 20,
  secp521r1: 21,
  p256: 19,
  p384: 20,
  p521: 21,
  brainpoolp224r1: 27,
  brainpoolp256r1: 28,
  brainpoolp384r1: 29,
  brainpoolp512r1: 30,
};

/** Lower-case letters and digits of a name: `ml-kem 768` and `MLKEM768` are the same. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/**
 * The number of a group by any of its names: `MODP2048`, `14`, `dh14`, `group14`, `x25519`, `Curve25519`, `ecp_256`.
 * Undefined for what is no group's name. A plain number is taken as it is, up to 65535.
 */
export function groupByName(name: string): number | undefined {
  if (!/^[a-z0-9]/i.test(name)) return undefined;
  const key = plain(name);
  const number = /^(?:group|dh)?(\d{1,5})$/.exec(key);
  if (number !== null) return Number(number[1]) <= 0xffff ? Number(number[1]) : undefined;
  return ALIASES[key] ?? GROUP.find((group) => plain(group.name) === key)?.id;
}
