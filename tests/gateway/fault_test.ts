/** What each fault does, seen from the client. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { natDetectionHash } from "../../lib/crypto/mod.ts";
import { buildEmptyInit, buildVersionPing } from "../../lib/exchange/request.ts";
import { decodeInvalidKe, decodeMessage, decodeRedirect } from "../../lib/ike/mod.ts";
import { addressBytes, concatBytes, hex } from "../../lib/wire/mod.ts";
import { request } from "../exchange/responder_world.ts";
import { askUdp, Client, frame, HOST, opening, PREFIX, says, withGateway, type World } from "./world.ts";

/** Runs a test under faults. */
function fault(faults: string | string[], what: string, test: (world: World) => Promise<void>): void {
  const list = [faults].flat();
  Deno.test(`fault ${list.join(", ")}: ${what}`, () => withGateway({ faults: list }, test));
}

const text = (octets: Uint8Array | undefined) => new TextDecoder().decode(octets);

/** What a connection says to a prefix and a request: the kind of the first arrival. */
async function firstArrival(world: World, pieces: Uint8Array[] = [opening()], transport: "tcp" | "tls" = "tcp") {
  const client = await Client.connect(world, transport);
  for (const piece of pieces) await client.channel.send(piece);
  const arrival = await client.next(5000);
  client.close();
  return arrival;
}

async function octetsOf(world: World, pieces?: Uint8Array[]): Promise<Uint8Array | undefined> {
  const arrival = await firstArrival(world, pieces);
  return arrival?.kind === "octets" ? arrival.data : undefined;
}

fault("refuse", "ICMP over UDP, RST over TCP", async (world) => {
  const { network } = world;
  const udp = await network.openUdp({ address: HOST, port: 500 });
  assert(udp.ok);
  await udp.channel.send(request());
  assertEquals((await udp.channel.receive(network.clock.now() + 1000))?.kind, "icmp");
  udp.channel.close();
  const tcp = await network.connectTcp({ address: HOST, port: 4500 }, { until: network.clock.now() + 1000 });
  assert(!tcp.ok && tcp.failure === "refused");
});

fault("udp-4500:drop", "silence there, and nowhere else", async (world) => {
  assertEquals(await askUdp(world, request(), 100, 4500), []);
  assertEquals((await askUdp(world, request(), 100, 500)).map(says), ["accepted"]);
});

fault("drop-first:2", "the third message is answered", async (world) => {
  const answers = [];
  for (let i = 0; i < 3; i++) answers.push((await askUdp(world, request(), 100)).length);
  assertEquals(answers, [0, 0, 1]);
});

fault("drop-every:2", "every other message is answered", async (world) => {
  const answers = [];
  for (let i = 0; i < 4; i++) answers.push((await askUdp(world, request(), 100)).length);
  assertEquals(answers, [1, 0, 1, 0]);
});

fault("drop-stateless", "only real requests are answered", async (world) => {
  assertEquals(await askUdp(world, buildVersionPing(new Uint8Array(8).fill(1)), 100), []);
  assertEquals(await askUdp(world, buildEmptyInit(new Uint8Array(8).fill(1)), 100), []);
  assertEquals((await askUdp(world, request(), 100)).length, 1);
});

fault("drop-larger:100", "only small messages are answered", async (world) => {
  assertEquals(await askUdp(world, request(), 100), []);
  assertEquals((await askUdp(world, buildEmptyInit(new Uint8Array(8).fill(1)), 100)).map(says), ["INVALID_SYNTAX"]);
});

fault("loss:50/3", "some are lost, not all, the same ones every time", async (world) => {
  let answers = 0;
  for (let i = 0; i < 40; i++) answers += (await askUdp(world, request(), 50)).length;
  assert(answers > 2 && answers < 20, `${answers} of 40`);
});

fault("rate-limit:2", "an address is ignored after its share, on all transports", async (world) => {
  assertEquals((await askUdp(world, request(), 100)).length, 1);
  assertEquals((await askUdp(world, request(), 100, 500)).length, 1);
  assertEquals(await askUdp(world, request(), 100), []);
  assertEquals(await firstArrival(world), undefined);
});

