/**
 * X25519 (RFC 7748) by the runtime's WebCrypto, with secrets and public values as 32 octets. What takes a program in
 * JavaScript 5 to 10 ms for the first key, until its code is warm, takes this one half a millisecond.
 */
import { concatBytes } from "../wire/mod.ts";
import type { NativeX25519 } from "./transport.ts";

const X25519 = { name: "X25519" } as const;

/** What stands before the 32 octets of a secret in PKCS #8 (RFC 8410 §7). */
const PKCS8_HEAD = Uint8Array.from([48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 110, 4, 34, 4, 32]);

/** See the file's head. Both functions reject where the runtime lacks the curve, `shared` also for a zero secret. */
export const nativeX25519: NativeX25519 = {
  async generate() {
    const { publicKey, privateKey } = await crypto.subtle.generateKey(X25519, true, ["deriveBits"]) as CryptoKeyPair;
    const publicValue = new Uint8Array(await crypto.subtle.exportKey("raw", publicKey));
    const secret = new Uint8Array(await crypto.subtle.exportKey("pkcs8", privateKey)).slice(PKCS8_HEAD.length);
    return { publicValue, secret };
  },

  async shared(secret, publicValue) {
    const key = concatBytes(PKCS8_HEAD, secret);
    const ours = await crypto.subtle.importKey("pkcs8", key, X25519, false, ["deriveBits"]);
    const theirs = await crypto.subtle.importKey("raw", Uint8Array.from(publicValue), X25519, false, []);
    return new Uint8Array(await crypto.subtle.deriveBits({ ...X25519, public: theirs }, ours, 256));
  },
};
