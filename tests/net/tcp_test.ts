/** TCP channels over loopback, with the sockets of the C library and with those of the runtime. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { SOCK } from "../../lib/net/linux/constants.ts";
import { c } from "../../lib/net/linux/libc.ts";
import { localEndpoint } from "../../lib/net/linux/sockaddr.ts";
import { bindSocket, newSocket } from "../../lib/net/linux/socket.ts";
import type { Endpoint } from "../../lib/model/mod.ts";
import { listenTcp } from "../../lib/net/mod.ts";
import type { Channel } from "../../lib/net/transport.ts";
import { channelOf, connected, KINDS, NATIVE, next, octets, QUIET_MS, soon, testKinds, withTcp } from "./networks.ts";

const LOOPBACK = ["127.0.0.1", "::1"];
const native = KINDS[0]!;

/** Octets that differ at every place. */
function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 8) * 13) & 0xff);
}

for (const address of LOOPBACK) {
  testKinds(`tcp: octets to and from ${address} arrive in order`, async (kind) => {
    await withTcp(address, kind.portable, async (listener) => {
      const { ours, theirs } = await connected(kind, listener);
      assertEquals(ours.remote, listener.local);
      assertEquals(theirs.remote, ours.local);
      assertEquals(ours.localCandidates, [address]);
      const data = pattern(300_000);
      const sending = ours.send(data);
      assertEquals(await octets(theirs, data.length), data);
      await sending;
      const back = theirs.send(data);
      assertEquals(await octets(ours, data.length), data);
      await back;
      ours.close();
      await next(theirs, "fin");
      theirs.close();
    });
  });

  testKinds(`tcp: a closed port of ${address} refuses, without any ICMP error`, async (kind) => {
    let local = { address, port: 0 };
    await withTcp(address, kind.portable, (listener) => {
      local = listener.local;
      return Promise.resolve();
    });
    const opened = await kind.network.connectTcp(local, { until: soon() });
    assert(!opened.ok);
    assertEquals([opened.failure, opened.icmp], ["refused", undefined]);
  });
}

testKinds("tcp: FIN is told once, after all octets, and nothing comes after it", async (kind) => {
  await withTcp("127.0.0.1", kind.portable, async (listener) => {
    const { ours, theirs } = await connected(kind, listener);
    await theirs.send(pattern(10));
    theirs.close("fin");
    assertEquals(await octets(ours, 10), pattern(10));
    await next(ours, "fin");
    assertEquals(await ours.receive(soon()), undefined);
    ours.close();
  });
});

testKinds("tcp: who has ended its own direction still gets what is sent to it", async (kind) => {
  await withTcp("127.0.0.1", kind.portable, async (listener) => {
    const peer = await Deno.connect({ hostname: "127.0.0.1", port: listener.local.port });
    const theirs = (await listener.accept())!;
    await peer.write(pattern(10));
    await peer.closeWrite();
    await octets(theirs, 10);
    await next(theirs, "fin");
    await theirs.send(pattern(20));
    theirs.close();
    assertEquals(new Uint8Array(await new Response(peer.readable).arrayBuffer()), pattern(20));
  });
});

for (const kind of KINDS) {
  Deno.test({
    name: `tcp: RST is told apart from FIN (${kind.name})`,
    ignore: !NATIVE,
    fn: async () => {
      await withTcp("127.0.0.1", false, async (listener) => {
        const { ours, theirs } = await connected(kind, listener);
        theirs.close("rst");
        await next(ours, "rst");
        assertEquals(await ours.receive(soon()), undefined);
        ours.close();
      });
    },
  });

  Deno.test({
    name: `tcp: octets that came before a RST are not lost, and a RST that meets us sending is one (${kind.name})`,
    ignore: !NATIVE,
    fn: async () => {
      await withTcp("127.0.0.1", false, async (listener) => {
        const { ours, theirs } = await connected(kind, listener);
        await theirs.send(pattern(10));
        assertEquals(await octets(ours, 10), pattern(10));
        theirs.close("rst");
        await Promise.all([ours.send(pattern(10)), ours.send(pattern(10)), ours.send(pattern(10))]);
        await next(ours, "rst");
        ours.close();
      });
    },
  });
}

testKinds("tcp: connecting that is aborted ends at once, and says so", async (kind) => {
  await withTcp("127.0.0.1", kind.portable, async (listener) => {
    const stopped = await kind.network.connectTcp(listener.local, { until: soon(), signal: AbortSignal.abort() });
    assert(!stopped.ok);
    assertEquals(stopped.detail, "interrupted");
  });
});

/** A listener that answers no SYN any more: Linux drops them while as many connections wait as `listen` allowed. */
async function withFullBacklog(test: (local: Endpoint) => Promise<void>): Promise<void> {
  const fd = newSocket("127.0.0.1", SOCK.STREAM);
  bindSocket(fd, { address: "127.0.0.1", port: 0 });
  c().listen(fd, 0);
  const local = localEndpoint(fd)!;
  const waiting = channelOf(await native.network.connectTcp(local, { until: soon() }));
  try {
    await test(local);
  } finally {
    waiting.close();
    c().close(fd);
  }
}