fault("delay:700", "answers are late", async (world) => {
  assertEquals(await askUdp(world, request(), 600), []);
  assertEquals((await askUdp(world, request(), 800)).map(says), ["accepted"]);
});

for (const [name, kind] of [["close", "fin"], ["reset", "rst"], ["prefix-close", "fin"], ["prefix-reset", "rst"]]) {
  fault(name!, `the connection ends by ${kind}`, async (world) => {
    assertEquals((await firstArrival(world, [PREFIX]))?.kind, kind);
  });
}

for (const name of ["mute", "tarpit", "prefix-drop"]) {
  fault(name, "nothing comes", async (world) => {
    assertEquals(await firstArrival(world), undefined);
  });
}

fault("mute", "inside TLS too", async (world) => {
  assertEquals(await firstArrival(world, [opening()], "tls"), undefined);
});

for (const name of ["prefix-reset", "prefix-drop", "prefix-close"]) {
  fault(name, "a prefix in two segments gets through, six other octets are closed upon", async (world) => {
    const client = await Client.connect(world);
    await client.send(PREFIX.slice(0, 3), concatBytes(PREFIX.slice(3), frame(request())));
    assertEquals(says(await client.message()), "accepted");
    client.close();
    assertEquals((await firstArrival(world, [new TextEncoder().encode("vwxyzq")]))?.kind, "fin");
  });
}

fault("close-after:500", "whatever happens", async (world) => {
  const client = await Client.connect(world);
  await client.send(opening());
  assertEquals(says(await client.message()), "accepted");
  assertEquals(await client.how(), "fin");
  client.close();
});

fault("http", "an error page, then the end", async (world) => {
  const client = await Client.connect(world);
  assertEquals(await client.how(500), "silence");
  await client.send(opening());
  const arrival = await client.next();
  assert(arrival?.kind === "octets" && text(arrival.data).startsWith("HTTP/1.1 400 Bad Request\r\n"));
  assertEquals(await client.how(), "fin");
  client.close();
});

fault("http:302", "a captive portal", async (world) => {
  assert(text(await octetsOf(world)).includes("\r\nLocation: http://portal.example/login\r\n"));
});

fault("ssh", "greets first", async (world) => {
  assert(text(await octetsOf(world, [])).startsWith("SSH-2.0-"));
});

fault("banner:\\x00\\xffA\\n", "any octets", async (world) => {
  assertEquals(await octetsOf(world, []), Uint8Array.of(0, 0xff, 65, 10));
});

fault("tls-alert", "an alert record", async (world) => {
  assertEquals(hex((await octetsOf(world))!.subarray(0, 2)), "1503");
});

fault("echo", "our own octets come back, over UDP too", async (world) => {
  const message = request();
  assertEquals(await octetsOf(world, [opening(message)]), opening(message));
  assertEquals(await askUdp(world, message, 100), [message]);
});

fault("tcpt", "TCPT's length and version", async (world) => {
  assertEquals(hex((await octetsOf(world))!.subarray(0, 8)), "0000000900000001");
});

fault("garbage:64", "a flood that ends", async (world) => {
  const client = await Client.connect(world);
  let octets = 0;
  for (let arrival = await client.next(); arrival?.kind === "octets"; arrival = await client.next()) {
    octets += arrival.data.length;
  }
  assertEquals(octets, 64 * 1024);
  client.close();
});

fault("drip:1000", "one octet a second", async (world) => {
  const client = await Client.connect(world);
  const start = world.network.clock.now();
  for (let i = 0; i < 5; i++) assertEquals(await client.how(2000), "octets");
  assert(world.network.clock.now() - start >= 4000);
  client.close();
});

fault("prefix-whole", "a prefix in two segments is closed upon", async (world) => {
  const client = await Client.connect(world);
  await client.send(PREFIX.slice(0, 3));
  assertEquals(await client.how(), "fin");
  client.close();
  assertEquals((await firstArrival(world))?.kind, "octets");
});

