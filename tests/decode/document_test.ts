/** What decoding says in JSON, held against its schema, and what is in it. */
import { assert, assertEquals } from "@std/assert";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { decodeInput, failureDocument, RENDERERS, Totals } from "../../lib/decode/mod.ts";
import type { DecodeDocument } from "../../lib/decode/document.ts";
import type { DecodeFormat } from "../../lib/decode/names.ts";
import { DECODE_SCHEMA } from "../../lib/decode/schema.ts";
import { encodeMessage, hexdump, markedRow } from "../../lib/ike/mod.ts";
import { hex } from "../../lib/wire/mod.ts";
import { pcapFile } from "../capture/files.ts";
import { message } from "../ike/arbitraries.ts";
import * as captures from "../ike/captures.ts";
import { REPORTS } from "../report/reports.ts";
import { datagram } from "./packets.ts";

const TOOL = REPORTS.ready!.tool;
const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true });
const validate = ajv.compile(DECODE_SCHEMA);
const validateLine = {
  message: ajv.getSchema("urn:ike-tcp:decode:1#/$defs/message")!,
  broken: ajv.getSchema("urn:ike-tcp:decode:1#/$defs/broken")!,
};

/** What is printed of an input. */
function printed(octets: Uint8Array, format: DecodeFormat, width = 100): string {
  const { form, items, notes } = decodeInput(octets, "auto");
  const renderer = RENDERERS[format]({ tool: TOOL, file: "FILE", form }, { width, color: false, verbose: true });
  const totals = new Totals();
  let text = renderer.begin();
  for (const item of items) {
    totals.add(item);
    text += renderer.add(item);
  }
  return text + renderer.end(totals, notes);
}

function documentOf(octets: Uint8Array): DecodeDocument {
  const document = JSON.parse(printed(octets, "json")) as DecodeDocument;
  if (!validate(document)) throw new Error(JSON.stringify(validate.errors, null, 2));
  return document as DecodeDocument;
}

Deno.test("document: fields of a message by name, numbers with their names", () => {
  const { messages, counts, exit, form, file } = documentOf(captures.OPENIKED_ACCEPTS);
  assertEquals([counts, exit, form, file], [{ messages: 1, broken: 0, keepalives: 0, esp: 0 }, 0, "binary", "FILE"]);
  const { header, payloads, what, data, faults } = messages[0]!;
  assertEquals([hex(captures.OPENIKED_ACCEPTS), faults], [data, []]);
  assertEquals(header?.exchange, { id: 34, name: "IKE_SA_INIT" });
  assertEquals([header?.response, header?.initiator, header?.version], [true, false, "2.0"]);
  assertEquals(payloads.map(({ name, offset }) => [name, offset]).slice(0, 4), [
    ["SA", 28],
    ["KE", 68],
    ["Nonce", 108],
    ["V", 144],
  ]);
  assertEquals(payloads[0]!.proposals![0]!.transforms.map(({ type, name, key_bits }) => [type.name, name, key_bits]), [
    ["ENCR", "AES-GCM-16", 128],
    ["PRF", "HMAC-SHA2-256", undefined],
    ["KE", "X25519", undefined],
  ]);
  assertEquals([payloads[1]!.group, payloads[3]!.meaning], [{ id: 31, name: "X25519" }, "OpenIKED-7.2"]);
  assertEquals(payloads.at(-1)!.notify, { id: 16431, name: "SIGNATURE_HASH_ALGORITHMS" });
  assert(what.startsWith("IKE_SA_INIT response: SA KE Nonce V"));
});

Deno.test("document: encrypted payloads are shown as such, with their lengths", () => {
  const payloads = [{ kind: "unknown" as const, critical: false, type: 46, data: new Uint8Array(40), inner: 35 }];
  const spi = new Uint8Array(8).fill(1);
  const octets = encodeMessage({
    initiatorSpi: spi,
    responderSpi: spi,
    exchangeType: 35,
    flags: 8,
    messageId: 1,
    payloads,
  });
  const [payload] = documentOf(octets).messages[0]!.payloads;
  assertEquals([payload!.name, payload!.encrypted, payload!.data?.length], ["SK", true, 80]);
  assertEquals(payload!.meaning, "40 octets encrypted, with IV and checksum, IDi is the first payload inside");
  assert(
    printed(octets, "text").includes("= 40 octets encrypted, with IV and checksum, IDi is the first payload inside"),
  );
});

Deno.test("document: every recorded message fits the schema, and any other one", () => {
  for (const octets of Object.values(captures)) {
    if (octets instanceof Uint8Array) assertEquals(documentOf(octets).messages.length, 1);
  }
  fc.assert(fc.property(message, fc.nat(), fc.nat(255), (made, at, value) => {
    const octets = encodeMessage(made);
    octets[at % octets.length] = value;
    documentOf(octets);
  }));
});

