/**
 * A whole network in memory: a client (the `Network` that a probe is given), hosts, and middleboxes between them. It is
 * deterministic (seed) and its time is virtual, so a probe of three silent seconds takes microseconds.
 *
 * ```ts
 * const network = new SimulatedNetwork({ middleboxes: [resetOnPrefix()] });
 * network.addHost(["203.0.113.2"]).onTcp(4500, (channel) => channel.close());
 * const facts = await probeHost("203.0.113.2", settings, network, hooks);
 * ```
 */
import type { Endpoint, Failure, Sight } from "../../lib/model/mod.ts";
import type {
  ConnectOptions,
  Icmp,
  Network,
  Opened,
  OpenOptions,
  Resolved,
  TlsOptions,
} from "../../lib/net/transport.ts";
import { isAddress } from "../../lib/wire/mod.ts";
import { VirtualClock } from "./clock.ts";
import { type HostOptions, SimulatedHost } from "./host.ts";
import { connectionKey, endpointKey, familyOf, type Middlebox, type Packet, type Passage } from "./packet.ts";
import { SeededRandom } from "./random.ts";
import { type Handshake, SimulatedTcp } from "./tcp.ts";
import { clientHandshake } from "./tls.ts";
import { SimulatedUdp } from "./udp.ts";

/** Options of {@linkcode SimulatedNetwork}. */
export interface SimulatedNetworkOptions {
  readonly seed?: number;
  /** One-way distance of hosts in milliseconds. Default 5. */
  readonly latency?: number;
  /** The client's addresses; leave a family out and the client does not have it. Default 10.77.0.2 and fd77::2. */
  readonly client?: readonly string[];
  /** What names resolve to. */
  readonly names?: Readonly<Record<string, readonly string[]>>;
  /** In the order in which the client's packets pass them. */
  readonly middleboxes?: readonly Middlebox[];
  readonly sight?: Partial<Sight>;
  /** Binding to ports below 1024 is refused. Default true. */
  readonly unprivileged?: boolean;
  readonly clock?: VirtualClock;
}

/** A packet as it was sent, before any middlebox. */
export interface Trace {
  readonly at: number;
  readonly packet: Packet;
}

const FULL_SIGHT: Sight = { icmp: true, router: true, strangers: true, tcpInfo: true };

/** See the file's head. */
export class SimulatedNetwork implements Network {
  readonly clock: VirtualClock;
  readonly sight: Network["sight"];
  /** Everything that client and hosts sent, in order. */
  readonly trace: Trace[] = [];
  readonly middleboxes: Middlebox[];
  readonly #client: readonly string[];
  readonly #names: Readonly<Record<string, readonly string[]>>;
  readonly #latency: number;
  readonly #sight: Sight;
  readonly #unprivileged: boolean;
  readonly #random: SeededRandom;
  readonly #hosts = new Map<string, SimulatedHost>();
  readonly #udp: SimulatedUdp[] = [];
  readonly #tcp = new Map<string, SimulatedTcp>();
  #nextPort = 40001;

