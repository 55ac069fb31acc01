import { assertEquals, assertThrows } from "@std/assert";
import { natDetectionHash } from "../../lib/crypto/mod.ts";
import { addressBytes, hex } from "../../lib/wire/mod.ts";
import { random } from "./octets.ts";

Deno.test("natDetectionHash: SHA-1 over SPIi | SPIr | IP | port, as WebCrypto computes it (RFC 7296 §2.23)", async () => {
  for (const [address, port] of [["192.0.2.1", 500], ["2001:db8::7", 4500], ["10.0.0.1", 0], ["::1", 65535]] as const) {
    const [spiI, spiR, octets] = [random(8), random(8), addressBytes(address)];
    const input = Uint8Array.of(...spiI, ...spiR, ...octets, port >> 8, port & 0xff);
    const expected = new Uint8Array(await crypto.subtle.digest("SHA-1", input));
    assertEquals(natDetectionHash(spiI, spiR, octets, port), expected);
  }
});

Deno.test("natDetectionHash: a fixed example stays as it is", () => {
  const spi = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  const hash = natDetectionHash(spi, new Uint8Array(8), addressBytes("203.0.113.3"), 4500);
  assertEquals(hex(hash), "66344887e176bfc389946c1157656636fe959f03");
});

Deno.test("natDetectionHash: what cannot be hashed is refused", () => {
  const spi = new Uint8Array(8);
  const address = new Uint8Array(4);
  assertThrows(() => natDetectionHash(spi.subarray(1), spi, address, 500), RangeError, "SPIs of 7 and 8 octets");
  assertThrows(() => natDetectionHash(spi, new Uint8Array(9), address, 500), RangeError, "Cannot hash");
  assertThrows(() => natDetectionHash(spi, spi, new Uint8Array(5), 500), RangeError, "an address of 5");
  for (const port of [-1, 65536, 1.5, NaN]) {
    assertThrows(() => natDetectionHash(spi, spi, address, port), RangeError, `port ${port}`);
  }
});