Deno.test("document: a capture has times, ends and counts, also beside IKE", () => {
  const esp = Uint8Array.of(0xc0, 0xff, 0xee, 1, 0, 0, 0, 1);
  const packets = [datagram(500, 500, captures.REQUEST_X25519), datagram(4500, 4500, esp), datagram(4500, 4500, esp)];
  const file = pcapFile(packets.map((octets, i) => ({ octets, ns: 1_700_000_000_000_000_000n + BigInt(i) * 1001n })), {
    nanoseconds: true,
  });
  const { messages, traffic, counts, exit } = documentOf(file);
  assertEquals([exit, counts], [0, {
    messages: 1,
    broken: 0,
    keepalives: 0,
    esp: 2,
    packets: 3,
    other_connections: 0,
  }]);
  assertEquals([messages[0]!.time, messages[0]!.packets], ["2023-11-14T22:13:20.000000Z", [1]]);
  assertEquals(traffic, [{
    kind: "esp",
    transport: "udp",
    source: { address: "192.0.2.1", port: 4500 },
    destination: { address: "192.0.2.7", port: 4500 },
    spi: "c0ffee01",
    count: 2,
    octets: 16,
  }]);
  assertEquals(documentOf(pcapFile([])).exit, 1, "nothing was IKE");
});

Deno.test("document: what is wrong has its place, its octets and its reason", () => {
  const file = pcapFile([{ octets: datagram(500, 500, new Uint8Array(40)), ns: 0n }]);
  const { broken, messages, exit, counts } = documentOf(file.subarray(0, -1));
  assertEquals([messages, exit, counts.broken], [[], 1, 2]);
  assertEquals(broken.map(({ fault }) => fault.path), ["datagram", "packets[1]"]);
  assertEquals(broken[0]!.data, "00".repeat(39));
});

Deno.test("document: lines are a message or a fault each, and fit the schema", () => {
  const file = pcapFile([
    { octets: datagram(500, 500, captures.REQUEST_X25519), ns: 0n },
    { octets: datagram(500, 500, new Uint8Array(40)), ns: 0n },
  ]);
  const lines = printed(file, "jsonl").trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals(lines.map((line) => "number" in line), [true, false]);
  assert(validateLine.message(lines[0]), JSON.stringify(validateLine.message.errors));
  assert(validateLine.broken(lines[1]), JSON.stringify(validateLine.broken.errors));
});

Deno.test("document: an input that cannot be read has a document of its own", () => {
  const document = failureDocument("Cannot read x: it is empty", TOOL);
  assert(validate(JSON.parse(JSON.stringify(document))), JSON.stringify(validate.errors));
});

Deno.test("text: a message whose length lies points to the octet, and shows the rest", () => {
  const octets = captures.STRONGSWAN_WANTS_31.slice();
  octets[0x29] = 3;
  const lines = printed(octets, "text").split("\n");
  assertEquals(lines[0], "#1  IKE_SA_INIT response: N(INVALID_KE_PAYLOAD) (malformed: payloads[1].length), 58 octets");
  assertEquals(lines.slice(-8), [
    "    0028   length: 3",
    "    !!!! payloads[1].length @40: says 3 octets, the structure has at least 4",
    "    0020  00 00 00 11 00 1f 00 00  00 03 88 2f e5 6d 6f d2  .........../.mo.",
    "                                   ^^",
    '    002a  88 2f e5 6d 6f d2 0d bc  22 51 61 3b 2e be 5b eb  ./.mo..."Qa;..[.',
    "",
    "FILE (octets): 1 IKE message, 1 with something wrong",
    "",
  ]);
});

Deno.test("text: what is no message stands with its octets, the octet at fault marked", () => {
  const file = pcapFile([{ octets: datagram(500, 500, new Uint8Array(20).fill(0x41)), ns: 0n }]);
  assertEquals(printed(file, "text", 120).split("\n"), [
    "!   UDP from 192.0.2.1 port 500 to 192.0.2.7 port 500, packet 1, 1970-01-01T00:00:00.000000Z",
    "    datagram @0: does not begin with an IKE header",
    "    0000  41 41 41 41 41 41 41 41  41 41 41 41 41 41 41 41  AAAAAAAAAAAAAAAA",
    "          ^^",
    "    0010  41 41 41 41                                       AAAA",
    "",
    "FILE (pcap, 1 packet): no IKE message, 1 with something wrong",
    "",
  ]);
});

Deno.test("dump: an arrow behind the last octet points behind it", () => {
  assertEquals(markedRow(new Uint8Array(16), 16), [...hexdump(new Uint8Array(16)), `${" ".repeat(55)}^^`]);
  assertEquals(markedRow(new Uint8Array(17), 17), [...hexdump(new Uint8Array(17), 16), `${" ".repeat(9)}^^`]);
  assertEquals(markedRow(new Uint8Array(0), 0), [`${" ".repeat(6)}^^`]);
});
