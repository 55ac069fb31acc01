/** Transform Type 1: Encryption Algorithm Transform IDs (IANA, Internet Key Exchange Version 2 Parameters). */
import { entries, type Entry, type Namer, namer } from "../registry.ts";

/** All assigned ciphers. Names are the registry's with the prefix `ENCR_` taken off and hyphens for underscores. */
export const ENCR: readonly Entry[] = entries("RFC 7296", [
  [1, "DES-IV64", "RFC 1827"],
  [2, "DES", "RFC 2405"],
  [3, "3DES", "RFC 2451"],
  [4, "RC5", "RFC 2451"],
  [5, "IDEA", "RFC 2451"],
  [6, "CAST", "RFC 2451"],
  [7, "BLOWFISH", "RFC 2451"],
  [8, "3IDEA"],
  [9, "DES-IV32"],
  [11, "NULL", "RFC 2410"],
  [12, "AES-CBC", "RFC 3602"],
  [13, "AES-CTR", "RFC 5930"],
  [14, "AES-CCM-8", "RFC 5282"],
  [15, "AES-CCM-12", "RFC 5282"],
  [16, "AES-CCM-16", "RFC 5282"],
  [18, "AES-GCM-8", "RFC 5282"],
  [19, "AES-GCM-12", "RFC 5282"],
  [20, "AES-GCM-16", "RFC 5282"],
  [21, "NULL-AUTH-AES-GMAC", "RFC 4543"],
  [22, "XTS-AES", "IEEE P1619"],
  [23, "CAMELLIA-CBC", "RFC 5529"],
  [24, "CAMELLIA-CTR", "RFC 5529"],
  [25, "CAMELLIA-CCM-8", "RFC 5529"],
  [26, "CAMELLIA-CCM-12", "RFC 5529"],
  [27, "CAMELLIA-CCM-16", "RFC 5529"],
  [28, "CHACHA20-POLY1305", "RFC 7634"],
  [29, "AES-CCM-8-IIV", "RFC 8750"],
  [30, "AES-GCM-16-IIV", "RFC 8750"],
  [31, "CHACHA20-POLY1305-IIV", "RFC 8750"],
  [32, "KUZNYECHIK-MGM-KTREE", "RFC 9227"],
  [33, "MAGMA-MGM-KTREE", "RFC 9227"],
  [34, "KUZNYECHIK-MGM-MAC-KTREE", "RFC 9227"],
  [35, "MAGMA-MGM-MAC-KTREE", "RFC 9227"],
]);

/** `AES-GCM-16` for 20. */
export const encrName: Namer = namer(ENCR, { reserved: [[0, 0], [10, 10]], privateUse: [[1024, 65535]] });