for (const kind of KINDS) {
  Deno.test({
    name: `tcp: a SYN without an answer ends in time, or when it is aborted (${kind.name})`,
    ignore: !NATIVE,
    fn: async () => {
      await withFullBacklog(async (local) => {
        const late = await kind.network.connectTcp(local, { until: soon(QUIET_MS) });
        assert(!late.ok);
        assertEquals(late.failure, "timeout");
        assertMatch(late.detail, /^no answer to the SYN in \d+ ms$/);
        const abort = new AbortController();
        const connecting = kind.network.connectTcp(local, { until: soon(), signal: abort.signal });
        abort.abort();
        const stopped = await connecting;
        assertEquals(stopped.ok ? "connected" : stopped.detail, "interrupted");
      });
    },
  });
}

testKinds("tcp: receive ends at its time, at once when aborted, and with the channel", async (kind) => {
  await withTcp("127.0.0.1", kind.portable, async (listener) => {
    const { ours, theirs } = await connected(kind, listener);
    const until = soon(QUIET_MS);
    assertEquals(await ours.receive(until), undefined);
    assert(kind.network.clock.now() >= until);
    const abort = new AbortController();
    const waiting = ours.receive(Infinity, abort.signal);
    abort.abort();
    assertEquals(await waiting, undefined);
    const last = ours.receive(Infinity);
    ours.close();
    assertEquals(await last, undefined);
    await ours.send(pattern(10));
    await next(theirs, "fin");
    theirs.close();
  });
});

testKinds("tcp: a peer that never reads blocks sending, and closing frees it", async (kind) => {
  await withTcp("127.0.0.1", kind.portable, async (listener) => {
    const { ours, theirs } = await connected(kind, listener);
    let sent = false;
    const sending = ours.send(new Uint8Array(32_000_000)).then(() => sent = true);
    await kind.network.clock.sleep(soon(QUIET_MS));
    assertEquals(sent, false);
    ours.close("rst");
    await sending;
    theirs.close("rst");
  });
});

testKinds("tcp: what a peer sends without end is held back, not kept", async (kind) => {
  await withTcp("127.0.0.1", kind.portable, async (listener) => {
    const { ours, theirs } = await connected(kind, listener);
    const data = pattern(2_000_000);
    const sending = theirs.send(data);
    await kind.network.clock.sleep(soon(QUIET_MS));
    assertEquals(await octets(ours, data.length), data);
    await sending;
    ours.close();
    theirs.close();
  });
});

testKinds("tcp: a peer that sends without end keeps no timer from its turn", async (kind) => {
  await withTcp("127.0.0.1", kind.portable, async (listener) => {
    const { ours, theirs } = await connected(kind, listener);
    let stop = false;
    const flooding = (async () => {
      while (!stop) await theirs.send(new Uint8Array(1_000_000));
    })();
    const timer = setTimeout(() => stop = true, QUIET_MS);
    const until = soon();
    while (!stop && await ours.receive(until) !== undefined);
    clearTimeout(timer);
    assert(stop);
    ours.close("rst");
    theirs.close("rst");
    await flooding;
  });
});

testKinds("tcp: 200 connections at once are 200 streams", async (kind) => {
  await withTcp("127.0.0.1", kind.portable, async (listener) => {
    const serving = (async () => {
      for (let i = 0; i < 200; i++) {
        const theirs = (await listener.accept())!;
        next(theirs, "octets").then(({ data }) => theirs.send(data)).then(() => theirs.close());
      }
    })();
    await Promise.all(Array.from({ length: 200 }, async (_, i) => {
      const ours = channelOf(await kind.network.connectTcp(listener.local, { until: soon() }));
      await ours.send(Uint8Array.of(i));
      assertEquals((await next(ours, "octets")).data, Uint8Array.of(i));
      await next(ours, "fin");
      ours.close();
    }));
    await serving;
  });
});

Deno.test({
  name: "tcp: the kernel's view has a round trip, the MSS and what was acknowledged, also after the end",
  ignore: !NATIVE,
  fn: async () => {
    await withTcp("127.0.0.1", false, async (listener) => {
      const { ours, theirs } = await connected(native, listener);
      assertEquals([ours.tcpInfo?.()?.acked, ours.tcpInfo?.()?.unacked], [0, 0]);
      await ours.send(pattern(1000));
      await octets(theirs, 1000);
      await theirs.send(pattern(1));
      await octets(ours, 1);
      const info = ours.tcpInfo?.();
      assert(info !== undefined && info.rtt_ms > 0 && info.mss > 500 && info.retransmits === 0);
      assertEquals([info.acked, info.unacked], [1000, 0]);
      theirs.close("rst");
      await next(ours, "rst");
      assertEquals(ours.tcpInfo?.()?.acked, 1000);
      ours.close();
      assertEquals(ours.tcpInfo?.()?.acked, 1000);
    });
  },
});

