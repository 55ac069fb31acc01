/** The TCP Responder, by the sections of RFC 9329. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { buildEmptyInit } from "../../lib/exchange/request.ts";
import { concatBytes } from "../../lib/wire/mod.ts";
import { request } from "../exchange/responder_world.ts";
import { Client, frame, opening, PREFIX, says, withGateway } from "./world.ts";

const KEEPALIVE = Uint8Array.of(0, 3, 0xff);
const ESP = Uint8Array.of(0, 10, 1, 2, 3, 4, 0, 0, 0, 1);

for (const transport of ["tcp", "tls"] as const) {
  Deno.test(`stream (${transport}): prefix and request in one piece are answered, the connection stays open (§5, §7.1)`, () =>
    withGateway({}, async (world) => {
      const client = await Client.connect(world, transport);
      await client.send(opening());
      assertEquals(says(await client.message()), "accepted");
      assertEquals(await client.how(), "silence");
      client.close();
    }));
}

Deno.test("stream: segment boundaries mean nothing (§4)", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 12 }),
      (cuts) =>
        withGateway({}, async (world) => {
          const client = await Client.connect(world);
          let rest = opening();
          for (const cut of cuts) {
            if (rest.length === 0) break;
            await client.channel.send(rest.slice(0, cut));
            rest = rest.slice(cut);
          }
          await client.channel.send(rest);
          assertEquals(says(await client.message()), "accepted");
          client.close();
        }),
    ),
    { numRuns: 25 },
  );
});

Deno.test("stream: one octet at a time", () =>
  withGateway({}, async (world) => {
    const client = await Client.connect(world);
    for (const octet of opening()) await client.channel.send(Uint8Array.of(octet));
    assertEquals(says(await client.message()), "accepted");
    client.close();
  }));

Deno.test("stream: six other octets close the connection, and five do not yet (§5)", () =>
  withGateway({}, async (world) => {
    const client = await Client.connect(world);
    await client.send(new TextEncoder().encode("GET /"));
    assertEquals(await client.how(), "silence");
    await client.send(new TextEncoder().encode(" "));
    assertEquals(await client.how(), "fin");
    client.close();
  }));

Deno.test("stream: several frames at once are answered in turn (§4)", () =>
  withGateway({}, async (world) => {
    const client = await Client.connect(world);
    await client.send(concatBytes(PREFIX, frame(buildEmptyInit(new Uint8Array(8).fill(1))), frame(request())));
    assertEquals(says(await client.message()), "INVALID_SYNTAX");
    assertEquals(says(await client.message()), "accepted");
    client.close();
  }));

Deno.test("stream: keepalives, ESP of nobody's SA and empty frames are ignored (§7.1, §7.6)", () =>
  withGateway({}, async (world) => {
    const client = await Client.connect(world);
    await client.send(PREFIX, KEEPALIVE, ESP, ESP, Uint8Array.of(0, 2), Uint8Array.of(0, 4, 1, 2));
    assertEquals(await client.how(), "silence");
    await client.send(frame(request()));
    assertEquals(says(await client.message()), "accepted");
    client.close();
    const others = world.events.flatMap((event) => event.kind === "other" ? [event.what] : []);
    assertEquals(others, [
      "NAT-keepalive",
      "ESP, SPI 01020304",
      "ESP, SPI 01020304",
      "nothing",
      "too short for IKE or ESP",
    ]);
  }));

for (const length of [0, 1]) {
  Deno.test(`stream: a Length of ${length} closes the connection (§4, §7.1)`, () =>
    withGateway({}, async (world) => {
      const client = await Client.connect(world);
      await client.send(PREFIX, Uint8Array.of(0, length, 0, 0));
      assertEquals(await client.how(), "fin");
      client.close();
    }));
}

Deno.test("stream: a syntax error inside a message is answered, not hung up on (§7.1)", () =>
  withGateway({}, async (world) => {
    const client = await Client.connect(world);
    const broken = request();
    broken[30] = 0xff;
    await client.send(PREFIX, frame(broken));
    assertEquals(says(await client.message()), "INVALID_SYNTAX");
    await client.send(frame(request()));
    assertEquals(says(await client.message()), "accepted");
    client.close();
  }));

Deno.test("stream: after INVALID_KE_PAYLOAD the corrected request comes on the same connection (§7.4)", () =>
  withGateway({ policy: undefined, faults: ["group:19"] }, async (world) => {
    const client = await Client.connect(world);
    await client.send(opening());
    assertEquals(says(await client.message()), "INVALID_KE_PAYLOAD");
    await client.send(frame(request({ group: 19 })));
    assertEquals(await client.how(), "octets");
    client.close();
  }));

Deno.test("stream: a repeated request gets the same octets, on another connection too (§7.2)", () =>
  withGateway({}, async (world) => {
    const message = request();
    const first = await Client.connect(world);
    await first.send(opening(message));
    const answer = await first.octets();
    first.close();
    const second = await Client.connect(world);
    await second.send(opening(message));
    assertEquals(await second.octets(), answer);
    second.close();
    assertEquals(world.gateway.halfOpen, 1);
  }));

Deno.test("stream: an answer follows the connection that was used last (§7.1)", () =>
  withGateway({ faults: ["delay:500"] }, async (world) => {
    const message = request();
    const first = await Client.connect(world);
    await first.send(opening(message));
    const second = await Client.connect(world);
    await second.send(opening(message));
    assertEquals(says(await second.message()), "accepted");
    assertEquals(says(await second.message()), "accepted");
    assertEquals(await first.how(), "silence");
    first.close();
    second.close();
  }));

Deno.test("stream: what was not complete is forgotten with its connection (§7.1)", () =>
  withGateway({}, async (world) => {
    const message = opening();
    const first = await Client.connect(world);
    await first.send(message.slice(0, 100));
    first.close();
    const second = await Client.connect(world);
    await second.send(message.slice(100));
    assertEquals(await second.how(), "fin");
    second.close();
  }));

Deno.test("stream: who says nothing whole in time is hung up on", () =>
  withGateway({ limits: { firstMessageMs: 5000 } }, async (world) => {
    const { network } = world;
    const client = await Client.connect(world);
    const start = network.clock.now();
    // A drip does not stretch the deadline.
    for (let i = 0; i < 9; i++) await client.send(PREFIX.slice(0, 1).map(() => PREFIX[i] ?? 0));
    assertEquals(await client.how(60_000), "fin");
    assert(network.clock.now() - start <= 5100);
    client.close();
  }));

Deno.test("stream: idle connections are closed", () =>
  withGateway({ limits: { idleMs: 30_000 } }, async (world) => {
    const client = await Client.connect(world);
    await client.send(opening());
    await client.message();
    assertEquals(await client.how(20_000), "silence");
    assertEquals(await client.how(20_000), "fin");
    client.close();
    assertEquals(world.events.flatMap((event) => event.kind === "end" ? [event.why] : []), ["idle"]);
  }));

Deno.test("stream: the number of connections is bounded", () =>
  withGateway({ limits: { connections: 2 } }, async (world) => {
    const [first, second, third] = [
      await Client.connect(world),
      await Client.connect(world),
      await Client.connect(world),
    ];
    assertEquals(await third.how(), "rst");
    assertEquals(world.gateway.connections, 2);
    first.close();
    await world.network.clock.sleep(world.network.clock.now() + 100);
    const fourth = await Client.connect(world);
    await fourth.send(opening());
    assertEquals(says(await fourth.message()), "accepted");
    for (const client of [second, third, fourth]) client.close();
  }));

Deno.test("stream: closing the gateway ends its connections and listeners", () =>
  withGateway({}, async (world) => {
    const client = await Client.connect(world);
    await client.send(opening());
    await client.message();
    await world.gateway.close();
    assertEquals(await client.how(), "fin");
    const { network } = world;
    const again = await network.connectTcp({ address: "203.0.113.2", port: 4500 }, {
      until: network.clock.now() + 1000,
    });
    assert(!again.ok && again.failure === "refused");
    assertEquals(world.gateway.connections, 0);
  }));
