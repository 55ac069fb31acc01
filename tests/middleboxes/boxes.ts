/** Middleboxes that the rows need beside those of the simulated network, and the proxies that they hand connections to. */
import type { Channel, Icmp } from "../../lib/net/transport.ts";
import { concatBytes } from "../../lib/wire/mod.ts";
import { connectionKey, type Middlebox, type Packet, type SimulatedHost, type SimulatedNetwork } from "../sim/mod.ts";

/** The same middlebox under a name that tells what it does. */
export function called(name: string, box: Middlebox): Middlebox {
  return { ...box, name };
}

/** Follows streams: resets one as soon as it has begun with "IKETCP", however that is cut. */
export function resetOnStream(port: number): Middlebox {
  const streams = new Map<string, string>();
  return {
    name: `follows streams, resets those to TCP ${port} that begin with IKETCP`,
    handle(packet, passage) {
      if (passage.direction !== "out" || packet.flag !== "data" || packet.to.port !== port) return undefined;
      const key = connectionKey(packet.from, packet.to);
      const begun = (streams.get(key) ?? "") + String.fromCharCode(...packet.data);
      streams.set(key, begun.slice(0, 6));
      if (!begun.startsWith("IKETCP")) return undefined;
      passage.inject({ protocol: "tcp", from: packet.to, to: packet.from, data: new Uint8Array(), flag: "rst" });
      passage.inject({ protocol: "tcp", from: packet.from, to: packet.to, data: new Uint8Array(), flag: "rst" });
      return "drop";
    },
  };
}

/** A key of the flow that a packet belongs to, whichever way it goes. */
function flowKey({ protocol, from, to }: Packet): string {
  return [protocol, ...[from, to].map(({ address, port }) => `${address} ${port}`).sort()].join(" ");
}

/** The first packet of each flow takes longer, as where a controller has to learn of flows. */
export function slowFirst(ms: number, isMeant: (packet: Packet) => boolean = () => true): Middlebox {
  const known = new Set<string>();
  return {
    name: `delays the first packet of each flow by ${ms} ms`,
    handle(packet) {
      const key = flowKey(packet);
      if (!isMeant(packet) || known.has(key)) return undefined;
      known.add(key);
      return { delay: ms };
    },
  };
}

/** Each packet takes up to so much longer. */
export function jitter(ms: number, isMeant: (packet: Packet) => boolean = () => true): Middlebox {
  return {
    name: `delays each packet by 0 to ${ms} ms`,
    handle: (packet, passage) => isMeant(packet) ? { delay: passage.random() * ms } : undefined,
  };
}

/** Does this to a share of the flows, by chance, and to each of those always: a member of a cluster that is broken. */
export function toSomeFlows(share: number, name: string, handle: Middlebox["handle"], distance?: number): Middlebox {
  const chosen = new Map<string, boolean>();
  return {
    name: `${name}, for ${share * 100} % of the flows`,
    ...(distance !== undefined && { distance }),
    handle(packet, passage) {
      const key = flowKey(packet);
      if (!chosen.has(key)) chosen.set(key, passage.random() < share);
      return chosen.get(key) ? handle(packet, passage) : undefined;
    },
  };
}

/** Does this to the first TCP connection to a port alone. */
export function toFirst({ port }: { port: number }, name: string, handle: Middlebox["handle"]): Middlebox {
  let first: string | undefined;
  return {
    name: `${name}, for the first connection to TCP ${port}`,
    handle(packet, passage) {
      const far = passage.direction === "out" ? packet.to : packet.from;
      if (packet.protocol !== "tcp" || far.port !== port) return undefined;
      first ??= flowKey(packet);
      return flowKey(packet) === first ? handle(packet, passage) : undefined;
    },
  };
}

/** Resets a connection both ways, and drops the segment. */
export const killConnection: Middlebox["handle"] = (packet, passage) => {
  const rst = { protocol: "tcp", data: new Uint8Array(), flag: "rst" } as const;
  passage.inject({ ...rst, from: packet.to, to: packet.from });
  passage.inject({ ...rst, from: packet.from, to: packet.to });
  return "drop";
};

