/** The simulated network is itself tested: a wrong test world would make every other test worthless. */
import { assert, assertEquals } from "@std/assert";
import type { Arrival, Channel } from "../../lib/net/transport.ts";
import {
  delay,
  dnat,
  drop,
  dropOnPrefix,
  intercept,
  loss,
  nat,
  reject,
  reset,
  resetOnPrefix,
  SimulatedNetwork,
  VirtualClock,
} from "./mod.ts";

const HOST = "203.0.113.2";
const PREFIX = new TextEncoder().encode("IKETCP");

/** Sends back what comes, until the stream ends. */
async function echo(channel: Channel): Promise<void> {
  for (;;) {
    const arrival = await channel.receive(Infinity);
    if (arrival?.kind !== "octets") return channel.close();
    await channel.send(arrival.data);
  }
}

async function connect(network: SimulatedNetwork, address = HOST, port = 4500): Promise<Channel> {
  const opened = await network.connectTcp({ address, port }, { until: network.clock.now() + 3000 });
  assert(opened.ok, "the connection stands");
  return opened.channel;
}

function next(network: SimulatedNetwork, channel: Channel, ms = 3000): Promise<Arrival | undefined> {
  return channel.receive(network.clock.now() + ms);
}

Deno.test("clock: sleeping takes virtual time only, and timers fire in order", async () => {
  const clock = new VirtualClock({ start: 0 });
  const order: string[] = [];
  const later = (async () => {
    await clock.sleep(3_600_000);
    order.push("hour");
  })();
  clock.schedule(1000, () => order.push("second"));
  clock.schedule(1000, () => order.push("the same second"));
  await later;
  assertEquals(order, ["second", "the same second", "hour"]);
  assertEquals(clock.now(), 3_600_000);
});

Deno.test("clock: an aborted sleep ends at once", async () => {
  const clock = new VirtualClock({ start: 0 });
  const stop = new AbortController();
  clock.schedule(5, () => stop.abort());
  await clock.sleep(1000, stop.signal);
  assertEquals(clock.now(), 5);
});

Deno.test("clock: long chains of promises end before time moves", async () => {
  const clock = new VirtualClock({ start: 0 });
  let at = -1;
  const work = (async () => {
    for (let i = 0; i < 500; i++) await Promise.resolve();
    at = clock.now();
  })();
  await clock.sleep(10);
  await work;
  assertEquals(at, 0);
});

Deno.test("clock: real asynchronous work holds time", async () => {
  const clock = new VirtualClock({ start: 0 });
  const digest = clock.hold(crypto.subtle.digest("SHA-1", PREFIX)).then(() => clock.now());
  await clock.sleep(10);
  assertEquals(await digest, 0);
});

Deno.test("network: UDP takes two times the latency, and a closed port answers with ICMP", async () => {
  const network = new SimulatedNetwork({ latency: 20 });
  network.addHost([HOST]).onUdp(500, (data) => [data]);
  for (const [port, kind] of [[500, "octets"], [501, "icmp"]] as const) {
    const opened = await network.openUdp({ address: HOST, port });
    assert(opened.ok);
    const start = network.clock.now();
    await opened.channel.send(PREFIX);
    const arrival = await next(network, opened.channel);
    assertEquals(arrival?.kind, kind);
    assertEquals(network.clock.now() - start, 40);
    opened.channel.close();
  }
});

Deno.test("network: TCP connects in a round trip and delivers pieces in order", async () => {
  const network = new SimulatedNetwork({ latency: 20 });
  network.addHost([HOST]).onTcp(4500, echo);
  const channel = await connect(network);
  assertEquals(channel.tcpInfo?.()?.rtt_ms, 40);
  await channel.send(PREFIX.slice(0, 3));
  await channel.send(PREFIX.slice(3));
  const first = await next(network, channel);
  const second = await next(network, channel);
  assert(first?.kind === "octets" && second?.kind === "octets");
  assertEquals([...first.data, ...second.data], [...PREFIX]);
  assertEquals(channel.tcpInfo?.()?.acked, 6);
  channel.close();
});

