/** A machine in the simulated network, on which a gateway or a scripted behaviour listens. */
import type { Endpoint } from "../../lib/model/mod.ts";
import type { Credentials, GatewayHost, StreamListener, UdpListener } from "../../lib/gateway/host.ts";
import type { Channel, Clock } from "../../lib/net/transport.ts";
import { connectionKey, endpointKey, type Packet, portUnreachable } from "./packet.ts";
import { SimulatedTcp } from "./tcp.ts";
import { serverHandshake, type SimulatedTls } from "./tls.ts";
import { SimulatedUdpServer } from "./udp.ts";
import type { VirtualClock } from "./clock.ts";
import type { Icmp } from "../../lib/net/transport.ts";

/** Options of {@linkcode SimulatedHost}. */
export interface HostOptions {
  /** One-way distance from the client in milliseconds; default: the network's. */
  readonly latency?: number;
  /** Answers neither SYNs to closed ports nor datagrams to them: a firewall that drops. */
  readonly stealth?: boolean;
  /** The host is down: nothing is answered at all. */
  readonly down?: boolean;
  /** What `listenTls` shows. */
  readonly tls?: SimulatedTls;
}

/** What a host needs of the network. */
export interface HostWire {
  readonly clock: VirtualClock;
  random(length: number): Uint8Array;
  transmit(packet: Packet): void;
  /** An ICMP error about a packet that came in, to its sender. */
  icmp(packet: Packet, icmp: Icmp): void;
}

/** A connection that was accepted: what a script sees. */
export type Accept = (channel: Channel) => Promise<void> | void;

const TLS_REPORT: SimulatedTls = { report: { version: "TLSv1.3", trusted: true, chain: [] } };
const SIGHT = { icmp: false, router: false, strangers: true, tcpInfo: false };

/** See the file's head. It is the `GatewayHost` of a gateway that runs in the simulation. */
export class SimulatedHost implements GatewayHost {
  readonly clock: Clock;
  readonly #udp = new Map<string, SimulatedUdpServer>();
  readonly #listeners = new Map<string, (channel: SimulatedTcp) => void>();
  readonly #connections = new Map<string, SimulatedTcp>();
  #nextPort = 50000;

  constructor(
    readonly addresses: readonly string[],
    readonly options: HostOptions,
    private readonly wire: HostWire,
  ) {
    this.clock = wire.clock.background;
  }

  random(length: number): Uint8Array {
    return this.wire.random(length);
  }

  /** The beginning of 2026, whatever the clock says. */
  today(): Date {
    return new Date(Date.UTC(2026, 0, 1) + this.clock.now());
  }

  expand(address: string): readonly string[] {
    return address === "0.0.0.0"
      ? this.addresses.filter((one) => !one.includes(":"))
      : address === "::"
      ? this.addresses.filter((one) => one.includes(":"))
      : [address];
  }

  // deno-lint-ignore require-await
  async listenUdp(local: Endpoint): Promise<UdpListener> {
    const bound = this.#bind(local, (key) => this.#udp.has(key));
    const key = endpointKey(bound);
    const socket = new SimulatedUdpServer(bound, {
      clock: this.clock,
      transmit: (packet) => this.wire.transmit(packet),
      release: () => this.#udp.delete(key),
    });
    this.#udp.set(key, socket);
    return socket;
  }

  // deno-lint-ignore require-await
  async listenTcp(local: Endpoint): Promise<StreamListener> {
    return this.#listener(local, [], (channel, ready) => ready(channel));
  }

  // deno-lint-ignore require-await
  async listenTls(local: Endpoint, _credentials?: Credentials): Promise<StreamListener> {
    const tls = this.options.tls ?? TLS_REPORT;
    const handshake = async (tcp: Channel, ready: (channel: Channel) => void) => {
      const session = await serverHandshake(tcp, this.wire.clock, tls);
      if (session !== undefined) ready(session);
    };
    return this.#listener(local, [], handshake);
  }

  /** Runs `accept` for every connection to the port, on every address. */
  onTcp(port: number, accept: Accept): void {
    for (const address of this.addresses) {
      this.#listeners.set(endpointKey({ address, port }), (channel) => void accept(channel));
    }
  }

