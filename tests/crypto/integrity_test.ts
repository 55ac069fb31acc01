/** Truncated HMACs, against RFC vectors and WebCrypto. */
import { assertEquals } from "@std/assert";
import { integrity } from "../../lib/crypto/mod.ts";
import { hex } from "../../lib/wire/mod.ts";

const fill = (length: number, octet: number) => new Uint8Array(length).fill(octet);

Deno.test("integrity: HMAC-SHA1-96 is the first 96 bits of HMAC-SHA1 (RFC 2404, RFC 2202 §3 case 1)", () => {
  const sha1 = integrity(2)!;
  assertEquals([sha1.keyLength, sha1.length], [20, 12]);
  assertEquals(hex(sha1.checksum(fill(20, 0x0b), new TextEncoder().encode("Hi There"))), "b617318655057264e28bc0b6");
});

for (
  const [id, hash, keyLength, length] of [[12, "SHA-256", 32, 16], [13, "SHA-384", 48, 24], [
    14,
    "SHA-512",
    64,
    32,
  ]] as const
) {
  Deno.test(`integrity: HMAC-${hash}-${length * 8} is half of it (RFC 4868 §2.1.1)`, async () => {
    const algorithm = integrity(id)!;
    assertEquals([algorithm.keyLength, algorithm.length], [keyLength, length]);
    const key = await crypto.subtle.importKey("raw", fill(keyLength, 7), { name: "HMAC", hash }, false, ["sign"]);
    const whole = new Uint8Array(await crypto.subtle.sign("HMAC", key, fill(99, 3)));
    assertEquals(algorithm.checksum(fill(keyLength, 7), fill(99, 3)), whole.slice(0, length));
  });
}

Deno.test("integrity: unknown algorithms are undefined", () => {
  assertEquals([0, 1, 5, 8].map(integrity), [undefined, undefined, undefined, undefined]);
});