Deno.test("network: FIN, RST, refusal, silence and a missing family are told apart", async () => {
  const network = new SimulatedNetwork({ client: ["10.77.0.2"] });
  const host = network.addHost([HOST]);
  host.onTcp(1, (channel) => channel.close());
  host.onTcp(2, (channel) => channel.close("rst"));
  host.onTcp(3, () => {});
  assertEquals((await next(network, await connect(network, HOST, 1)))?.kind, "fin");
  assertEquals((await next(network, await connect(network, HOST, 2)))?.kind, "rst");
  assertEquals(await next(network, await connect(network, HOST, 3)), undefined);
  const until = network.clock.now() + 3000;
  const refused = await network.connectTcp({ address: HOST, port: 4 }, { until });
  assert(!refused.ok && refused.failure === "refused");
  const nobody = await network.connectTcp({ address: "203.0.113.9", port: 4 }, { until });
  assert(!nobody.ok && nobody.failure === "timeout");
  assertEquals(network.clock.now(), until);
  const six = await network.connectTcp({ address: "2001:db8::1", port: 4 }, { until });
  assert(!six.ok && six.failure === "no-route");
});

Deno.test("network: octets that nobody read turn a close into a reset", async () => {
  const network = new SimulatedNetwork();
  const host = network.addHost([HOST]);
  host.onTcp(4500, async (channel) => {
    await host.clock.sleep(host.clock.now() + 50);
    channel.close();
  });
  const channel = await connect(network);
  await channel.send(PREFIX);
  assertEquals((await next(network, channel))?.kind, "rst");
});

Deno.test("middlebox: a reset on the prefix spares a split prefix", async () => {
  const network = new SimulatedNetwork({ middleboxes: [resetOnPrefix()] });
  network.addHost([HOST]).onTcp(4500, echo);
  const whole = await connect(network);
  await whole.send(PREFIX);
  assertEquals((await next(network, whole))?.kind, "rst");
  const split = await connect(network);
  await split.send(PREFIX.slice(0, 3));
  await split.send(PREFIX.slice(3));
  assertEquals((await next(network, split))?.kind, "octets");
  split.close();
});

Deno.test("middlebox: a swallowed segment is never acknowledged, however often TCP repeats it", async () => {
  const network = new SimulatedNetwork({ middleboxes: [dropOnPrefix()] });
  network.addHost([HOST]).onTcp(4500, echo);
  const channel = await connect(network);
  await channel.send(PREFIX);
  await channel.send(new Uint8Array([1]));
  assertEquals(await next(network, channel), undefined);
  assertEquals(channel.tcpInfo?.()?.acked, 0);
  assert(channel.tcpInfo!()!.retransmits > 2);
  channel.close();
});

Deno.test("middlebox: TCP gets through random loss, UDP does not always", async () => {
  const network = new SimulatedNetwork({ middleboxes: [loss(30)], seed: 8 });
  const host = network.addHost([HOST]);
  host.onTcp(4500, echo);
  host.onUdp(500, (data) => [data]);
  const channel = await connect(network);
  for (let i = 0; i < 20; i++) await channel.send(new Uint8Array([i]));
  const received: number[] = [];
  while (received.length < 20) {
    const arrival = await next(network, channel, 60_000);
    assert(arrival?.kind === "octets");
    received.push(...arrival.data);
  }
  assertEquals(received, Array.from({ length: 20 }, (_, i) => i));
  channel.close();
  const udp = await network.openUdp({ address: HOST, port: 500 });
  assert(udp.ok);
  for (let i = 0; i < 20; i++) await udp.channel.send(new Uint8Array([i]));
  let answers = 0;
  while (await next(network, udp.channel, 100) !== undefined) answers++;
  assert(answers > 0 && answers < 20, `${answers} of 20`);
  udp.channel.close();
});

Deno.test("middlebox: an ICMP rejection names the router, to UDP and to a SYN", async () => {
  const network = new SimulatedNetwork({ middleboxes: [reject({ address: HOST }, "10.77.0.1")] });
  network.addHost([HOST]);
  const udp = await network.openUdp({ address: HOST, port: 500 });
  assert(udp.ok);
  await udp.channel.send(PREFIX);
  const arrival = await next(network, udp.channel);
  assert(arrival?.kind === "icmp" && arrival.icmp.from === "10.77.0.1" && arrival.icmp.failure === "prohibited");
  udp.channel.close();
  const tcp = await network.connectTcp({ address: HOST, port: 4500 }, { until: network.clock.now() + 3000 });
  assert(!tcp.ok && tcp.failure === "prohibited" && tcp.icmp?.from === "10.77.0.1");
});