  constructor(options: SimulatedNetworkOptions = {}) {
    this.clock = options.clock ?? new VirtualClock();
    this.middleboxes = [...options.middleboxes ?? []];
    this.#client = options.client ?? ["10.77.0.2", "fd77::2"];
    this.#names = options.names ?? {};
    this.#latency = options.latency ?? 5;
    this.#sight = { ...FULL_SIGHT, ...options.sight };
    this.sight = { udp: this.#sight, tcp: this.#sight };
    this.#unprivileged = options.unprivileged ?? true;
    this.#random = new SeededRandom(options.seed ?? 1);
  }

  /** A host with these addresses; nothing listens there yet. */
  addHost(addresses: readonly string[], options: HostOptions = {}): SimulatedHost {
    const host = new SimulatedHost(addresses, options, {
      clock: this.clock,
      random: (length) => this.random(length),
      transmit: (packet) => this.#transmit(packet),
      icmp: (packet, icmp) => this.#later(this.#latencyOf(packet.to.address), () => this.#icmp(packet, icmp)),
    });
    for (const address of addresses) this.#hosts.set(address, host);
    return host;
  }

  random(length: number): Uint8Array {
    return this.#random.octets(length);
  }

  resolve(name: string, family?: 4 | 6): Promise<Resolved> {
    const bare = name.replace(/^\[(.*)\]$/, "$1");
    const all = isAddress(bare.replace(/%.*$/, "")) ? [bare] : this.#names[name] ?? [];
    const addresses = all.map((address) => ({ address, family: familyOf(address) }))
      .filter((entry) => family === undefined || entry.family === family);
    if (addresses.length > 0) return Promise.resolve({ ok: true, addresses, ms: 0.5 });
    return Promise.resolve({ ok: false, detail: `no address for ${name}`, ms: 0.5 });
  }

  openUdp(remote: Endpoint, options: OpenOptions = {}): Promise<Opened> {
    const local = this.#bind(remote, options, (endpoint) => this.#udp.some((socket) => same(socket.local, endpoint)));
    if ("failure" in local) return Promise.resolve({ ...local, ok: false, ms: 0 });
    const socket: SimulatedUdp = new SimulatedUdp(local, remote, this.#sight, {
      clock: this.clock,
      transmit: (packet) => this.#transmit(packet),
      release: () => this.#udp.splice(this.#udp.indexOf(socket), 1),
    });
    this.#udp.push(socket);
    return Promise.resolve({ ok: true, channel: socket, ms: 0 });
  }

  connectTcp(remote: Endpoint, options: ConnectOptions): Promise<Opened> {
    return this.#connect(remote, options);
  }

  async connectTls(remote: Endpoint, options: TlsOptions): Promise<Opened> {
    const begun = this.clock.now();
    const tcp = await this.#connect(remote, options);
    if (!tcp.ok) return tcp;
    options.onConnected?.(tcp.channel, tcp.ms);
    const { until, signal } = options;
    const result = await clientHandshake(tcp.channel, this.clock, options.serverName, until, signal);
    const ms = this.clock.now() - begun;
    if (result.ok) return { ok: true, channel: result.session, ms };
    tcp.channel.close();
    const base = { ok: false, ms, local: tcp.channel.local } as const;
    if (result.alert !== undefined) {
      return { ...base, failure: "tls", detail: `received fatal alert: ${result.alert}`, alert: result.alert };
    }
    if (result.foreign !== undefined) {
      return { ...base, failure: "tls", detail: "octets that are no TLS record", foreign: result.foreign };
    }
    if (result.arrival === undefined) return { ...base, failure: "timeout", detail: "TLS handshake timed out" };
    if (result.arrival.kind === "rst") return { ...base, failure: "reset", detail: "connection reset by peer" };
    return { ...base, failure: "tls", detail: "connection closed during the handshake" };
  }

