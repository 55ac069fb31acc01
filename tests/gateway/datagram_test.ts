/** The Responder over UDP (RFC 7296, RFC 3948). */
import { assert, assertEquals } from "@std/assert";
import { decodeMessage } from "../../lib/ike/mod.ts";
import { request } from "../exchange/responder_world.ts";
import { askUdp, HOST, says, withGateway } from "./world.ts";

Deno.test("datagrams: bare on 500, behind the marker on 4500 (RFC 3948 §2.2)", () =>
  withGateway({}, async (world) => {
    assertEquals((await askUdp(world, request(), 100, 500)).map(says), ["accepted"]);
    assertEquals((await askUdp(world, request(), 100, 4500)).map(says), ["accepted"]);
  }));

Deno.test("datagrams: keepalives, ESP and short ones on 4500 are not answered", () =>
  withGateway({}, async ({ network, events }) => {
    const opened = await network.openUdp({ address: HOST, port: 4500 });
    assert(opened.ok);
    for (const octets of [[0xff], [1, 2, 3, 4, 5], [1, 2], []]) await opened.channel.send(Uint8Array.from(octets));
    assertEquals(await opened.channel.receive(network.clock.now() + 1000), undefined);
    opened.channel.close();
    const others = events.flatMap((event) => event.kind === "other" ? [event.what] : []);
    assertEquals(others, ["NAT-keepalive", "ESP, SPI 01020304", "too short for IKE or ESP", "nothing"]);
  }));

Deno.test("datagrams: a repeated request gets the same octets from another port", () =>
  withGateway({}, async (world) => {
    const message = request();
    const [first] = await askUdp(world, message, 100);
    const [second] = await askUdp(world, message, 100);
    assertEquals(second, first);
  }));

Deno.test("datagrams: the same request over UDP and TCP is one half-open SA", () =>
  withGateway({}, async (world) => {
    const message = request();
    await askUdp(world, message, 100, 500);
    await askUdp(world, message, 100, 4500);
    assertEquals(world.gateway.halfOpen, 1);
    await world.network.clock.sleep(world.network.clock.now() + 30_000);
    assertEquals(world.gateway.halfOpen, 0);
  }));

Deno.test("datagrams: an event tells what was seen and what was done", () =>
  withGateway({}, async (world) => {
    await askUdp(world, request(), 100, 500);
    const event = world.events.find((one) => one.kind === "message");
    assert(event?.kind === "message");
    assertEquals([event.reaction, event.answers.length, event.faults], ["accepted", 1, []]);
    assertEquals(decodeMessage(request()).faults, []);
    assert(event.what.startsWith("IKE_SA_INIT request: SA KE Nonce"));
  }));