Deno.test("middlebox: an injected reset comes sooner than the host could answer", async () => {
  const network = new SimulatedNetwork({
    latency: 50,
    middleboxes: [reset({ flag: "data" }, { distance: 2, pass: true })],
  });
  network.addHost([HOST]).onTcp(4500, echo);
  const channel = await connect(network);
  const start = network.clock.now();
  await channel.send(PREFIX);
  assertEquals((await next(network, channel))?.kind, "rst");
  assertEquals(network.clock.now() - start, 4);
});

Deno.test("middlebox: NAT on either side is seen by the other end only", async () => {
  const network = new SimulatedNetwork({ middleboxes: [nat("198.51.100.7"), dnat("192.0.2.9", "10.0.0.9")] });
  const host = network.addHost(["10.0.0.9"]);
  const seen: string[] = [];
  host.onUdp(500, (data, from, socket) => {
    seen.push(`${from.address} ${from.port} ${socket.local.address}`);
    return [data];
  });
  host.onTcp(4500, (channel) => {
    seen.push(`${channel.remote.address} ${channel.remote.port} ${channel.local.address}`);
    channel.close();
  });
  const udp = await network.openUdp({ address: "192.0.2.9", port: 500 });
  assert(udp.ok);
  await udp.channel.send(PREFIX);
  const arrival = await next(network, udp.channel);
  assert(arrival?.kind === "octets");
  assertEquals(arrival.from, { address: "192.0.2.9", port: 500 });
  udp.channel.close();
  const tcp = await connect(network, "192.0.2.9");
  assertEquals((await next(network, tcp))?.kind, "fin");
  tcp.close();
  assertEquals(seen, ["198.51.100.7 20000 10.0.0.9", "198.51.100.7 20001 10.0.0.9"]);
});

Deno.test("middlebox: an intercepting proxy answers in the host's name", async () => {
  const network = new SimulatedNetwork({ latency: 40 });
  network.addHost([HOST]);
  const proxy = network.addHost(["10.77.0.1"], { latency: 1 });
  proxy.onTcp(3128, echo);
  network.middleboxes.push(intercept({ port: 4500 }, proxy, 3128));
  const channel = await connect(network);
  assertEquals(channel.tcpInfo?.()?.rtt_ms, 2);
  await channel.send(PREFIX);
  assertEquals((await next(network, channel))?.kind, "octets");
  channel.close();
});

Deno.test("network: TLS stands in for the real one, hides its payload and fails as asked", async () => {
  const network = new SimulatedNetwork({ middleboxes: [resetOnPrefix(), drop({ port: 99 }), delay(1)] });
  const host = network.addHost([HOST]);
  host.onTls(443, echo);
  host.onTls(444, echo, { report: { trusted: true, chain: [] }, alert: "handshake_failure" });
  host.onTcp(445, (channel) => void channel.send(new TextEncoder().encode("SSH-2.0-x\r\n")));
  const options = () => ({ until: network.clock.now() + 3000, serverName: "vpn.example" });
  const good = await network.connectTls({ address: HOST, port: 443 }, options());
  assert(good.ok);
  assertEquals(good.channel.tls?.server_name, "vpn.example");
  await good.channel.send(PREFIX);
  const arrival = await next(network, good.channel);
  assert(arrival?.kind === "octets");
  assertEquals(arrival.data, PREFIX);
  good.channel.close();
  const alert = await network.connectTls({ address: HOST, port: 444 }, options());
  assert(!alert.ok && alert.alert === "handshake_failure");
  const foreign = await network.connectTls({ address: HOST, port: 445 }, options());
  assert(!foreign.ok && foreign.foreign !== undefined);
});

Deno.test("network: two runs with one seed are equal", async () => {
  const run = async () => {
    const network = new SimulatedNetwork({ middleboxes: [loss(40)], seed: 3 });
    network.addHost([HOST]).onTcp(4500, echo);
    const channel = await connect(network);
    for (let i = 0; i < 10; i++) await channel.send(network.random(4));
    while (await next(network, channel, 1000) !== undefined);
    channel.close();
    return network.trace.map(({ at, packet }) => `${at} ${packet.flag} ${[...packet.data]}`);
  };
  assertEquals(await run(), await run());
});
