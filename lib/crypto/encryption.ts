/**
 * Encryption algorithms of the Encrypted payload (RFC 7296 §3.14), all that a probe offers: AES-GCM (RFC 5282),
 * ChaCha20-Poly1305 (RFC 7634) and AES-CBC (RFC 3602).
 */
import { cbc, gcm } from "@noble/ciphers/aes.js";
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";

/** One algorithm with one key length. */
export interface Encryption {
  /** Octets of SK_ei and SK_er; combined-mode ciphers take the salt from their end. */
  readonly keyLength: number;
  /** Octets of the Initialization Vector that each message carries. */
  readonly ivLength: number;
  /** What is encrypted must be a multiple of so many octets. */
  readonly blockLength: number;
  /** Octets of the Integrity Checksum Data; 0: an integrity algorithm of its own is needed beside it. */
  readonly tagLength: number;
  /** Ciphertext, with the tag behind it. */
  encrypt(key: Uint8Array, iv: Uint8Array, plain: Uint8Array, associated: Uint8Array): Uint8Array;
  /** What was encrypted; undefined when it was not with this key, or is damaged. */
  decrypt(key: Uint8Array, iv: Uint8Array, sealed: Uint8Array, associated: Uint8Array): Uint8Array | undefined;
}

type Aead = (key: Uint8Array, nonce: Uint8Array, associated: Uint8Array) => {
  encrypt(plain: Uint8Array): Uint8Array;
  decrypt(sealed: Uint8Array): Uint8Array;
};

/** Octets at the end of a combined-mode key that come first in every nonce (RFC 5282 §7.1, RFC 7634 §2). */
const SALT_LENGTH = 4;

function combined(aead: Aead, cipherKeyLength: number): Encryption {
  const under = (key: Uint8Array, iv: Uint8Array, associated: Uint8Array) => {
    const nonce = new Uint8Array(SALT_LENGTH + iv.length);
    nonce.set(key.subarray(cipherKeyLength));
    nonce.set(iv, SALT_LENGTH);
    return aead(key.subarray(0, cipherKeyLength), nonce, associated);
  };
  return {
    keyLength: cipherKeyLength + SALT_LENGTH,
    ivLength: 8,
    blockLength: 1,
    tagLength: 16,
    encrypt: (key, iv, plain, associated) => under(key, iv, associated).encrypt(plain),
    decrypt(key, iv, sealed, associated) {
      try {
        return under(key, iv, associated).decrypt(sealed);
      } catch {
        return undefined;
      }
    },
  };
}

function chained(keyLength: number): Encryption {
  const under = (key: Uint8Array, iv: Uint8Array) => cbc(key, iv, { disablePadding: true });
  return {
    keyLength,
    ivLength: 16,
    blockLength: 16,
    tagLength: 0,
    encrypt: (key, iv, plain) => under(key, iv).encrypt(plain),
    decrypt: (key, iv, sealed) => sealed.length % 16 === 0 ? under(key, iv).decrypt(sealed) : undefined,
  };
}

const ENCR_AES_CBC = 12;
const ENCR_AES_GCM_16 = 20;
const ENCR_CHACHA20_POLY1305 = 28;

/**
 * The algorithm with an IANA number ("Encryption Algorithm", transform type 1), or undefined when it is not supported.
 *
 * @param keyBits its Key Length attribute, where it has one: 128, 192 or 256
 */
export function encryption(id: number, keyBits?: number): Encryption | undefined {
  if (id === ENCR_CHACHA20_POLY1305) return combined(chacha20poly1305, 32);
  if (keyBits !== 128 && keyBits !== 192 && keyBits !== 256) return undefined;
  if (id === ENCR_AES_GCM_16) return combined(gcm, keyBits / 8);
  return id === ENCR_AES_CBC ? chained(keyBits / 8) : undefined;
}
