import { assert, assertEquals, assertMatch } from "@std/assert";
import * as ike from "../../lib/ike/mod.ts";

const TABLES: Readonly<Record<string, readonly [readonly ike.Entry[], (id: number) => string, number]>> = {
  EXCHANGE_TYPE: [ike.EXCHANGE_TYPE, ike.exchangeTypeName, 255],
  PAYLOAD_TYPE: [ike.PAYLOAD_TYPE, ike.payloadTypeName, 255],
  TRANSFORM_TYPE: [ike.TRANSFORM_TYPE, ike.transformTypeName, 255],
  ATTRIBUTE_TYPE: [ike.ATTRIBUTE_TYPE, ike.attributeTypeName, 32767],
  ENCR: [ike.ENCR, ike.encrName, 65535],
  PRF: [ike.PRF, ike.prfName, 65535],
  INTEG: [ike.INTEG, ike.integName, 65535],
  GROUP: [ike.GROUP, ike.groupName, 65535],
  SEQUENCE_NUMBERS: [ike.SEQUENCE_NUMBERS, ike.sequenceNumbersName, 65535],
  KWA: [ike.KWA, ike.kwaName, 65535],
  GCAUTH: [ike.GCAUTH, ike.gcauthName, 65535],
  HASH_ALGORITHM: [ike.HASH_ALGORITHM, ike.hashAlgorithmName, 65535],
  SECURITY_PROTOCOL: [ike.SECURITY_PROTOCOL, ike.securityProtocolName, 255],
  CERT_ENCODING: [ike.CERT_ENCODING, ike.certEncodingName, 255],
  NOTIFY: [ike.NOTIFY, ike.notifyName, 65535],
  ISAKMP_EXCHANGE_TYPE: [ike.ISAKMP_EXCHANGE_TYPE, ike.isakmpExchangeName, 255],
  ISAKMP_PAYLOAD_TYPE: [ike.ISAKMP_PAYLOAD_TYPE, ike.isakmpPayloadName, 255],
  ISAKMP_NOTIFY: [ike.ISAKMP_NOTIFY, ike.isakmpNotifyName, 65535],
};

for (const [title, [entries, nameOf, most]] of Object.entries(TABLES)) {
  Deno.test(`registry ${title}: numbers ascend, names and references are there and safe to show`, () => {
    entries.forEach((entry, i) => {
      assert(entry.id >= 0 && entry.id <= most, `${entry.id} is out of range`);
      assert(i === 0 || entry.id > entries[i - 1]!.id, `${entry.id} is out of order`);
      assertMatch(entry.name, /^[!-~][ -~]*$/);
      assertMatch(entry.reference, /^(RFC \d{4}|draft-[a-z0-9-]+|IEEE P1619|3GPP TS 24\.303)$/);
      assertEquals(nameOf(entry.id), entry.name);
    });
    assertEquals(new Set(entries.map((entry) => entry.name)).size, entries.length);
  });

  Deno.test(`registry ${title}: every number has a word`, () => {
    for (let id = 0; id <= most; id++) assertMatch(nameOf(id), /^[!-~][ -~]*$/);
  });
}

Deno.test("registries: numbers without a name are private, reserved or unassigned", () => {
  assertEquals(ike.exchangeTypeName(33), "RESERVED(33)");
  assertEquals(ike.exchangeTypeName(45), "UNASSIGNED(45)");
  assertEquals(ike.exchangeTypeName(240), "PRIVATE-USE(240)");
  assertEquals(ike.payloadTypeName(200), "PRIVATE-USE(200)");
  assertEquals(ike.notifyName(15), "RESERVED(15)");
  assertEquals(ike.notifyName(8191), "UNASSIGNED(8191)");
  assertEquals(ike.notifyName(8192), "PRIVATE-USE(8192)");
  assertEquals(ike.notifyName(40959), "UNASSIGNED(40959)");
  assertEquals(ike.notifyName(40960), "PRIVATE-USE(40960)");
  assertEquals(ike.groupName(7), "RESERVED(7)");
  assertEquals(ike.groupName(1024), "PRIVATE-USE(1024)");
});

Deno.test("registries: what a probe meets has the names that reports use", () => {
  assertEquals(ike.notifyName(14), "NO_PROPOSAL_CHOSEN");
  assertEquals(ike.notifyName(16430), "IKEV2_FRAGMENTATION_SUPPORTED");
  assertEquals([12, 20, 28].map(ike.encrName), ["AES-CBC", "AES-GCM-16", "CHACHA20-POLY1305"]);
  assertEquals([2, 5].map(ike.prfName), ["HMAC-SHA1", "HMAC-SHA2-256"]);
  assertEquals([0, 12].map(ike.integName), ["NONE", "HMAC-SHA2-256-128"]);
  assertEquals([14, 18, 19, 21, 31, 32, 36].map(ike.groupName), [
    "MODP2048",
    "MODP8192",
    "ECP256",
    "ECP521",
    "X25519",
    "X448",
    "ML-KEM-768",
  ]);
  assertEquals([4, 6, 12].map(ike.transformTypeName), ["KE", "ADDKE1", "ADDKE7"]);
});

Deno.test("registries: errors are below 16384, statuses from there on (RFC 7296 §3.10.1)", () => {
  assertEquals([0, 14, 8192, 16383].map(ike.isErrorNotify), [true, true, true, true]);
  assertEquals([16384, 16390, 65535].map(ike.isErrorNotify), [false, false, false]);
});

Deno.test("registries: the algorithm's registry follows from the transform type", () => {
  assertEquals(ike.transformName(1, 20), "AES-GCM-16");
  assertEquals(ike.transformName(2, 5), "HMAC-SHA2-256");
  assertEquals(ike.transformName(3, 12), "HMAC-SHA2-256-128");
  assertEquals(ike.transformName(4, 31), "X25519");
  assertEquals(ike.transformName(5, 1), "ESN");
  assertEquals(ike.transformName(6, 36), "ML-KEM-768");
  assertEquals(ike.transformName(12, 37), "ML-KEM-1024");
  assertEquals(ike.transformName(13, 4), "KW-ARX");
  assertEquals(ike.transformName(250, 7), "7");
  const described = ike.describeTransform({ type: 1, id: 20, attributes: [{ type: 14, value: 256 }] });
  assertEquals(described, "ENCR AES-GCM-16 256");
});

Deno.test("groupByName: IANA's, ours and everybody's names", () => {
  const names = ["MODP2048", "modp2048", "14", "group14", "dh14", "DH-14", "x25519", "CURVE25519", "Curve25519"];
  assertEquals(names.map(ike.groupByName), [14, 14, 14, 14, 14, 14, 31, 31, 31]);
  assertEquals(["ECP256", "ecp_256", "secp256r1", "P-256", "p521"].map(ike.groupByName), [19, 19, 19, 19, 21]);
  assertEquals(["ML-KEM-768", "mlkem768", "brainpoolP256r1"].map(ike.groupByName), [36, 36, 28]);
  for (const name of ["", "modp", "65536", "x2551", "-1", "1e1", "group", " 14"]) {
    assertEquals(ike.groupByName(name), undefined, name);
  }
  for (const { id, name } of ike.GROUP) assertEquals(ike.groupByName(name), id, name);
});