  /** Runs `accept` for every TLS session on the port, on every address. */
  onTls(port: number, accept: Accept, tls = this.options.tls ?? TLS_REPORT): void {
    this.onTcp(port, async (tcp) => {
      const session = await serverHandshake(tcp, this.wire.clock, tls);
      if (session !== undefined) await accept(session);
    });
  }

  /** Runs `answer` for every datagram to the port, on every address; what it returns goes back. */
  onUdp(
    port: number,
    answer: (data: Uint8Array, from: Endpoint, socket: UdpListener) => readonly Uint8Array[],
  ): void {
    for (const address of this.addresses) void this.#answerUdp({ address, port }, answer);
  }

  async #answerUdp(
    local: Endpoint,
    answer: (data: Uint8Array, from: Endpoint, socket: UdpListener) => readonly Uint8Array[],
  ): Promise<void> {
    const socket = await this.listenUdp(local);
    for (;;) {
      const datagram = await socket.receive();
      if (datagram === undefined) return;
      for (const data of answer(datagram.data, datagram.from, socket)) await socket.send(data, datagram.from);
    }
  }

  /** Opens a connection from this host, past all middleboxes: for proxies that relay. */
  connectTcp(remote: Endpoint): Promise<Channel | undefined> {
    const local = { address: this.addresses[0]!, port: this.#nextPort++ };
    const channel = this.#connection(local, remote);
    return new Promise((resolve) => channel.open((result) => resolve(result === "connected" ? channel : undefined)));
  }

  /** Called by the network. */
  deliver(packet: Packet): void {
    if (this.options.down) return;
    if (packet.protocol === "udp") {
      const socket = this.#udp.get(endpointKey(packet.to));
      if (socket !== undefined) socket.deliver(packet);
      else if (!this.options.stealth) this.wire.icmp(packet, portUnreachable(packet.to.address));
      return;
    }
    const connection = this.#connections.get(connectionKey(packet.to, packet.from));
    if (connection !== undefined) return connection.deliver(packet);
    if (packet.flag === "syn") return this.#syn(packet);
    if (packet.flag !== "rst" && packet.flag !== "ack" && !this.options.stealth) this.#rst(packet);
  }

  #syn(packet: Packet): void {
    const accept = this.#listeners.get(endpointKey(packet.to));
    if (accept === undefined) {
      if (!this.options.stealth) this.#rst(packet);
      return;
    }
    const channel = this.#connection(packet.to, packet.from);
    channel.acceptSyn(() => accept(channel));
  }

  #connection(local: Endpoint, remote: Endpoint): SimulatedTcp {
    const key = connectionKey(local, remote);
    const channel = new SimulatedTcp(local, remote, SIGHT, {
      clock: this.wire.clock,
      client: false,
      transmit: (out) => this.wire.transmit(out),
      release: () => this.#connections.delete(key),
    });
    this.#connections.set(key, channel);
    return channel;
  }

  #rst(packet: Packet): void {
    this.wire.transmit({ protocol: "tcp", from: packet.to, to: packet.from, data: new Uint8Array(), flag: "rst" });
  }

  #listener(
    local: Endpoint,
    waiting: Channel[],
    greet: (channel: Channel, ready: (channel: Channel) => void) => void,
  ): StreamListener {
    const bound = this.#bind(local, (key) => this.#listeners.has(key));
    const key = endpointKey(bound);
    let wake: (() => void) | undefined;
    let closed = false;
    this.#listeners.set(key, (tcp) =>
      greet(tcp, (channel) => {
        waiting.push(channel);
        wake?.();
      }));
    return {
      local: bound,
      accept: async () => {
        if (waiting.length === 0 && !closed) await new Promise<void>((resolve) => wake = resolve);
        wake = undefined;
        return waiting.shift();
      },
      close: () => {
        closed = true;
        this.#listeners.delete(key);
        wake?.();
      },
    };
  }

  #bind(local: Endpoint, taken: (key: string) => boolean): Endpoint {
    if (!this.addresses.includes(local.address)) {
      throw new Error(`Cannot listen on ${local.address}: the host has ${this.addresses.join(", ")}`);
    }
    const bound = local.port === 0 ? { ...local, port: this.#nextPort++ } : local;
    if (taken(endpointKey(bound))) throw new Error(`Cannot listen on ${bound.address} port ${bound.port}: in use`);
    return bound;
  }
}