fault("prefix-unchecked", "any six octets will do", async (world) => {
  const client = await Client.connect(world);
  await client.send(concatBytes(new TextEncoder().encode("vwxyzq"), frame(request())));
  assertEquals(says(await client.message()), "accepted");
  client.close();
});

fault("keepalive-close", "a keepalive ends the connection", async (world) => {
  assertEquals((await firstArrival(world, [PREFIX, Uint8Array.of(0, 3, 0xff)]))?.kind, "fin");
});

fault("unframed", "the IKE header comes without Length and marker", async (world) => {
  const message = request();
  const octets = await octetsOf(world, [opening(message)]);
  assertEquals(octets?.subarray(0, 8), message.subarray(0, 8));
});

fault("endless-frame", "65535 octets are announced and do not come", async (world) => {
  const client = await Client.connect(world);
  await client.send(opening());
  const arrival = await client.next();
  assert(arrival?.kind === "octets" && arrival.data[0] === 0xff && arrival.data[1] === 0xff);
  assertEquals(await client.how(), "silence");
  client.close();
});

fault("frame-length:4", "Length says four octets more", async (world) => {
  const octets = (await octetsOf(world))!;
  assertEquals(octets[0]! * 256 + octets[1]!, octets.length + 4);
});

fault("corrupt-stream:14", "the first octet of the Responder's SPI is changed", async (world) => {
  const message = request();
  const genuine = (await askUdp(world, message, 100))[0]!;
  const octets = (await octetsOf(world, [opening(message)]))!.slice(6);
  assertEquals(octets[8]! ^ genuine[8]!, 0x20);
  assertEquals(octets.slice(9), genuine.slice(9));
});

fault("split:1", "answers come octet by octet", async (world) => {
  assertEquals((await octetsOf(world))?.length, 1);
  const client = await Client.connect(world);
  await client.send(opening());
  assertEquals(says(await client.message()), "accepted");
  client.close();
});

fault(["keepalives:2", "esp:1"], "come before the answer", async (world) => {
  const kinds: string[] = [];
  const client = await Client.connect(world);
  await client.send(opening());
  for (let arrival = await client.next(); arrival?.kind === "octets"; arrival = await client.next()) {
    kinds.push(hex(arrival.data.subarray(0, 6)));
  }
  assertEquals(kinds.map((kind) => kind.slice(4)), ["12345678", "ff", "ff", "00000000"].map((kind) => kind));
  client.close();
});

fault("hang-up", "errors end a connection, but not one that carries an SA", async (world) => {
  const client = await Client.connect(world);
  await client.send(concatBytes(PREFIX, frame(buildEmptyInit(new Uint8Array(8).fill(1)))));
  assertEquals(says(await client.message()), "INVALID_SYNTAX");
  assertEquals(await client.how(), "fin");
  client.close();
  const other = await Client.connect(world);
  await other.send(opening());
  assertEquals(says(await other.message()), "accepted");
  await other.send(frame(buildEmptyInit(new Uint8Array(8).fill(1))));
  assertEquals(says(await other.message()), "INVALID_SYNTAX");
  assertEquals(await other.how(), "silence");
  other.close();
});

for (const [name, kind] of [["close-after-answer", "fin"], ["reset-after-answer", "rst"]]) {
  fault(name!, `the answer, then ${kind}`, async (world) => {
    const client = await Client.connect(world);
    await client.send(opening());
    assertEquals(says(await client.message()), "accepted");
    assertEquals(await client.how(), kind);
    client.close();
  });
}

/** A single answer over UDP 4500. */
async function answer(world: World, message = request()): Promise<Uint8Array> {
  const answers = await askUdp(world, message, 200);
  assertEquals(answers.length, 1);
  return answers[0]!;
}

