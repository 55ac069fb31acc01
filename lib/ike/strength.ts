/** How strong the algorithms of a proposal are, as far as the standards say: for "at least as strong as". */

/**
 * Bits of security of key exchange groups, by IANA name: NIST SP 800-56A Rev. 3, tables 24 (ECP) and 26 (MODP from 2048);
 * RFC 3526 §8 (MODP1536, the lower estimate) and RFC 5114 §4; RFC 6954 §1 (Brainpool: half the size); RFC 8031 §1;
 * FIPS 203 §8 (ML-KEM: categories 1, 3 and 5, which are defined by AES with keys of so many bits).
 */
const GROUP_BITS: Readonly<Record<string, number>> = {
  MODP1024: 80,
  "MODP1024-160": 80,
  ECP192: 80,
  MODP1536: 90,
  MODP2048: 112,
  "MODP2048-224": 112,
  "MODP2048-256": 112,
  ECP224: 112,
  BRAINPOOL224: 112,
  MODP3072: 128,
  ECP256: 128,
  BRAINPOOL256: 128,
  X25519: 128,
  "ML-KEM-512": 128,
  MODP4096: 152,
  MODP6144: 176,
  ECP384: 192,
  BRAINPOOL384: 192,
  "ML-KEM-768": 192,
  MODP8192: 200,
  X448: 224,
  ECP521: 256,
  BRAINPOOL512: 256,
  "ML-KEM-1024": 256,
};

/** Ciphers whose key has one size, which no attribute states: RFC 7634 §2, RFC 8750, RFC 2451 (3DES: effective). */
const KEY_BITS: Readonly<Record<string, number>> = {
  "CHACHA20-POLY1305": 256,
  "CHACHA20-POLY1305-IIV": 256,
  "3DES": 112,
  DES: 56,
  NULL: 0,
};

/** Names of the groups whose strength is known, the weakest first. */
export const RATED_GROUPS: readonly string[] = Object.keys(GROUP_BITS);

/** Bits of security of a group; undefined where no standard that is known here says. */
export function groupStrength(name: string): number | undefined {
  return Object.hasOwn(GROUP_BITS, name) ? GROUP_BITS[name] : undefined;
}

/**
 * The group that a key exchange is as strong as: the strongest, where there are several (RFC 9370: whoever would learn the
 * keys has to break each of them). Undefined where none is known.
 */
export function strongestGroup(
  { dh, additional = [] }: { readonly dh?: string; readonly additional?: readonly string[] },
): { readonly name: string; readonly bits: number } | undefined {
  return [...(dh === undefined ? [] : [dh]), ...additional]
    .map((name) => ({ name, bits: groupStrength(name) ?? -1 }))
    .filter(({ bits }) => bits >= 0)
    .toSorted((a, b) => b.bits - a.bits)[0];
}

/** Size of the cipher's key in bits; undefined where it is not known. */
export function keyBits(cipher: { readonly encr: string; readonly key_bits?: number }): number | undefined {
  return cipher.key_bits ?? (Object.hasOwn(KEY_BITS, cipher.encr) ? KEY_BITS[cipher.encr] : undefined);
}
