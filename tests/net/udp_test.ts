/** UDP channels over loopback, with the sockets of the C library and with those of the runtime. */
import { assert, assertEquals } from "@std/assert";
import { channelOf, KINDS, NATIVE, next, QUIET_MS, soon, testKinds, withUdp } from "./networks.ts";

const LOOPBACK = ["127.0.0.1", "::1"];
const native = KINDS[0]!.network;

/** A port of this address where nobody listens. */
async function closedPort(address: string): Promise<number> {
  let port = 0;
  await withUdp(address, false, (listener) => {
    port = listener.local.port;
    return Promise.resolve();
  });
  return port;
}

for (const address of LOOPBACK) {
  testKinds(`udp: a datagram to ${address} and its answer arrive octet for octet`, async ({ network, portable }) => {
    await withUdp(address, portable, async (listener) => {
      const channel = channelOf(await network.openUdp(listener.local));
      await channel.send(Uint8Array.of(1, 2, 3));
      const request = await listener.receive();
      assertEquals(request?.data, Uint8Array.of(1, 2, 3));
      assertEquals(request?.from.port, channel.local.port);
      await listener.send(Uint8Array.of(4, 5), request!.from);
      const answer = await next(channel, "octets");
      assertEquals(answer.data, Uint8Array.of(4, 5));
      assertEquals(answer.from, listener.local);
      channel.close();
    });
  });

  Deno.test({
    name: `udp: a closed port of ${address} is told by ICMP port unreachable and by whom`,
    ignore: !NATIVE,
    fn: async () => {
      const channel = channelOf(await native.openUdp({ address, port: await closedPort(address) }));
      await channel.send(Uint8Array.of(1));
      const { icmp } = await next(channel, "icmp");
      assertEquals([icmp.failure, icmp.from, icmp.name], ["refused", address, "port unreachable"]);
      assertEquals([icmp.type, icmp.code], icmp.version === 4 ? [3, 3] : [1, 4]);
      channel.close();
    },
  });
}

Deno.test({
  name: "udp: an ICMP error does not lose the datagram that is sent next",
  ignore: !NATIVE,
  fn: async () => {
    const address = "127.0.0.1";
    const port = await closedPort(address);
    const channel = channelOf(await native.openUdp({ address, port }));
    await channel.send(Uint8Array.of(1));
    await channel.send(Uint8Array.of(2));
    await next(channel, "icmp");
    await next(channel, "icmp");
    channel.close();
  },
});

Deno.test({
  name: "udp: datagrams of others than the one addressed are seen, with their source",
  ignore: !NATIVE,
  fn: async () => {
    await withUdp("127.0.0.1", false, async (listener) => {
      await withUdp("127.0.0.1", false, async (stranger) => {
        const channel = channelOf(await native.openUdp(listener.local));
        await stranger.send(Uint8Array.of(7), channel.local);
        assertEquals((await next(channel, "octets")).from, stranger.local);
        channel.close();
      });
    });
  },
});

Deno.test({
  name: "udp: the local address is known before anything is sent, and it is the only candidate",
  ignore: !NATIVE,
  fn: async () => {
    const channel = channelOf(await native.openUdp({ address: "127.0.0.1", port: 9 }));
    assertEquals(channel.local.address, "127.0.0.1");
    assert(channel.local.port > 0);
    assertEquals(channel.localCandidates, ["127.0.0.1"]);
    channel.close();
  },
});

testKinds("udp: an empty datagram is a datagram", async ({ network, portable }) => {
  await withUdp("127.0.0.1", portable, async (listener) => {
    const channel = channelOf(await network.openUdp(listener.local));
    await channel.send(new Uint8Array(0));
    const request = await listener.receive();
    assertEquals(request?.data.length, 0);
    await listener.send(new Uint8Array(0), request!.from);
    assertEquals((await next(channel, "octets")).data.length, 0);
    channel.close();
  });
});

testKinds(
  "udp: receive ends at its time, at once when aborted, and with the channel",
  async ({ network, portable }) => {
    await withUdp("127.0.0.1", portable, async (listener) => {
      const channel = channelOf(await network.openUdp(listener.local));
      const until = soon(QUIET_MS);
      assertEquals(await channel.receive(until), undefined);
      assert(network.clock.now() >= until);
      assertEquals(await channel.receive(soon(), AbortSignal.abort()), undefined);
      const abort = new AbortController();
      const waiting = channel.receive(Infinity, abort.signal);
      abort.abort();
      assertEquals(await waiting, undefined);
      const last = channel.receive(Infinity);
      channel.close();
      channel.close();
      assertEquals(await last, undefined);
      assertEquals(await channel.receive(soon()), undefined);
      await channel.send(Uint8Array.of(1));
    });
  },
);

testKinds("udp: a flood that nobody reads is bounded, and the channel goes on", async ({ network, portable }) => {
  await withUdp("127.0.0.1", portable, async (listener) => {
    const channel = channelOf(await network.openUdp(listener.local));
    await channel.send(Uint8Array.of(1));
    const { from } = (await listener.receive())!;
    for (let i = 0; i < 2000; i++) await listener.send(new Uint8Array(1000), from);
    await network.clock.sleep(soon(QUIET_MS));
    let kept = 0;
    while (await channel.receive(soon(QUIET_MS)) !== undefined) kept++;
    assert(kept > 0 && kept < 2000, `${kept} datagrams were kept`);
    await listener.send(Uint8Array.of(9), from);
    assertEquals((await next(channel, "octets")).data, Uint8Array.of(9));
    channel.close();
  });
});

testKinds("udp: a source that is not ours is told before anything is sent", async ({ network }) => {
  const opened = await network.openUdp({ address: "127.0.0.1", port: 9 }, { source: "192.0.2.1" });
  assertEquals(opened.ok ? "opened" : opened.failure, "address-not-available");
});

testKinds("udp: a source port that is taken is told", async ({ network, portable }) => {
  await withUdp("127.0.0.1", portable, async (listener) => {
    const options = { source: "127.0.0.1", sourcePort: listener.local.port };
    const opened = await network.openUdp({ address: "127.0.0.1", port: 9 }, options);
    assertEquals(opened.ok ? "opened" : opened.failure, "address-in-use");
  });
});

testKinds("udp: 200 channels at once each get their own answer", async ({ network, portable }) => {
  await withUdp("127.0.0.1", portable, async (listener) => {
    const echo = (async () => {
      for (let i = 0; i < 200; i++) {
        const request = (await listener.receive())!;
        await listener.send(request.data, request.from);
      }
    })();
    await Promise.all(Array.from({ length: 200 }, async (_, i) => {
      const channel = channelOf(await network.openUdp(listener.local));
      await channel.send(Uint8Array.of(i));
      assertEquals((await next(channel, "octets")).data, Uint8Array.of(i));
      channel.close();
    }));
    await echo;
  });
});

Deno.test({
  name: "udp: a listener on every address knows which one a datagram was sent to, and answers from it",
  ignore: !NATIVE,
  fn: async () => {
    await withUdp("0.0.0.0", false, async (listener) => {
      const channel = channelOf(await native.openUdp({ address: "127.0.0.2", port: listener.local.port }));
      await channel.send(Uint8Array.of(1));
      const request = (await listener.receive())!;
      assertEquals(request.to, { address: "127.0.0.2", port: listener.local.port });
      await listener.send(Uint8Array.of(2), request.from, request.to.address);
      assertEquals((await next(channel, "octets")).from, request.to);
      channel.close();
    });
  },
});