for (
  const [name, path] of [
    ["corrupt:27", "header.length"],
    ["truncate:40", "header.length"],
    ["extra:8", "header.length"],
    ["ike-length:16", "header.length"],
    ["malformed:payload-length", "payloads[0]"],
    ["malformed:zero-length", "payloads[0]"],
  ]
) {
  fault(name!, "the answer does not parse", async (world) => {
    const { faults } = decodeMessage(await answer(world));
    assert(faults[0]?.path.startsWith(path!), faults[0]?.path);
  });
}

fault("malformed:no-ke", "the KE payload is missing", async (world) => {
  assertEquals(decodeMessage(await answer(world)).payloads.map((one) => one.kind).slice(0, 2), ["SA", "Nonce"]);
});

fault("malformed:two-proposals", "two are chosen", async (world) => {
  const sa = decodeMessage(await answer(world)).payloads[0];
  assert(sa?.kind === "SA" && sa.proposals.length === 2);
});

fault("malformed:not-offered", "another PRF than offered", async (world) => {
  const sa = decodeMessage(await answer(world)).payloads[0];
  assert(sa?.kind === "SA" && sa.proposals[0]!.transforms.some(({ type, id }) => type === 2 && id === 1));
});

fault("critical-payload", "is the last payload", async (world) => {
  const last = decodeMessage(await answer(world)).payloads.at(-1);
  assert(last?.kind === "unknown" && last.critical && last.type === 200);
});

fault("wrong-spi", "not ours", async (world) => {
  const message = request();
  const { header } = decodeMessage(await answer(world, message));
  assertNotEquals(header!.initiatorSpi, message.subarray(0, 8));
});

fault("wrong-message-id", "1 in place of 0", async (world) => {
  assertEquals(decodeMessage(await answer(world)).header!.messageId, 1);
});

fault("wrong-exchange", "INFORMATIONAL", async (world) => {
  assertEquals(decodeMessage(await answer(world)).header!.exchangeType, 37);
});

fault("other-port", "the answer comes from another port", async ({ network }) => {
  const opened = await network.openUdp({ address: HOST, port: 500 });
  assert(opened.ok);
  await opened.channel.send(request());
  const arrival = await opened.channel.receive(network.clock.now() + 1000);
  assert(arrival?.kind === "octets" && arrival.from!.address === HOST && arrival.from!.port !== 500);
  opened.channel.close();
});

Deno.test("fault other-source: the answer comes from another address, from the same port where that is ours", () =>
  withGateway({ faults: ["other-source:2001:db8::2"] }, async ({ network }) => {
    const opened = await network.openUdp({ address: HOST, port: 500 });
    assert(opened.ok);
    await opened.channel.send(request());
    const arrival = await opened.channel.receive(network.clock.now() + 1000);
    assert(arrival?.kind === "octets");
    assertEquals(arrival.from, { address: "2001:db8::2", port: 500 });
    opened.channel.close();
  }));

fault("twice", "the same octets", async (world) => {
  const [first, second] = await askUdp(world, request(), 200);
  assertEquals(first, second);
});

fault("error-first", "NO_PROPOSAL_CHOSEN, then the genuine answer", async (world) => {
  assertEquals((await askUdp(world, request(), 200)).map(says), ["NO_PROPOSAL_CHOSEN", "accepted"]);
});

fault("two-answers", "with different SPIs", async (world) => {
  const answers = (await askUdp(world, request(), 200)).map(decodeMessage);
  assertEquals(answers.map(says), ["accepted", "accepted"]);
  assertNotEquals(answers[0]!.header!.responderSpi, answers[1]!.header!.responderSpi);
});

fault("repeat-differs", "a repeated request gets another answer", async (world) => {
  const message = request();
  assertNotEquals(await answer(world, message), await answer(world, message));
});

fault("flood:50", "garbage before the answer", async (world) => {
  const answers = await askUdp(world, request(), 200, 500);
  assertEquals(answers.length, 51);
  assertEquals(says(answers.at(-1)), "accepted");
});

fault("oversize:3000", "a large notify", async (world) => {
  assert((await answer(world)).length > 3000);
});

