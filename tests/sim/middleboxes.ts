/** Middleboxes of the simulated network, by what they do. All but `loss` and NAT are stateless. */
import type { Endpoint } from "../../lib/model/mod.ts";
import type { Icmp } from "../../lib/net/transport.ts";
import type { SimulatedHost } from "./host.ts";
import { connectionKey, endpointKey, type Flag, type Middlebox, type Packet, prohibited } from "./packet.ts";

/** Which packets a middlebox is about. Everything that is given must fit. */
export interface Match {
  readonly protocol?: "udp" | "tcp";
  /** The host's port. */
  readonly port?: number;
  /** The host's address. */
  readonly address?: string;
  /** Default: both. */
  readonly direction?: "out" | "in";
  readonly flag?: Flag;
  /** The payload contains these octets. */
  readonly contains?: string;
  /** The payload begins with these octets. */
  readonly begins?: string;
  readonly test?: (packet: Packet) => boolean;
}

const text = (data: Uint8Array) => String.fromCharCode(...data);

function matcher(match: Match): (packet: Packet, direction: "out" | "in") => boolean {
  return (packet, direction) => {
    const far = direction === "out" ? packet.to : packet.from;
    return (match.protocol === undefined || match.protocol === packet.protocol) &&
      (match.port === undefined || match.port === far.port) &&
      (match.address === undefined || match.address === far.address) &&
      (match.direction === undefined || match.direction === direction) &&
      (match.flag === undefined || match.flag === packet.flag) &&
      (match.contains === undefined || text(packet.data).includes(match.contains)) &&
      (match.begins === undefined || text(packet.data).startsWith(match.begins)) &&
      (match.test === undefined || match.test(packet));
  };
}

function rst(from: Endpoint, to: Endpoint): Packet {
  return { protocol: "tcp", from, to, data: new Uint8Array(), flag: "rst" };
}

/** Drops what matches. */
export function drop(match: Match): Middlebox {
  const fits = matcher(match);
  return { name: "drop", handle: (packet, passage) => fits(packet, passage.direction) ? "drop" : undefined };
}

/** Answers what matches with an ICMP error: by default administratively prohibited, from `router`. */
export function reject(match: Match, router = "10.77.0.1", icmp: (router: string) => Icmp = prohibited): Middlebox {
  const fits = matcher({ direction: "out", ...match });
  return {
    name: "reject",
    handle(packet, passage) {
      if (!fits(packet, passage.direction)) return undefined;
      passage.icmp(icmp(router));
      return "drop";
    },
  };
}

/** Resets the connection of a segment that matches, both ways, and drops the segment (`pass`: lets it through). */
export function reset(match: Match, options: { distance?: number; pass?: boolean } = {}): Middlebox {
  const fits = matcher({ direction: "out", protocol: "tcp", ...match });
  return {
    name: "reset",
    distance: options.distance,
    handle(packet, passage) {
      if (!fits(packet, passage.direction)) return undefined;
      passage.inject(rst(packet.to, packet.from));
      if (!options.pass && packet.flag !== "syn") passage.inject(rst(packet.from, packet.to));
      return options.pass ? undefined : "drop";
    },
  };
}

/** Resets streams of which one segment begins with "IKETCP". */
export function resetOnPrefix(port?: number): Middlebox {
  return reset({ port, flag: "data", begins: "IKETCP" });
}

/** Swallows segments that begin with "IKETCP", and so all that comes after them. */
export function dropOnPrefix(port?: number): Middlebox {
  return drop({ protocol: "tcp", direction: "out", port, flag: "data", begins: "IKETCP" });
}

/** Loses this share of all packets, at random. */
export function loss(percent: number, match: Match = {}): Middlebox {
  const fits = matcher(match);
  return {
    name: "loss",
    handle: (packet, passage) =>
      fits(packet, passage.direction) && passage.random() * 100 < percent ? "drop" : undefined,
  };
}

/** Delays what matches by `ms`. */
export function delay(ms: number, match: Match = {}): Middlebox {
  const fits = matcher(match);
  return { name: "delay", handle: (packet, passage) => fits(packet, passage.direction) ? { delay: ms } : undefined };
}

/** Changes the payload of what matches. */
export function rewrite(match: Match, change: (data: Uint8Array) => Uint8Array): Middlebox {
  const fits = matcher(match);
  return {
    name: "rewrite",
    handle: (packet, passage) =>
      fits(packet, passage.direction) && packet.data.length > 0
        ? { ...packet, data: change(packet.data.slice()) }
        : undefined,
  };
}

/** A NAT before the client: it appears as `outside`, from ports that begin at `firstPort`, or from its own (`keep`). */
export function nat(outside: string, options: { firstPort?: number; keepPorts?: boolean } = {}): Middlebox {
  const family = outside.includes(":");
  const outer = new Map<string, Endpoint>();
  const inner = new Map<string, Endpoint>();
  let next = options.firstPort ?? 20000;
  return {
    name: "nat",
    distance: 1,
    handle(packet, passage) {
      if (packet.from.address.includes(":") !== family) return undefined;
      if (passage.direction === "in") {
        const to = inner.get(`${packet.protocol} ${endpointKey(packet.to)}`);
        return to === undefined ? "drop" : { ...packet, to };
      }
      const key = `${packet.protocol} ${connectionKey(packet.from, packet.to)}`;
      let from = outer.get(key);
      if (from === undefined) {
        from = { address: outside, port: options.keepPorts ? packet.from.port : next++ };
        outer.set(key, from);
        inner.set(`${packet.protocol} ${endpointKey(from)}`, packet.from);
      }
      return { ...packet, from };
    },
  };
}

/** A NAT before the gateway: the client addresses `outside`, the host sees `inside` (another port: `ports`). */
export function dnat(outside: string, inside: string, ports: Readonly<Record<number, number>> = {}): Middlebox {
  const back = Object.fromEntries(Object.entries(ports).map(([from, to]) => [to, Number(from)]));
  return {
    name: "dnat",
    handle(packet, passage) {
      if (passage.direction === "out" && packet.to.address === outside) {
        return { ...packet, to: { address: inside, port: ports[packet.to.port] ?? packet.to.port } };
      }
      if (passage.direction === "in" && packet.from.address === inside) {
        return { ...packet, from: { address: outside, port: back[packet.from.port] ?? packet.from.port } };
      }
      return undefined;
    },
  };
}

/** Hands connections that match to a proxy on another host; the client does not notice. */
export function intercept(match: Match, proxy: SimulatedHost, port: number): Middlebox {
  const fits = matcher({ protocol: "tcp", direction: "out", ...match });
  const real = new Map<string, Endpoint>();
  return {
    name: "intercept",
    handle(packet, passage) {
      const address = proxy.addresses.find((one) => one.includes(":") === packet.to.address.includes(":"));
      if (address === undefined) return undefined;
      if (passage.direction === "out" && fits(packet, "out")) {
        real.set(endpointKey(packet.from), packet.to);
        return { ...packet, to: { address, port } };
      }
      const from = real.get(endpointKey(packet.to));
      const ours = packet.from.address === address && packet.from.port === port;
      return passage.direction === "in" && ours && from !== undefined ? { ...packet, from } : undefined;
    },
  };
}
