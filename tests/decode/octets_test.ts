/** Octets without context: what they turn out to be. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { decodeInput, UnreadableInput } from "../../lib/decode/mod.ts";
import type { Item } from "../../lib/decode/item.ts";
import { encodeFrame, STREAM_PREFIX, withMarker } from "../../lib/encap/mod.ts";
import { encodeMessage } from "../../lib/ike/mod.ts";
import { concatBytes, hex, unhex } from "../../lib/wire/mod.ts";
import { message } from "../ike/arbitraries.ts";
import * as captures from "../ike/captures.ts";
import { DUMPERS } from "./dumpers.ts";
import { datagram, messagesIn, Talk } from "./packets.ts";

const REQUEST = captures.REQUEST_X25519;
const frame = (message: Uint8Array) => encodeFrame(withMarker(message));
const binary = (octets: Uint8Array) => [...decodeInput(octets, "binary").items];
const offsets = (items: readonly Item[]) => items.map(({ place }) => place.offset);

Deno.test("octets: every recorded message, bare, behind the marker, framed, and behind the prefix", () => {
  for (const [name, octets] of Object.entries(captures)) {
    if (!(octets instanceof Uint8Array)) continue;
    for (
      const [form, at] of [
        [octets, 0],
        [withMarker(octets), 4],
        [frame(octets), 6],
        [concatBytes(STREAM_PREFIX, frame(octets)), 12],
      ] as const
    ) {
      const items = binary(form);
      assertEquals([messagesIn(items), offsets(items)], [[octets], [at]], name);
      assertEquals(messagesIn([...decodeInput(form, "auto").items]), [octets], name);
    }
  }
});

Deno.test("octets: a message through any hexdump is the same message", () => {
  fc.assert(fc.property(message, fc.constantFrom(...Object.keys(DUMPERS)), (made, name) => {
    const octets = encodeMessage(made);
    const { form, items } = decodeInput(new TextEncoder().encode(DUMPERS[name]!(octets)), "auto");
    const [item, ...more] = [...items];
    assertEquals([form, more], ["hex", []]);
    assert(item !== undefined);
    if (item.kind === "ike") assertEquals(hex(item.octets), hex(octets).slice(-2 * item.octets.length));
    else assertEquals(hex(item.kind === "broken" ? item.octets : new Uint8Array(0)), hex(octets));
  }));
});

Deno.test("octets: messages one behind the other, and a stream that begins with a keepalive", () => {
  const two = concatBytes(REQUEST, withMarker(captures.LIBRESWAN_COOKIE));
  assertEquals(messagesIn(binary(two)), [REQUEST, captures.LIBRESWAN_COOKIE]);
  const stream = concatBytes(Uint8Array.of(0, 3, 0xff), frame(REQUEST));
  assertEquals(binary(stream).map(({ kind }) => kind), ["keepalive", "ike"]);
});

Deno.test("octets: a message that is cut off, or has octets behind it, is decoded as far as it goes", () => {
  for (const octets of [REQUEST.subarray(0, 100), concatBytes(REQUEST, Uint8Array.of(1, 2, 3))]) {
    for (const form of [octets, withMarker(octets)]) {
      const [item, ...more] = binary(form);
      assertEquals(more, []);
      assert(item?.kind === "ike" && item.decoded.header !== undefined && item.decoded.faults.length > 0);
    }
  }
});

Deno.test("octets: messages in front of what is none, or of one that is cut off, are there", () => {
  const [one, two, cut] = [REQUEST, captures.LIBRESWAN_COOKIE, captures.OPENIKED_ACCEPTS.subarray(0, 100)];
  assertEquals(messagesIn(binary(concatBytes(one, withMarker(two), cut))), [one, two, cut]);
  assertEquals(messagesIn(binary(concatBytes(one, two, withMarker(cut)))), [one, two, cut]);
  const tail = Uint8Array.of(1, 2, 3);
  assertEquals(messagesIn(binary(concatBytes(one, two, tail))), [one, concatBytes(two, tail)]);
  const items = binary(concatBytes(one, two, new Uint8Array(70_000).fill(9)));
  assertEquals(items.map(({ kind }) => kind), ["ike", "ike", "broken"]);
  assertEquals([messagesIn(items), offsets(items)[2]], [[one, two], one.length + two.length]);
});

Deno.test("octets: of what no message is, or is none so long, a bounded part is kept, and the whole is told", () => {
  const [nothing] = binary(new Uint8Array(3_000_000).fill(1));
  assert(nothing?.kind === "broken" && nothing.octets.length === 4096);
  assertMatch(nothing.fault.reason, /; these are the first 4096 of 3000000 octets$/);
  const long = concatBytes(REQUEST, new Uint8Array(200_000));
  new DataView(long.buffer).setUint32(24, long.length);
  const [message] = binary(long);
  assert(message?.kind === "ike" && message.octets.length === 65_535 && message.decoded.faults.length > 0);
  assertMatch(message.notes.join(), /^the first 65535 of 200358 octets: /);
});

Deno.test("octets: packets in a hexdump are one capture", () => {
  const talk = new Talk();
  const stream = concatBytes(STREAM_PREFIX, frame(REQUEST));
  const packets = [
    ...talk.handshake(),
    talk.say("client", stream.subarray(0, 50)),
    datagram(500, 500, captures.LIBRESWAN_COOKIE),
    talk.say("client", stream.subarray(50)),
  ];
  const text = packets.map((packet, i) => `12:00:0${i} IP client > gateway:\n${DUMPERS["tcpdump -X"]!(packet)}`).join(
    "\n",
  );
  const items = [...decodeInput(new TextEncoder().encode(text), "auto").items];
  assertEquals(messagesIn(items), [captures.LIBRESWAN_COOKIE, REQUEST]);
  assertEquals(items.map(({ place }) => place.packets), [[4], [3, 5]]);
});

Deno.test("octets: other dumps of a log are counted, and shown where there is no IKE at all", () => {
  const log = ["0000  01 02 03 04 05 06 07 08", "", DUMPERS.xxd!(REQUEST), "", "deadbeef 00112233"].join("\n");
  const { items, notes } = decodeInput(new TextEncoder().encode(log), "auto");
  assertEquals(messagesIn([...items]), [REQUEST]);
  assertEquals([notes.dumps, notes.otherDumps], [3, 2]);
  const damaged = "2026-11-24\n\ndeadbeef 00112233";
  const shown = [...decodeInput(new TextEncoder().encode(damaged), "auto").items];
  assertEquals(shown.map(({ place }) => place.line), [1, 3]);
  assert(shown[1]?.kind === "broken" && hex(shown[1].octets) === "deadbeef00112233");
});

Deno.test("octets: an SPI that begins like a byte order mark, or like an IP header, is an SPI", () => {
  for (const first of ["fffe", "4500", "6000"]) {
    const octets = concatBytes(unhex(first), REQUEST.subarray(2));
    assertEquals(messagesIn([...decodeInput(octets, "auto").items]), [octets], first);
  }
});

Deno.test("octets: PowerShell's UTF-16 is text, too", () => {
  const text = DUMPERS.xxd!(REQUEST);
  const wide = new Uint8Array(2 + 2 * text.length);
  [0xfeff, ...Array.from(text, (c) => c.charCodeAt(0))].forEach((unit, i) => wide.set([unit & 255, unit >> 8], 2 * i));
  assertEquals(messagesIn([...decodeInput(wide, "auto").items]), [REQUEST]);
});

Deno.test("octets: what cannot be read at all has a reason", () => {
  const text = (words: string) => new TextEncoder().encode(words);
  const cases: [Uint8Array, Parameters<typeof decodeInput>[1], string][] = [
    [new Uint8Array(0), "auto", "it is empty"],
    [text("Dear all,\nplease find attached"), "auto", "there is no hexdump in it"],
    [REQUEST, "pcap", "it is neither pcap nor pcapng"],
    [
      text('{\n  "schema": "ike-tcp/report/1",\n'),
      "auto",
      "it is a report of ike-tcp: diagnose --verbose shows its messages",
    ],
  ];
  for (const [octets, wanted, why] of cases) {
    try {
      decodeInput(octets, wanted);
      assert(false, why);
    } catch (error) {
      assert(error instanceof UnreadableInput, String(error));
      assertEquals(error.message, why);
    }
  }
});

Deno.test("octets: any input, read as anything, ends without an exception", () => {
  fc.assert(fc.property(
    fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.string({ maxLength: 300 }).map((text) => new TextEncoder().encode(text)),
    ),
    fc.constantFrom("auto" as const, "hex" as const, "binary" as const, "pcap" as const),
    (octets, wanted) => {
      try {
        const items = [...decodeInput(octets, wanted).items];
        if (wanted === "binary") assert(items.length > 0);
      } catch (error) {
        assert(error instanceof UnreadableInput, String(error));
      }
    },
  ));
});
