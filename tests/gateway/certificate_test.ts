/** The certificates that TLS listeners show, checked by another implementation. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { X509Certificate } from "node:crypto";
import { selfSigned } from "../../lib/gateway/certificate.ts";
import { element, oid, pem, sequence, time, unsigned } from "../../lib/gateway/der.ts";
import { credentialsFor } from "../../lib/gateway/tls_credentials.ts";
import { createFault } from "../../lib/gateway/faults/create.ts";
import { parseFault } from "../../lib/gateway/faults/spec.ts";
import { addressBytes, concatBytes, hex } from "../../lib/wire/mod.ts";

const TODAY = new Date("2026-05-04T03:02:01Z");
const host = { random: (length: number) => new Uint8Array(length).fill(0xfe), today: () => TODAY };

/** Whether subjectAltName has an entry with this tag (RFC 5280 §4.2.1.6); older runtimes do not read the extension. */
function hasName(cert: string, tag: 0x82 | 0x87, value: Uint8Array): boolean {
  const base64 = cert.replace(/-----.*-----|\s/g, "");
  const der = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const extension = hex(concatBytes(oid("2.5.29.17"), element(4, sequence(element(tag, value)))));
  return hex(der).includes(extension);
}

const isFor = (cert: string, name: string) => hasName(cert, 0x82, new TextEncoder().encode(name));

Deno.test("der: numbers, object identifiers and times (X.690)", () => {
  assertEquals(hex(unsigned(Uint8Array.of(0, 0, 0x80))), "02020080");
  assertEquals(hex(unsigned(Uint8Array.of(0))), "020100");
  assertEquals(hex(oid("1.2.840.10045.4.3.2")), "06082a8648ce3d040302");
  assertEquals(new TextDecoder().decode(time(TODAY).subarray(2)), "20260504030201Z");
  assertEquals(pem("X", new Uint8Array(49)).split("\n")[1]!.length, 64);
});

Deno.test("certificate: self-signed, and for a name", async () => {
  const options = { name: "vpn.example", notBefore: TODAY, notAfter: new Date("2027-01-01T00:00:00Z") };
  const { cert, key } = await selfSigned({ ...options, serial: new Uint8Array(16).fill(0xff) });
  const read = new X509Certificate(cert);
  assertEquals([read.subject, read.issuer], ["CN=vpn.example", "CN=vpn.example"]);
  assert(isFor(cert, "vpn.example"));
  assertEquals(new Date(read.validTo), options.notAfter);
  assert(key.startsWith("-----BEGIN PRIVATE KEY-----\n"));
});

Deno.test("certificate: a client that trusts it checks signature, name and dates, and is content", async () => {
  const now = Date.now();
  const dates = { notBefore: new Date(now - 1e6), notAfter: new Date(now + 1e6) };
  const { cert, key } = await selfSigned({ ...dates, name: "localhost", serial: new Uint8Array(16) });
  const listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert, key });
  const { port } = listener.addr;
  const accepted = listener.accept();
  const client = await Deno.connectTls({ hostname: "localhost", port, caCerts: [cert] });
  const server = await accepted;
  await Promise.all([client.handshake(), server.handshake()]);
  for (const end of [client, server, listener]) end.close();
});

Deno.test("certificate: an address is an address in it (RFC 5280 §4.2.1.6)", async () => {
  const options = { notBefore: TODAY, notAfter: TODAY, serial: new Uint8Array(8) };
  const { cert } = await selfSigned({ ...options, name: "2001:db8::1" });
  assert(hasName(cert, 0x87, addressBytes("2001:db8::1")));
});

Deno.test("credentials: given ones are shown, but for faults that change the certificate", async () => {
  const given = { cert: "cert", key: "key" };
  assertEquals(await credentialsFor({ credentials: given }, [], host), given);
  const faults = [createFault(parseFault("tls-name:other.example")), createFault(parseFault("tls-expired"))];
  const made = await credentialsFor({ credentials: given }, faults, host);
  assertNotEquals(made, given);
  const read = new X509Certificate(made.cert);
  assert(isFor(made.cert, "other.example"));
  assert(new Date(read.validTo) < TODAY, "expired");
});

Deno.test("credentials: without any, one is made for the name, and it is valid today", async () => {
  const { cert } = await credentialsFor({ tlsName: "gw.example" }, [], host);
  const read = new X509Certificate(cert);
  assert(isFor(cert, "gw.example"));
  assert(new Date(read.validFrom) < TODAY && TODAY < new Date(read.validTo));
});
