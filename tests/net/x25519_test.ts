/** The runtime's X25519 against RFC 7748 and against the one that serves where the runtime has none. */
import { assertEquals, assertRejects } from "@std/assert";
import { X25519 } from "../../lib/crypto/montgomery.ts";
import { nativeX25519 } from "../../lib/net/x25519.ts";
import { unhex } from "../../lib/wire/mod.ts";
import { random } from "../crypto/octets.ts";

Deno.test("runtime X25519: Alice and Bob of RFC 7748 §6.1", async () => {
  const alice = unhex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
  const bob = unhex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
  const shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";
  assertEquals((await nativeX25519.shared(alice, bob)).toHex(), shared);
});

Deno.test("runtime X25519: its pairs and ours agree, both ways", async () => {
  const theirs = await nativeX25519.generate();
  const ours = X25519.generate(random);
  assertEquals([theirs.publicValue.length, theirs.secret.length], [32, 32]);
  const again = X25519.generate(() => Uint8Array.from(theirs.secret));
  assertEquals(again.publicValue, theirs.publicValue, "the secret is the public value's");
  const expected = X25519.shared(ours, theirs.publicValue);
  assertEquals(await nativeX25519.shared(theirs.secret, ours.publicValue), expected);
  assertEquals(await nativeX25519.shared(ours.secret, theirs.publicValue), expected);
});

Deno.test("runtime X25519: a value that leads to zero is refused (RFC 8031 §3.2)", async () => {
  const { secret } = await nativeX25519.generate();
  await assertRejects(() => nativeX25519.shared(secret, new Uint8Array(32)));
});