Deno.test({
  name: "tcp: the MSS can be bounded, and a source address and port chosen",
  ignore: !NATIVE,
  fn: async () => {
    await withTcp("127.0.0.1", false, async (listener) => {
      const accepting = listener.accept();
      const opened = await native.network.connectTcp(listener.local, { until: soon(), mss: 600, source: "127.0.0.3" });
      const ours = channelOf(opened);
      const theirs = (await accepting)!;
      assertEquals(theirs.remote.address, "127.0.0.3");
      assert(ours.tcpInfo!()!.mss <= 600);
      ours.close("rst");
      await next(theirs, "rst");
      theirs.close();
      const again = { until: soon(), source: "127.0.0.4", sourcePort: listener.local.port };
      const second = channelOf(await native.network.connectTcp(listener.local, again));
      assertEquals(second.local, { address: "127.0.0.4", port: listener.local.port });
      second.close("rst");
    });
  },
});

Deno.test({
  name: "tcp: a source that is not ours, or is taken, is told before the SYN",
  ignore: !NATIVE,
  fn: async () => {
    await withTcp("127.0.0.1", false, async (listener) => {
      const failure = async (options: { source: string; sourcePort?: number }) => {
        const opened = await native.network.connectTcp(listener.local, { until: soon(), ...options });
        return opened.ok ? "opened" : opened.failure;
      };
      assertEquals(await failure({ source: "192.0.2.1" }), "address-not-available");
      assertEquals(await failure({ source: "127.0.0.1", sourcePort: listener.local.port }), "address-in-use");
    });
  },
});

for (const address of LOOPBACK) {
  Deno.test({
    name: `tcp: a RST behind the handshake is no refusal, however late we look (${address})`,
    ignore: !NATIVE,
    async fn() {
      // All of it happens within three system calls: nobody gets to look in between.
      const listener = Deno.listen({ hostname: address, port: 0 });
      const opening = native.network.connectTcp({ address, port: listener.addr.port }, { until: soon() });
      listener.close();
      const channel = channelOf(await opening);
      assertEquals([channel.remote.port, channel.local.address], [listener.addr.port, address]);
      assert(channel.tcpInfo!()!.rtt_ms > 0);
      await next(channel, "rst");
      channel.close();
    },
  });
}

Deno.test("tcp, udp: the runtime's own sockets say that they take no zone", async () => {
  const { network } = KINDS[1]!;
  const remote = { address: "fe80::1%eth0", port: 9 };
  for (const opened of [await network.openUdp(remote), await network.connectTcp(remote, { until: soon() })]) {
    assertMatch(opened.ok ? "opened" : opened.detail, /a zone can be used on Linux with --allow-ffi only/);
  }
});

testKinds("tcp: a listener that is closed accepts nobody, and its address cannot be had twice", async (kind) => {
  await withTcp("127.0.0.1", kind.portable, async (listener) => {
    const words = await listenTcp(listener.local, { portable: kind.portable }).then(
      () => "",
      (error: Error) => error.message,
    );
    assert(words.startsWith(`Cannot listen on TCP 127.0.0.1 port ${listener.local.port}: `), words);
    const waiting = listener.accept();
    listener.close();
    assertEquals(await waiting, undefined);
    assertEquals(await listener.accept(), undefined);
  });
});

/** How long the second of two small answers takes behind the first, from a peer that fills segments; in milliseconds. */
async function secondAnswer(channel: Channel, peer: Deno.TcpConn): Promise<number> {
  await channel.send(Uint8Array.of(1));
  await peer.read(new Uint8Array(8));
  for (const answer of [2, 3]) await peer.write(Uint8Array.of(answer));
  const first = await next(channel, "octets");
  return first.data.length > 1 ? 0 : (await next(channel, "octets")).at - first.at;
}

Deno.test({
  name: "tcp: octets are acknowledged at once: a peer that fills segments need not wait for that",
  ignore: !NATIVE,
  async fn() {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const opened = KINDS[0]!.network.connectTcp({ address: "127.0.0.1", port: listener.addr.port }, { until: soon() });
    using peer = await listener.accept();
    peer.setNoDelay(false);
    const channel = channelOf(await opened);
    const waits: number[] = [];
    for (let round = 0; round < 20; round++) waits.push(await secondAnswer(channel, peer));
    channel.close();
    // Held back, each of them takes 40 ms; the first ones of a connection never are.
    assert(Math.min(...waits.slice(10)) < 30, `${waits}`);
  },
});

testKinds("tcp: sending where a flooding peer has reset ends, and the reader is told in turn", async (kind) => {
  await withTcp("127.0.0.1", kind.portable, async (listener) => {
    const { ours, theirs } = await connected(kind, listener);
    const flood = theirs.send(new Uint8Array(2_000_000));
    await kind.network.clock.sleep(soon(QUIET_MS));
    theirs.close("rst");
    await flood;
    await kind.network.clock.sleep(soon(QUIET_MS));
    // The first call may still find room, the next ones meet the end; that once never returned.
    for (let i = 0; i < 3; i++) await ours.send(pattern(1));
    let last: string | undefined;
    for (let arrival = await ours.receive(soon()); arrival; arrival = await ours.receive(soon())) last = arrival.kind;
    assertMatch(last!, /^(rst|error)$/);
    ours.close();
  });
});