/** The same to our data alone. */
export const killOnData: Middlebox["handle"] = (packet, passage) =>
  passage.direction === "out" && packet.flag === "data" ? killConnection(packet, passage) : undefined;

/** Follows our streams, and from the first octet of an IKE message on (behind the prefix and a frame's head) drops them. */
export function dropIkeOverTcp(): Middlebox {
  const streams = new Map<string, string>();
  return {
    name: "follows streams, drops them from the first IKE message on",
    handle(packet, passage) {
      if (packet.protocol !== "tcp" || passage.direction !== "out" || packet.flag !== "data") return undefined;
      const key = flowKey(packet);
      const begun = ((streams.get(key) ?? "") + String.fromCharCode(...packet.data)).slice(0, 64);
      streams.set(key, begun);
      return /^IKETCP..\0{4}.{17}\x20/s.test(begun) ? "drop" : undefined;
    },
  };
}

/** A segment with data that is no TLS record (14 to 17, then 03). */
export function isNoTls({ flag, data }: Packet): boolean {
  return flag === "data" && !(data[0]! >= 0x14 && data[0]! <= 0x17 && data[1] === 3);
}

/** Lets so many datagrams of the client pass, and none after them. */
export function only(datagrams: number): Middlebox {
  let passed = 0;
  return {
    name: `lets ${datagrams} datagrams pass`,
    handle: (packet, { direction }) =>
      packet.protocol === "udp" && direction === "out" && ++passed > datagrams ? "drop" : undefined,
  };
}

/** Answers everything with an ICMP error for so many milliseconds: a route that flaps, a gateway that restarts. */
export function early(ms: number, icmp: Icmp): Middlebox {
  let begun: number | undefined;
  return {
    name: `answers ICMP ${icmp.name} for the first ${ms} ms`,
    handle(_, { direction, now, icmp: complain }) {
      begun ??= now;
      if (direction === "in" || now - begun >= ms) return undefined;
      complain(icmp);
      return "drop";
    },
  };
}

/** Answers datagrams with an ICMP error, 2 ms away; all or the first ones. Each datagram passes or not. */
export function forgedIcmp(icmp: Icmp, datagram: "passes" | "is dropped", count = Infinity): Middlebox {
  let left = count;
  return {
    name: `forges ICMP ${icmp.name} to ${
      count === Infinity ? "each datagram" : `${count} datagrams`
    }, which ${datagram}`,
    distance: 2,
    handle(packet, passage) {
      if (packet.protocol !== "udp" || passage.direction === "in") return undefined;
      if (left-- > 0) passage.icmp(icmp);
      return datagram === "passes" ? undefined : "drop";
    },
  };
}

/** Answers the first SYN to a port with an ICMP error. */
export function firstSyn(port: number, icmp: Icmp): Middlebox {
  let first = true;
  return {
    name: `answers ICMP ${icmp.name} to the first SYN to TCP ${port}`,
    handle({ flag, to }, passage) {
      if (passage.direction === "in" || flag !== "syn" || to.port !== port || !first) return undefined;
      first = false;
      passage.icmp(icmp);
      return "drop";
    },
  };
}

/** Swallows the gateway's IKE over TCP to a port; both sides may be told that the connection is over. */
export function swallowAnswers(port: number, connection: "stands" | "is reset"): Middlebox {
  return {
    name: `swallows what answers over TCP ${port}, whose connection ${connection}`,
    handle({ protocol, from, to, data, flag }, { direction, inject }) {
      const isIke = data[24] === 34 || data[24] === 35;
      if (direction === "out" || protocol !== "tcp" || from.port !== port || flag !== "data" || !isIke) {
        return undefined;
      }
      const rst = { protocol: "tcp", data: new Uint8Array(), flag: "rst" } as const;
      if (connection === "is reset") {
        inject({ ...rst, from, to });
        inject({ ...rst, from: to, to: from });
      }
      return "drop";
    },
  };
}

