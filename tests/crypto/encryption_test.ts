/** The ciphers of the Encrypted payload, against WebCrypto. ChaCha20-Poly1305, which it lacks: tests/exchange/sk_test.ts. */
import { assertEquals } from "@std/assert";
import { encryption } from "../../lib/crypto/encryption.ts";
import { SeededRandom } from "../sim/random.ts";

const random = new SeededRandom(3);
const octets = (length: number) => new Uint8Array(random.octets(length));

const importKey = (name: string, key: Uint8Array<ArrayBuffer>) =>
  crypto.subtle.importKey("raw", key, { name }, false, ["encrypt"]);

for (const bits of [128, 192, 256]) {
  Deno.test(`encryption: AES-GCM with ${bits} bits: the salt at the end of the key begins the nonce (RFC 5282 §7.1)`, async () => {
    const cipher = encryption(20, bits)!;
    const key = octets(bits / 8 + 4);
    assertEquals([cipher.keyLength, cipher.ivLength, cipher.blockLength, cipher.tagLength], [key.length, 8, 1, 16]);
    for (const length of [0, 1, 15, 16, 17, 300]) {
      const [iv, plain, associated] = [octets(8), octets(length), octets(32)];
      const nonce = new Uint8Array([...key.slice(-4), ...iv]);
      const expected = await crypto.subtle.encrypt(
        { name: "AES-GCM", iv: nonce, additionalData: associated },
        await importKey("AES-GCM", key.slice(0, -4)),
        plain,
      );
      const sealed = cipher.encrypt(key, iv, plain, associated);
      assertEquals(sealed, new Uint8Array(expected));
      assertEquals(cipher.decrypt(key, iv, sealed, associated), plain);
      assertEquals(cipher.decrypt(key, iv, sealed, octets(32)), undefined, "other associated data");
      assertEquals(cipher.decrypt(octets(key.length), iv, sealed, associated), undefined, "another key");
    }
  });

  Deno.test(`encryption: AES-CBC with ${bits} bits, without padding of its own (RFC 3602 §2)`, async () => {
    const cipher = encryption(12, bits)!;
    const key = octets(bits / 8);
    assertEquals([cipher.keyLength, cipher.ivLength, cipher.blockLength, cipher.tagLength], [key.length, 16, 16, 0]);
    for (const length of [16, 48, 304]) {
      const [iv, plain] = [octets(16), octets(length)];
      const padded = await crypto.subtle.encrypt({ name: "AES-CBC", iv }, await importKey("AES-CBC", key), plain);
      const sealed = cipher.encrypt(key, iv, plain, octets(32));
      assertEquals(sealed, new Uint8Array(padded).slice(0, length));
      assertEquals(cipher.decrypt(key, iv, sealed, octets(32)), plain);
    }
    assertEquals(cipher.decrypt(key, octets(16), octets(17), octets(0)), undefined, "no whole blocks");
  });
}

Deno.test("encryption: unknown algorithms and key lengths are undefined", () => {
  for (const [id, bits] of [[3], [12], [12, 64], [20], [20, 100], [18, 128]] as const) {
    assertEquals(encryption(id, bits), undefined, `${id} ${bits}`);
  }
});
