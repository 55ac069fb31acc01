/** What is read of TLS off the wire: certificates, ServerHello, alerts. Hostile octets end in a value, never in an exception. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { unhex } from "../../lib/wire/mod.ts";
import { alertInWords, readAlert } from "../../lib/net/tls/alert.ts";
import { readCertificate } from "../../lib/net/tls/certificate.ts";
import { certificateFaults, coversHost } from "../../lib/net/tls/fault.ts";
import { readServerHello } from "../../lib/net/tls/server_hello.ts";
import { EXPIRED, GOOD, NO_NAME, ROOT, SELF_SIGNED } from "./certificates.ts";

/** The first certificate of a PEM text. */
function derOf(pem: string): Uint8Array<ArrayBuffer> {
  const base64 = pem.split("-----")[2]!.replace(/\s/g, "");
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

Deno.test("certificate: subject, issuer, names and dates (RFC 5280)", async () => {
  const { fingerprint_sha256, ...certificate } = (await readCertificate(derOf(GOOD.cert)))!;
  assertEquals(certificate, {
    subject: "O=ike-tcp tests, CN=vpn.example",
    issuer: "O=ike-tcp tests, CN=Test Intermediate",
    names: ["vpn.example", "*.wild.example", "127.0.0.1", "::1"],
    not_before: "2020-01-01T00:00:00Z",
    not_after: "2099-12-31T00:00:00Z",
    self_signed: false,
  });
  assertEquals(fingerprint_sha256.length, 64);
});

Deno.test("certificate: one without names has none, and one that is its own issuer is self-signed", async () => {
  assertEquals((await readCertificate(derOf(NO_NAME.cert)))?.names, []);
  assertEquals((await readCertificate(derOf(SELF_SIGNED.cert)))?.self_signed, true);
  assertEquals((await readCertificate(derOf(ROOT)))?.self_signed, true);
});

Deno.test("certificate: cut off anywhere, it is none", async () => {
  const der = derOf(GOOD.cert);
  for (let length = 0; length < der.length; length++) {
    assertEquals(await readCertificate(der.slice(0, length)), undefined);
  }
});

Deno.test("certificate: changed octets and arbitrary ones are read or not, but never throw", async () => {
  const der = derOf(GOOD.cert);
  const change = fc.record({
    at: fc.integer({ min: 0, max: der.length - 1 }),
    octet: fc.integer({ min: 0, max: 255 }),
  });
  await fc.assert(fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 5 }), async (changes) => {
    const changed = der.slice();
    for (const { at, octet } of changes) changed[at] = octet;
    await readCertificate(changed);
  }));
  await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (octets) => {
    await readCertificate(Uint8Array.from(octets));
  }));
});

Deno.test("certificate: faults are told exactly, and all of them", async () => {
  const good = (await readCertificate(derOf(GOOD.cert)))!;
  const expired = (await readCertificate(derOf(EXPIRED.cert)))!;
  const now = Date.parse("2025-01-01T00:00:00Z");
  assertEquals(certificateFaults(good, "vpn.example", now), []);
  assertEquals(certificateFaults(good, "vpn.example", Date.parse("2019-01-01")), [
    "not valid before 2020-01-01T00:00:00Z",
  ]);
  assertEquals(certificateFaults(expired, "other.example", now), [
    "expired on 2021-12-31T00:00:00Z",
    "issued for vpn.example, *.wild.example, 127.0.0.1, ::1, not for other.example",
  ]);
});

Deno.test("certificate: which hosts a name covers (RFC 9525 §6.3)", () => {
  const names = ["vpn.example", "*.wild.example", "192.0.2.1", "2001:db8::7"];
  for (const host of ["vpn.example", "VPN.Example.", "a.wild.example", "192.0.2.1", "2001:db8:0::7"]) {
    assert(coversHost(names, host), host);
  }
  for (const host of ["wild.example", "a.b.wild.example", "xvpn.example", "192.0.2.2", "example", "fe80::1%eth0"]) {
    assert(!coversHost(names, host), host);
  }
  assert(!coversHost(["*"], "localhost"));
});

Deno.test("server hello: version from supported_versions in TLS 1.3, from the message itself before (RFC 8446 §4.1.3)", () => {
  const random = "00".repeat(32);
  const tls13 = unhex(
    `160303003a0200003603 03${random}00130200000e002b0002030400330006001d00021122`.replaceAll(" ", ""),
  );
  assertEquals(readServerHello(tls13), { version: "TLSv1.3", cipher: "TLS_AES_256_GCM_SHA384" });
  const tls12 = unhex(`160303002a020000260303${random}00c02f00`);
  assertEquals(readServerHello(tls12)?.version, "TLSv1.2");
  assertEquals(readServerHello(tls12)?.cipher, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
});

Deno.test("server hello, alert: arbitrary octets never throw", () => {
  const start = fc.constantFrom([22, 3, 3, 0, 80, 2, 0, 0, 76, 3, 3], [21, 3, 3], []);
  fc.assert(fc.property(start, fc.uint8Array({ maxLength: 120 }), (head, tail) => {
    const octets = Uint8Array.from([...head, ...tail]);
    readServerHello(octets);
    readAlert(octets);
  }));
});

Deno.test("alert: by number off the wire, by name in the words of libraries", () => {
  assertEquals(readAlert(Uint8Array.of(21, 3, 1, 0, 2, 2, 70)), "protocol_version");
  assertEquals(readAlert(Uint8Array.of(21, 3, 3, 0, 2, 2, 250)), "alert 250");
  assertEquals(readAlert(Uint8Array.of(21, 3, 3, 0, 2, 2)), undefined);
  assertEquals(readAlert(Uint8Array.of(22, 3, 3, 0, 2, 2, 40)), undefined);
  assertEquals(alertInWords("received fatal alert: CertificateRequired"), "certificate_required");
  assertEquals(alertInWords("received fatal alert: UnrecognizedName"), "unrecognized_name");
  assertEquals(alertInWords("invalid peer certificate: UnknownIssuer"), undefined);
  assertNotEquals(alertInWords("tlsv1 alert internal error"), "unknown_ca");
});