  async #connect(remote: Endpoint, options: ConnectOptions): Promise<Opened> {
    const begun = this.clock.now();
    const local = this.#bind(remote, options, (endpoint) => this.#tcp.has(connectionKey(endpoint, remote)));
    if ("failure" in local) return { ...local, ok: false, ms: 0 };
    const key = connectionKey(local, remote);
    const channel = new SimulatedTcp(local, remote, this.#sight, {
      clock: this.clock,
      client: true,
      transmit: (packet) => this.#transmit(packet),
      release: () => this.#tcp.delete(key),
    }, options.mss);
    this.#tcp.set(key, channel);
    const result = await this.#handshake(channel, options);
    const ms = this.clock.now() - begun;
    if (result === "connected") return { ok: true, channel, ms };
    channel.close("rst");
    if (result === undefined) return { ok: false, failure: "timeout", detail: "connection timed out", ms, local };
    if (result === "refused") return { ok: false, failure: "refused", detail: "connection refused", ms, local };
    const icmp = this.#sight.icmp ? { icmp: this.#sight.router ? result : { ...result, from: null } } : {};
    return { ok: false, failure: result.failure, detail: result.name, ms, local, ...icmp };
  }

  async #handshake(channel: SimulatedTcp, options: ConnectOptions): Promise<Handshake | undefined> {
    const stop = new AbortController();
    let result: Handshake | undefined;
    channel.open((how) => {
      result = how;
      stop.abort();
    });
    const abort = () => stop.abort();
    options.signal?.addEventListener("abort", abort);
    if (!options.signal?.aborted) await this.clock.sleep(options.until, stop.signal);
    options.signal?.removeEventListener("abort", abort);
    return result;
  }

  /** The local endpoint, or why there is none. */
  #bind(
    remote: Endpoint,
    options: OpenOptions,
    taken: (endpoint: Endpoint) => boolean,
  ): Endpoint | { failure: Failure; detail: string } {
    const family = familyOf(remote.address);
    const own = this.#client.filter((address) => familyOf(address) === family);
    if (own[0] === undefined) return { failure: "no-route", detail: "network is unreachable" };
    const address = options.source ?? own[0];
    if (!own.includes(address)) {
      return { failure: "address-not-available", detail: "cannot assign requested address" };
    }
    const port = options.sourcePort || this.#nextPort++;
    if (port < 1024 && this.#unprivileged) return { failure: "permission", detail: "permission denied" };
    if (taken({ address, port })) return { failure: "address-in-use", detail: "address already in use" };
    return { address, port };
  }

  #transmit(sent: Packet): void {
    this.trace.push({ at: this.clock.now(), packet: sent });
    const out = this.#client.includes(sent.from.address);
    // All middleboxes stand before the client: between two hosts there are none.
    const boxes = out ? this.middleboxes : this.#hosts.has(sent.to.address) ? [] : this.middleboxes.toReversed();
    const latency = out ? undefined : this.#latencyOf(sent.from.address);
    let packet = sent;
    let extra = 0;
    for (const box of boxes) {
      const verdict = box.handle(packet, this.#passage(box, packet, sent, out));
      if (verdict === "drop") return;
      if (verdict !== undefined && "delay" in verdict) extra += verdict.delay;
      else if (verdict !== undefined) packet = verdict;
    }
    const arrived = { ...packet, original: sent };
    this.#later((latency ?? this.#latencyOf(arrived.to.address)) + extra, () => this.#deliver(arrived));
  }

  #passage(box: Middlebox, packet: Packet, sent: Packet, out: boolean): Passage {
    const host = out ? packet.to.address : packet.from.address;
    const whole = this.#latencyOf(host);
    const near = Math.min(box.distance ?? whole / 4, whole);
    const here = out ? near : whole - near;
    return {
      now: this.clock.now(),
      direction: out ? "out" : "in",
      random: () => this.#random.next(),
      inject: (forged) => {
        const target = this.#client.includes(forged.to.address) ? near : whole - near;
        this.#later(here + target, () => this.#deliver({ ...forged, forged: true }));
      },
      icmp: (icmp) => this.#later(2 * here, () => this.#icmp(sent, icmp)),
    };
  }

  #deliver(packet: Packet): void {
    const host = this.#hosts.get(packet.to.address);
    if (host !== undefined) return host.deliver(packet);
    if (packet.protocol === "tcp") return this.#deliverTcp(packet);
    const here = this.#udp.filter((socket) => same(socket.local, packet.to));
    (here.find((socket) => same(socket.remote, packet.from)) ?? here[0])?.deliver(packet);
  }

  #deliverTcp(packet: Packet): void {
    const connection = this.#tcp.get(connectionKey(packet.to, packet.from));
    if (connection !== undefined) return connection.deliver(packet);
    if (packet.flag === "data" || packet.flag === "syn-ack") {
      this.#transmit({ protocol: "tcp", from: packet.to, to: packet.from, data: new Uint8Array(), flag: "rst" });
    }
  }

  /** Tells the client's socket that sent `packet` about an ICMP error. */
  #icmp(about: Packet, icmp: Icmp): void {
    const packet = about.original ?? about;
    if (packet.protocol === "tcp") {
      this.#tcp.get(connectionKey(packet.from, packet.to))?.deliverIcmp(icmp);
    } else {
      this.#udp.find((socket) => same(socket.local, packet.from) && same(socket.remote, packet.to))?.deliverIcmp(icmp);
    }
  }

  #latencyOf(address: string): number {
    return this.#hosts.get(address)?.options.latency ?? this.#latency;
  }

  #later(ms: number, run: () => void): void {
    this.clock.schedule(this.clock.now() + ms, run);
  }
}

function same(a: Endpoint, b: Endpoint): boolean {
  return endpointKey(a) === endpointKey(b);
}