fault("vendor-id", "control characters", async (world) => {
  const last = decodeMessage(await answer(world)).payloads.at(-1);
  assert(last?.kind === "V" && last.data.includes(0x1b) && last.data.includes(7));
});

fault("error:TEMPORARY_FAILURE", "by name", async (world) => {
  assertEquals(says(await answer(world)), "TEMPORARY_FAILURE");
});

fault("cookie-loop", "a new one each time", async (world) => {
  const [first, second] = [decodeMessage(await answer(world)), decodeMessage(await answer(world))];
  assertEquals([says(first), says(second)], ["COOKIE", "COOKIE"]);
  assertNotEquals(first.payloads, second.payloads);
});

fault("group-loop", "never the one that was sent", async (world) => {
  for (const group of [31, 19, 14]) {
    const notify = decodeMessage(await answer(world, request({ group }))).payloads[0];
    assert(notify?.kind === "N" && notify.type === 17);
    assertNotEquals(decodeInvalidKe(notify.data), group);
  }
});

fault("group:1024", "one that nobody has", async (world) => {
  const notify = decodeMessage(await answer(world)).payloads[0];
  assert(notify?.kind === "N" && decodeInvalidKe(notify.data) === 1024);
});

fault("redirect-self", "to the address that was asked", async (world) => {
  const notify = decodeMessage(await answer(world)).payloads[0];
  assert(notify?.kind === "N" && decodeRedirect(notify.data)?.gateway === HOST);
});

fault("redirect:vpn2.example", "to a name", async (world) => {
  const notify = decodeMessage(await answer(world)).payloads[0];
  assert(notify?.kind === "N" && decodeRedirect(notify.data)?.gateway === "vpn2.example");
});

fault("tcp:puzzle:40", "there, and nowhere else", async (world) => {
  assertEquals(says(await answer(world)), "accepted");
  const client = await Client.connect(world);
  await client.send(opening());
  assertEquals(says(await client.message()), "COOKIE PUZZLE");
  client.close();
});

fault("ikev1", "a well-formed refusal", async (world) => {
  const decoded = decodeMessage(await answer(world));
  assertEquals(decoded.faults, []);
  assertEquals(decoded.header!.majorVersion, 1);
});

fault("version", "major version 3", async (world) => {
  assertEquals(says(await answer(world)), "version 3");
});

for (
  const [name, type, place] of [
    ["nat-gateway:192.168.7.9", 16388, { address: "192.168.7.9", port: 4500 }],
    ["nat-client:198.51.100.7/61000", 16389, { address: "198.51.100.7", port: 61000 }],
  ] as const
) {
  fault(name, "the hash is of that address", async (world) => {
    const { header, payloads } = decodeMessage(await answer(world));
    const { initiatorSpi, responderSpi } = header!;
    const expected = natDetectionHash(initiatorSpi, responderSpi, addressBytes(place.address), place.port);
    const notify = payloads.find((one) => one.kind === "N" && one.type === type);
    assert(notify?.kind === "N");
    assertEquals(notify.data, expected);
  });
}

fault("no-nat-detection", "neither notify", async (world) => {
  const types = decodeMessage(await answer(world)).payloads.flatMap((one) => one.kind === "N" ? [one.type] : []);
  assert(!types.includes(16388) && !types.includes(16389));
});

for (
  const [name, failure] of [["tls-refuse:handshake_failure", "handshake_failure"], ["tls-close", undefined], [
    "tls-mute",
    undefined,
  ]] as const
) {
  fault(name, "the handshake fails", async ({ network }) => {
    const options = { until: network.clock.now() + 2000, serverName: "vpn.example" };
    const opened = await network.connectTls({ address: HOST, port: 443 }, options);
    assert(!opened.ok);
    assertEquals([opened.failure, opened.alert], [name === "tls-mute" ? "timeout" : "tls", failure]);
  });
}

fault("delay:100", "is named in the event", async (world) => {
  await askUdp(world, request(), 200);
  const event = world.events.find((one) => one.kind === "message");
  assert(event?.kind === "message");
  assertEquals(event.faults, ["delay"]);
});
