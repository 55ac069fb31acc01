import { assertEquals } from "@std/assert";
import { knowsPrf, prf } from "../../lib/crypto/mod.ts";
import { hex, unhex } from "../../lib/wire/mod.ts";
import { random } from "./octets.ts";

/** RFC 2202 §3 and RFC 4231 §4.3: key "Jefe", data "what do ya want for nothing?". */
const EXAMPLES: Record<number, string> = {
  2: "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
  5: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  6: "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649",
  7: "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554" +
    "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
};

Deno.test("prf: the examples of RFC 2202 and RFC 4231", () => {
  const text = new TextEncoder();
  for (const [id, expected] of Object.entries(EXAMPLES)) {
    const output = prf(Number(id), text.encode("Jefe"), text.encode("what do ya want for nothing?"));
    assertEquals(hex(output!), expected);
  }
});

Deno.test("prf: keys longer than a block, as WebCrypto does them", async () => {
  const [secret, data] = [random(200), random(77)];
  for (const [id, hash] of [[2, "SHA-1"], [5, "SHA-256"], [6, "SHA-384"], [7, "SHA-512"]] as const) {
    const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash }, false, ["sign"]);
    assertEquals(prf(id, secret, data), new Uint8Array(await crypto.subtle.sign("HMAC", key, data)));
  }
});

Deno.test("prf: an unknown function is undefined", () => {
  for (const id of [0, 1, 3, 4, 8, 65535]) {
    assertEquals(knowsPrf(id), false);
    assertEquals(prf(id, unhex("00"), unhex("00")), undefined);
  }
});
