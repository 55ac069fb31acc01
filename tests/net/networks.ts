/** What the tests of lib/net share: both kinds of sockets, and a server of each kind. */
import { assert } from "@std/assert";
import {
  listenTcp,
  listenUdp,
  type Network,
  type StreamListener,
  systemNetwork,
  type UdpListener,
} from "../../lib/net/mod.ts";
import type { Arrival, Channel, Opened } from "../../lib/net/transport.ts";

/** A kind of sockets. Made when this module is loaded: the C library stays loaded, and would look like a leak of a test. */
export interface Kind {
  readonly name: string;
  readonly portable: boolean;
  readonly network: Network;
}

/** Both kinds; on a machine without the C library both are the portable ones. */
export const KINDS: readonly Kind[] = [
  { name: "native", portable: false, network: systemNetwork() },
  { name: "portable", portable: true, network: systemNetwork({ portable: true }) },
];

/** Whether the C library's sockets are there. */
export const NATIVE = KINDS[0]!.network.sight.udp.icmp;

/** Long enough for anything on loopback, short enough for a test that fails. */
export const SOON_MS = 5000;
/** How long a test watches for what must not come. */
export const QUIET_MS = 50;

/** A test of each kind of sockets. */
export function testKinds(rule: string, test: (kind: Kind) => Promise<void>): void {
  for (const kind of KINDS) Deno.test(`${rule} (${kind.name})`, () => test(kind));
}

/** The clock's reading a moment from now. */
export function soon(ms = SOON_MS): number {
  return performance.now() + ms;
}

/** The channel of an opening that must have succeeded. */
export function channelOf(opened: Opened): Channel {
  assert(opened.ok, opened.ok ? "" : opened.detail);
  return opened.channel;
}

/** The next arrival, which must be of this kind. */
export async function next<K extends Arrival["kind"]>(
  channel: Channel,
  kind: K,
): Promise<Extract<Arrival, { kind: K }>> {
  const arrival = await channel.receive(soon());
  assert(arrival?.kind === kind, `${arrival?.kind} in place of ${kind}`);
  return arrival as Extract<Arrival, { kind: K }>;
}

/** Octets of a stream until there are so many. */
export async function octets(channel: Channel, count: number): Promise<Uint8Array> {
  const all = new Uint8Array(count);
  let at = 0;
  while (at < count) {
    const { data } = await next(channel, "octets");
    all.set(data, at);
    at += data.length;
  }
  return all;
}

/** Opens a TCP listener on loopback for a test. */
export async function withTcp(
  address: string,
  portable: boolean,
  test: (listener: StreamListener) => Promise<void>,
): Promise<void> {
  const listener = await listenTcp({ address, port: 0 }, { portable });
  try {
    await test(listener);
  } finally {
    listener.close();
  }
}

/** Opens a UDP listener on loopback for a test. */
export async function withUdp(
  address: string,
  portable: boolean,
  test: (listener: UdpListener) => Promise<void>,
): Promise<void> {
  const listener = await listenUdp({ address, port: 0 }, { portable });
  try {
    await test(listener);
  } finally {
    listener.close();
  }
}

/** A connection, and what the listener got of it. */
export async function connected(
  kind: Kind,
  listener: StreamListener,
): Promise<{ readonly ours: Channel; readonly theirs: Channel }> {
  const accepting = listener.accept();
  const ours = channelOf(await kind.network.connectTcp(listener.local, { until: soon() }));
  const theirs = await accepting;
  assert(theirs !== undefined);
  return { ours, theirs };
}