/** Answers each request over UDP with an error notify, 2 ms away, in the gateway's name; lets the request pass or not. */
export function forgedError(type: number, request: "passes" | "is swallowed" = "passes"): Middlebox {
  return {
    name: `forges an error notify (${type}) to each request over UDP, which ${request}`,
    distance: 2,
    handle(packet, { direction, inject }) {
      if (packet.protocol !== "udp" || direction === "in" || packet.data.length < 28) return undefined;
      const marker = packet.data[0] === 0 && packet.data[1] === 0 ? 4 : 0;
      const header = packet.data.slice(marker, marker + 28);
      // Notify, a Response, the length of both.
      [header[16], header[19], header[26], header[27]] = [41, 0x20, 0, 36];
      const notify = Uint8Array.of(0, 0, 0, 8, 0, 0, type >> 8, type & 0xff);
      const data = concatBytes(new Uint8Array(marker), header, notify);
      inject({ ...packet, from: packet.to, to: packet.from, data });
      return request === "passes" ? undefined : "drop";
    },
  };
}

/** A host, 1 ms away, that proxies hand connections to. */
export const PROXY = "10.77.0.8";
export const PROXY_PORT = 3128;

/** Adds the proxy's host. */
export function proxyHost(network: SimulatedNetwork, accept: (channel: Channel) => void, latency = 1): SimulatedHost {
  const host = network.addHost([PROXY], { latency });
  host.onTcp(PROXY_PORT, accept);
  return host;
}

/** Reads what comes and answers as told; `undefined` ends the connection with FIN. */
export async function converse(
  channel: Channel,
  answer: (octets: Uint8Array) => Uint8Array | undefined | "nothing",
): Promise<void> {
  for (;;) {
    const arrival = await channel.receive(Infinity);
    if (arrival?.kind !== "octets") return channel.close();
    const said = answer(arrival.data);
    if (said === undefined) return channel.close();
    if (said !== "nothing") await channel.send(said);
  }
}

/** Passes everything on to the gateway and back, changed on the way when told to. */
export async function relay(
  client: Channel,
  server: Promise<Channel | undefined>,
  change: { up?: Change; down?: Change } = {},
): Promise<void> {
  const far = await server;
  if (far === undefined) return client.close("rst");
  await Promise.all([pass(client, far, change.up?.()), pass(far, client, change.down?.())]);
}

/** Changes a stream, piece by piece; made anew for each connection, as it counts octets. */
export type Change = () => (piece: Uint8Array) => Uint8Array;

async function pass(from: Channel, to: Channel, change = (piece: Uint8Array) => piece): Promise<void> {
  for (;;) {
    const arrival = await from.receive(Infinity);
    if (arrival?.kind === "octets") await to.send(change(arrival.data));
    else return to.close(arrival?.kind === "rst" ? "rst" : "fin");
  }
}

/** Flips a bit of these octets of a stream, counted from 0. */
export function flips(...offsets: number[]): Change {
  return () => {
    let at = 0;
    return (piece) => {
      const changed = piece.map((octet, i) => offsets.includes(at + i) ? octet ^ 0x20 : octet);
      at += piece.length;
      return changed;
    };
  };
}

/** `HTTP/1.1 302 Found`, as a captive portal sends it. */
export const PORTAL = new TextEncoder().encode(
  "HTTP/1.1 302 Found\r\nLocation: http://login.hotel.example/welcome\r\nServer: portal\r\nConnection: close\r\n\r\n",
);

/** `HTTP/1.1 400 Bad Request`, as a proxy answers what is no HTTP. */
export const BAD_REQUEST = new TextEncoder().encode(
  "HTTP/1.1 400 Bad Request\r\nServer: squid/6.1\r\nVia: 1.1 proxy.example\r\nConnection: close\r\n\r\n",
);

/** Sends the same octets again and again, so many milliseconds apart, until the connection ends. */
export async function repeat(
  channel: Channel,
  network: SimulatedNetwork,
  octets: Uint8Array,
  everyMs: number,
): Promise<void> {
  const clock = network.clock.background;
  let ended = false;
  const reading = (async () => {
    for (;;) {
      const arrival = await channel.receive(Infinity);
      if (arrival?.kind !== "octets") return void (ended = true);
    }
  })();
  while (!ended) {
    await channel.send(octets);
    await clock.sleep(clock.now() + everyMs);
  }
  await reading;
  channel.close();
}
