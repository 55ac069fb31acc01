import { assertEquals, assertThrows } from "@std/assert";
import {
  decodeDatagram,
  encodeFrame,
  MAX_MESSAGE,
  NAT_KEEPALIVE,
  NON_ESP_MARKER,
  STREAM_PREFIX,
  withMarker,
} from "../../lib/encap/mod.ts";
import { unhex } from "../../lib/wire/mod.ts";

Deno.test("stream prefix: IKETCP (RFC 9329 §5)", () => {
  assertEquals(STREAM_PREFIX, new TextEncoder().encode("IKETCP"));
});

Deno.test("frame: Length counts itself (RFC 9329 §4)", () => {
  assertEquals(encodeFrame(unhex("ff")), unhex("0003 ff"));
  assertEquals(encodeFrame(withMarker(unhex("0102"))), unhex("0008 00000000 0102"));
  assertEquals(encodeFrame(new Uint8Array(254)).subarray(0, 3), unhex("0100 00"));
});

Deno.test("frame: 1 to 65533 octets fit (RFC 9329 §4)", () => {
  assertEquals(encodeFrame(new Uint8Array(MAX_MESSAGE)).length, 65_535);
  assertEquals(encodeFrame(new Uint8Array(MAX_MESSAGE)).subarray(0, 2), unhex("ffff"));
  assertThrows(() => encodeFrame(new Uint8Array(0)), RangeError, "Cannot encode frame: 0 octets");
  assertThrows(() => encodeFrame(new Uint8Array(MAX_MESSAGE + 1)), RangeError, "Cannot encode frame: 65534 octets");
});

Deno.test("datagram: with a marker on 4500 (RFC 3948 §2)", () => {
  assertEquals(NON_ESP_MARKER, unhex("00000000"));
  assertEquals(decodeDatagram(unhex("00000000 0102"), "marker"), { kind: "ike", message: unhex("0102") });
  assertEquals(decodeDatagram(unhex("00000000"), "marker"), { kind: "ike", message: unhex("") });
  assertEquals(decodeDatagram(NAT_KEEPALIVE, "marker"), { kind: "keepalive" });
  assertEquals(decodeDatagram(unhex("c0000001 0506"), "marker"), { kind: "esp", spi: 0xc0000001, data: unhex("0506") });
  assertEquals(decodeDatagram(unhex("fe"), "marker"), { kind: "other", data: unhex("fe") });
  assertEquals(decodeDatagram(unhex("ffff"), "marker"), { kind: "other", data: unhex("ffff") });
  assertEquals(decodeDatagram(unhex("000000"), "marker"), { kind: "other", data: unhex("000000") });
  assertEquals(decodeDatagram(unhex(""), "marker"), { kind: "empty" });
});

Deno.test("datagram: bare on 500, where all is IKE", () => {
  for (const octets of ["ff", "00000000", "0102", ""]) {
    assertEquals(decodeDatagram(unhex(octets), "bare"), { kind: "ike", message: unhex(octets) });
  }
});

Deno.test("datagram: a view into a larger buffer is read from its own start", () => {
  const buffer = unhex("ffffffff 00000000 0102");
  assertEquals(decodeDatagram(buffer.subarray(4), "marker"), { kind: "ike", message: unhex("0102") });
});
