/** IKE in captures: over UDP on any port, over TCP in any order, between whatever else travels. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { ipPacket } from "../../lib/capture/ip.ts";
import { CaptureDecoder } from "../../lib/decode/capture.ts";
import type { Item } from "../../lib/decode/item.ts";
import { encodeFrame, FrameDecoder, STREAM_PREFIX, withMarker } from "../../lib/encap/mod.ts";
import { addressBytes, concatBytes, hex, unhex } from "../../lib/wire/mod.ts";
import * as captures from "../ike/captures.ts";
import { CLIENT, datagram, faultsIn, GATEWAY, itemsIn, messagesIn, Talk } from "./packets.ts";

const REQUEST = captures.REQUEST_X25519;
const ANSWER = captures.OPENIKED_ACCEPTS;
const COOKIE = captures.LIBRESWAN_COOKIE;
const frame = (message: Uint8Array) => encodeFrame(withMarker(message));
const KEEPALIVE = Uint8Array.of(0, 3, 0xff);
const ESP = unhex("c0ffee01 00000001 0102030405060708090a0b0c0d0e0f10");

Deno.test("udp: port 500 is bare, port 4500 has the marker, and any other port either where it is IKE for sure", () => {
  const items = itemsIn([
    datagram(500, 500, REQUEST),
    datagram(4500, 4500, withMarker(REQUEST)),
    datagram(40_000, 5500, REQUEST),
    datagram(40_000, 14_500, withMarker(REQUEST)),
    datagram(40_000, 53, REQUEST.subarray(0, 30)),
  ]);
  assertEquals(messagesIn(items), [REQUEST, REQUEST, REQUEST, REQUEST]);
  assertEquals(items.map(({ place }) => [place.packets, place.offset]), [[[1], 0], [[2], 4], [[3], 0], [[4], 4]]);
  assertEquals(items[0]!.place, {
    packets: [1],
    ns: 0n,
    transport: "udp",
    source: { address: CLIENT, port: 500 },
    destination: { address: GATEWAY, port: 500 },
    offset: 0,
  });
});

Deno.test("udp: an encoding that does not belong to the port is told", () => {
  const items = itemsIn([datagram(500, 500, withMarker(REQUEST)), datagram(4500, 4500, REQUEST)]);
  assertEquals(messagesIn(items), [REQUEST, REQUEST]);
  const notes = items.map((item) => item.kind === "ike" ? item.notes.join() : "");
  assertMatch(notes[0]!, /^with a non-ESP marker/);
  assertMatch(notes[1]!, /^without the non-ESP marker/);
});

Deno.test("udp: ESP and NAT-keepalives are counted, ESP of its own protocol too", () => {
  const packets = [
    datagram(4500, 4500, ESP),
    datagram(4500, 4500, Uint8Array.of(0xff)),
    ipPacket({ source: addressBytes(CLIENT), destination: addressBytes(GATEWAY) }, 50, ESP),
  ];
  const items = itemsIn(packets);
  assertEquals(items.map(({ kind, place }) => [kind, place.transport]), [["esp", "udp"], ["keepalive", "udp"], [
    "esp",
    "ip",
  ]]);
  assertEquals(items.map((item) => item.kind === "esp" ? item.spi : undefined), [0xc0ffee01, undefined, 0xc0ffee01]);
});

Deno.test("udp: what should be IKE and is not, is broken; an unknown major version is not", () => {
  assertEquals(faultsIn(itemsIn([datagram(500, 500, new TextEncoder().encode("GET / HTTP/1.1\r\n\r\nabcdefghij"))])), [
    "does not begin with an IKE header",
  ]);
  const version3 = REQUEST.slice();
  version3[17] = 0x30;
  assertEquals(messagesIn(itemsIn([datagram(500, 500, version3)])), [version3]);
  assertEquals(faultsIn(itemsIn([datagram(4500, 4500, Uint8Array.of(1, 2))])), [
    "2 octets are neither IKE, ESP nor a NAT-keepalive",
  ]);
});

Deno.test("tcp: a stream of RFC 9329, prefix and frames in pieces of any size", () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 10 }), (sizes) => {
    const talk = new Talk();
    const there = concatBytes(STREAM_PREFIX, frame(REQUEST), KEEPALIVE, encodeFrame(ESP), frame(COOKIE));
    const back = concatBytes(frame(COOKIE), frame(ANSWER));
    const packets = talk.handshake();
    for (const [who, stream] of [["client", there], ["gateway", back]] as const) {
      for (let at = 0, i = 0; at < stream.length; i++) {
        const piece = stream.subarray(at, at + sizes[i % sizes.length]!);
        packets.push(talk.say(who, piece));
        at += piece.length;
      }
    }
    const items = itemsIn(packets);
    assertEquals(messagesIn(items), [REQUEST, COOKIE, COOKIE, ANSWER]);
    assertEquals(faultsIn(items), []);
    assertEquals(items.map(({ kind }) => kind), ["ike", "keepalive", "esp", "ike", "ike", "ike"]);
    const offsets = items.map(({ place }) => place.offset);
    assertEquals(offsets.slice(0, 2), [12, 6 + 6 + REQUEST.length + 2]);
    assertEquals(offsets.at(-1), 6 + COOKIE.length + 6);
    // Each message is in the packets that its frame is in, and in no other.
    let at = 0;
    for (const { place } of items) {
      assert(place.packets!.length >= 1 && place.packets!.every((n, i, all) => i === 0 || n === all[i - 1]! + 1));
      assert(place.packets![0]! >= at);
      at = place.packets![0]!;
    }
  }));
});

Deno.test("tcp: segments out of order and repeated make the same messages", () => {
  fc.assert(fc.property(fc.array(fc.nat(), { minLength: 40, maxLength: 40 }), (keys) => {
    const talk = new Talk();
    const handshake = talk.handshake();
    const stream = concatBytes(STREAM_PREFIX, frame(REQUEST), frame(COOKIE));
    const segments = Array.from(
      { length: Math.ceil(stream.length / 40) },
      (_, i) => talk.say("client", stream.subarray(i * 40, i * 40 + 40)),
    );
    const twice = [...segments, ...segments.slice(3, 7)].map((packet, i) => ({ packet, key: keys[i]! }));
    const items = itemsIn([...handshake, ...twice.toSorted((a, b) => a.key - b.key).map(({ packet }) => packet)]);
    assertEquals([messagesIn(items), faultsIn(items)], [[REQUEST, COOKIE], []]);
  }));
});

Deno.test("tcp: what was not captured is a gap, and the stream is read again from the next frame on", () => {
  const talk = new Talk();
  const packets = talk.handshake();
  packets.push(talk.say("client", concatBytes(STREAM_PREFIX, frame(REQUEST).subarray(0, 100))));
  talk.say("client", frame(REQUEST).subarray(100)); // lost
  packets.push(talk.say("client", frame(COOKIE)));
  const items = itemsIn(packets);
  assertEquals(items.map(({ kind }) => kind), ["ike", "broken", "ike"]);
  assertEquals(messagesIn(items), [REQUEST.subarray(0, 94), COOKIE]);
  assertEquals(faultsIn(items), [`${frame(REQUEST).length - 100} octets of the stream were not captured`]);
  assert(items[0]!.kind === "ike" && items[0]!.decoded.faults.length > 0);
  assertEquals(items[2]!.place.offset, 6 + frame(REQUEST).length + 6);
});

Deno.test("tcp: a stream that ends within a frame, one that does not parse, and an answer that is HTTP", () => {
  const run = (who: "client" | "gateway", octets: Uint8Array) => {
    const talk = new Talk();
    const packets = [...talk.handshake(), talk.say("client", concatBytes(STREAM_PREFIX, frame(REQUEST)))];
    return itemsIn([...packets, talk.say(who, octets)]);
  };
  const cut = run("gateway", frame(ANSWER).subarray(0, 60));
  assertEquals(messagesIn(cut), [REQUEST, ANSWER.subarray(0, 54)]);
  assert(cut[1]!.kind === "ike" && cut[1]!.decoded.faults.length > 0);
  const wrong = run("client", Uint8Array.of(0, 1, 9, 9));
  assertEquals(faultsIn(wrong), ["is 1, and counts itself: 2 at least (RFC 9329 §4)"]);
  assertEquals(wrong[1]!.place.offset, 6 + 6 + REQUEST.length);
  const http = run("gateway", new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n"));
  assertMatch(faultsIn(http)[0]!, /^the stream ends after 28 octets of 18516; it begins like HTTP$/);
});

Deno.test("tcp: other protocols are left alone, whoever speaks first", () => {
  for (const who of ["client", "gateway"] as const) {
    const talk = new Talk(443);
    const packets = [...talk.handshake(), talk.say(who, new TextEncoder().encode("SSH-2.0-x\r\n".repeat(20)))];
    assertEquals(
      itemsIn([...packets, talk.say("client", concatBytes(STREAM_PREFIX, frame(REQUEST)))]).length,
      who === "client" ? 0 : 2,
    );
  }
});

Deno.test("tcp: a connection that is older than the capture counts where a frame of IKE begins a segment", () => {
  const talk = new Talk(443);
  assertEquals(messagesIn(itemsIn([talk.say("gateway", frame(ANSWER)), talk.say("client", frame(COOKIE))])), [
    ANSWER,
    COOKIE,
  ]);
  const other = new Talk(443);
  assertEquals(itemsIn([other.say("client", new Uint8Array(60)), other.say("client", frame(REQUEST))]), []);
});

Deno.test("tcp: a port that is used again begins another connection", () => {
  const [one, two] = [new Talk(4500, 1000), new Talk(4500, 900_000)];
  const said = (talk: Talk) => [...talk.handshake(), talk.say("client", concatBytes(STREAM_PREFIX, frame(REQUEST)))];
  const items = itemsIn([...said(one), ...said(two)]);
  assertEquals(messagesIn(items), [REQUEST, REQUEST]);
  assertEquals(items.map(({ place }) => place.connection), [0, 1]);
});

Deno.test("tcp: a connection older than the capture ends where a SYN opens another one between its ports", () => {
  for (const sequence of [10, 0x7000_0000, 0xf000_0000]) {
    const [older, next] = [new Talk(4500, 0x2000_0000), new Talk(4500, sequence)];
    const packets = [older.say("client", frame(COOKIE)), ...next.handshake()];
    packets.push(next.say("client", concatBytes(STREAM_PREFIX, frame(REQUEST))), next.say("gateway", frame(ANSWER)));
    const items = itemsIn(packets);
    assertEquals([messagesIn(items), faultsIn(items)], [[COOKIE, REQUEST, ANSWER], []]);
    assertEquals(items.map(({ place }) => place.connection), [0, 1, 1]);
  }
  // Also one that has been given up, and one of which only the other side was seen.
  for (const who of ["client", "gateway"] as const) {
    const [older, next] = [new Talk(443, 0x2000_0000), new Talk(443, 10)];
    const packets = [older.say(who, new Uint8Array(60)), older.say("client", new Uint8Array(60)), ...next.handshake()];
    packets.splice(who === "client" ? 2 : 1, who === "client" ? 0 : 1);
    const items = itemsIn([...packets, next.say("client", concatBytes(STREAM_PREFIX, frame(REQUEST)))]);
    assertEquals([messagesIn(items), items[0]?.place.connection], [[REQUEST], 1]);
  }
});

Deno.test("tcp: a SYN that was captured behind what came after it opens nothing else", () => {
  const talk = new Talk();
  const [syn, synAck] = talk.handshake();
  const request = talk.say("client", concatBytes(STREAM_PREFIX, frame(REQUEST)));
  const answer = talk.say("gateway", frame(ANSWER));
  for (
    const packets of [[synAck, syn, request, answer], [synAck, answer, syn, request], [request, syn, synAck, answer]]
  ) {
    const items = itemsIn(packets.map((packet) => packet!));
    assertEquals(new Set(messagesIn(items)), new Set([REQUEST, ANSWER]));
    assertEquals(items.map(({ place }) => place.connection), [0, 0]);
  }
});

Deno.test("tcp: a capture that begins in a live tunnel has all of its frames, ESP first or not", () => {
  const [esp, ike] = [encodeFrame(ESP), frame(COOKIE)];
  const runs = [
    [esp, esp, esp, esp, ike, ike, esp, ike],
    [esp, ike],
    [concatBytes(esp, ike, esp), ike],
    // In pieces.
    [esp.subarray(0, 7), esp.subarray(7), ike.subarray(0, 1), ike.subarray(1)],
    // The capture begins within a frame, and what is left of it is no frame.
    [new Uint8Array(40).fill(0xaa), esp, esp, ike],
    [new Uint8Array(40).fill(0xaa), esp, ike],
    [Uint8Array.of(0xaa, 0xaa, 0xff), concatBytes(esp, ike, esp.subarray(0, 5)), esp.subarray(5), ike],
    [Uint8Array.of(0xaa), concatBytes(esp, ike)],
  ];
  for (const segments of runs) {
    for (const who of ["client", "gateway"] as const) {
      const talk = new Talk();
      const items = itemsIn(segments.map((segment) => talk.say(who, segment)));
      const whole = concatBytes(...segments.filter((segment) => segment[0] !== 0xaa));
      const wanted: string[] = new FrameDecoder({ expectPrefix: false }).push(whole).map(({ kind }) => kind);
      assertEquals(items.map(({ kind }): string => kind), wanted);
      // Each has the time of its own packet, and not of the one that made it certain.
      for (const { place } of items) assertEquals(place.ns, BigInt(place.packets!.at(-1)! - 1) * 1_000_000n);
    }
  }
  // Nothing but ESP is known by the lengths of two segments.
  const talk = new Talk();
  assertEquals(itemsIn([esp, esp, esp].map((segment) => talk.say("client", segment))).length, 3);
});

Deno.test("tcp: wherever a capture begins, the messages of all later segments are found, and nothing else", () => {
  const esp = fc.uint8Array({ minLength: 16, maxLength: 300 }).map((octets) => encodeFrame(octets.with(0, 0xc0)));
  const segment = fc.array(fc.oneof(esp, esp, fc.constantFrom(frame(COOKIE), frame(REQUEST), KEEPALIVE)), {
    minLength: 1,
    maxLength: 4,
  });
  fc.assert(
    fc.property(fc.array(segment, { minLength: 2, maxLength: 8 }), fc.nat(), ([first, ...segments], cut) => {
      const whole = concatBytes(...first!);
      const talk = new Talk();
      const packets = [whole.subarray(cut % whole.length), ...segments.map((frames) => concatBytes(...frames))];
      const items = itemsIn(packets.map((data) => talk.say("client", data)));
      const wanted = segments.flat().filter((octets) => octets.length > 6 && octets[2] === 0).map((octets) =>
        octets.subarray(6)
      );
      const found = items.flatMap(({ kind, place }, i) =>
        kind === "ike" && place.packets!.at(-1)! > 1 ? [items[i]!] : []
      );
      assertEquals([messagesIn(found), faultsIn(items)], [wanted, []]);
      assert(messagesIn(items).every((octets) => [COOKIE, REQUEST].some((message) => hex(message) === hex(octets))));
    }),
    { numRuns: 300 },
  );
});

Deno.test("tcp: either side of an older connection is read from its first frame on", () => {
  const talk = new Talk(443);
  const rest = encodeFrame(concatBytes(ESP, new Uint8Array(100).fill(0x55))).subarray(50);
  const items = itemsIn([
    talk.say("client", frame(COOKIE)),
    talk.say("gateway", rest),
    talk.say("gateway", frame(ANSWER)),
    talk.say("client", frame(COOKIE)),
  ]);
  assertEquals([messagesIn(items), faultsIn(items)], [[COOKIE, ANSWER, COOKIE], []]);
});

Deno.test("tcp: where the stream's beginning is lost, what came after it is not", () => {
  const talk = new Talk();
  const handshake = talk.handshake();
  talk.say("client", concatBytes(STREAM_PREFIX, frame(REQUEST))); // lost
  const items = itemsIn([...handshake, talk.say("gateway", frame(ANSWER)), talk.say("client", frame(COOKIE))]);
  assertEquals(new Set(messagesIn(items)), new Set([ANSWER, COOKIE]));
  const esp = new Talk();
  const packets = esp.handshake();
  esp.say("client", STREAM_PREFIX); // lost
  for (const segment of [ESP, ESP, withMarker(COOKIE)]) packets.push(esp.say("client", encodeFrame(segment)));
  assertEquals(itemsIn(packets).map(({ kind }) => kind), ["esp", "esp", "ike"]);
});

Deno.test("tcp: behind a gap ESP is found again, too", () => {
  const talk = new Talk();
  const packets = [...talk.handshake(), talk.say("client", concatBytes(STREAM_PREFIX, frame(REQUEST)))];
  talk.say("client", encodeFrame(ESP)); // lost
  packets.push(talk.say("client", encodeFrame(ESP)), talk.say("client", encodeFrame(ESP)));
  assertEquals(itemsIn(packets).map(({ kind }) => kind), ["ike", "broken", "esp", "esp"]);
});

Deno.test("tcp: something else on port 4500 is something else, whenever the capture began", () => {
  for (const size of [1, 2, 6, 30, 1400]) {
    const talk = new Talk();
    const text = new TextEncoder().encode("The quick brown fox jumps over the lazy dog.\n".repeat(4000));
    const decoder = new CaptureDecoder();
    const items: Item[] = [];
    for (let at = 0, number = 1; at < Math.min(text.length, 4000 * size); at += size, number++) {
      const octets = talk.say(number % 2 === 0 ? "client" : "gateway", text.subarray(at, at + size));
      // One in five is lost.
      if (number % 5 > 0) items.push(...decoder.take({ number, linkType: 101, octets, length: octets.length }));
    }
    assertEquals([...items, ...decoder.end()], []);
    assertEquals(decoder.otherConnections, 1);
  }
});

Deno.test("tcp: what a connection speaks is seen in its first octets, however many segments they come in", () => {
  let reads = 0;
  class Counted extends Uint8Array {
    override get length() {
      reads++;
      return super.length;
    }
  }
  const talk = new Talk(443);
  const packets = Array.from({ length: 3000 }, () => Counted.from(talk.say("client", Uint8Array.of(120))));
  reads = 0;
  assertEquals(itemsIn(packets), []);
  assert(reads < 200 * packets.length, `${reads} reads of lengths`);
});

Deno.test("tcp: the longest frame in segments of one octet, whole and cut off", () => {
  const long = encodeFrame(concatBytes(ESP, new Uint8Array(65_533 - ESP.length)));
  const talk = new Talk();
  const packets = [...talk.handshake(), talk.say("client", STREAM_PREFIX)];
  for (const end of [long.length, long.length - 1]) {
    for (const octet of long.subarray(0, end)) packets.push(talk.say("client", Uint8Array.of(octet)));
  }
  const items = itemsIn(packets);
  assertEquals(items.map(({ kind, place }) => [kind, place.packets!.length]), [["esp", 65_535], ["broken", 65_534]]);
  assert(items[1]!.kind === "broken" && items[1]!.octets.length <= 4096);
});

Deno.test("capture: of a packet that claims more than any has, no more is kept than a message can have", () => {
  const claim = (data: Uint8Array) => {
    const packet = concatBytes(datagram(500, 500, data.subarray(0, 1000)), data.subarray(1000));
    // Lengths of zero, as for a segmenting card.
    packet.set([0, 0], 2);
    packet.set([0, 0], 24);
    return itemsIn([packet]);
  };
  const [other] = claim(new Uint8Array(300_000).fill(7));
  assert(other?.kind === "broken" && other.octets.length === 4096);
  assertMatch(other.fault.reason, /; these are the first 4096 of 300000 octets$/);
  const [message] = claim(concatBytes(REQUEST, new Uint8Array(300_000)));
  assert(message?.kind === "ike" && message.octets.length === 65_535 && message.decoded.faults.length > 0);
});

Deno.test("tcp: frames that are nothing are shown as what they are, each by itself", () => {
  const talk = new Talk();
  const nothing = concatBytes(...Array.from({ length: 700 }, () => Uint8Array.of(0, 2)));
  const items = itemsIn([...talk.handshake(), talk.say("client", concatBytes(STREAM_PREFIX, nothing, frame(REQUEST)))]);
  assertEquals([items.length, messagesIn(items)], [701, [REQUEST]]);
  assert(items.every((item) => item.kind === "ike" || (item.kind === "broken" && item.octets.length === 2)));
});

Deno.test("capture: any packets, in any order, are decoded without an exception", () => {
  const packet = fc.oneof(
    fc.uint8Array({ maxLength: 80 }),
    fc.tuple(fc.constantFrom(500, 4500, 53), fc.uint8Array({ maxLength: 60 })).map(([port, data]) =>
      datagram(4500, port, data)
    ),
    fc.uint8Array({ maxLength: 60 }).map((data) => new Talk().say("client", concatBytes(STREAM_PREFIX, data))),
    fc.record({ at: fc.nat(500), value: fc.nat(255) }).map(({ at, value }) => {
      const octets = datagram(500, 500, REQUEST).slice();
      octets[at % octets.length] = value;
      return octets;
    }),
  );
  fc.assert(fc.property(fc.array(packet, { maxLength: 30 }), (packets) => void itemsIn(packets)));
});
