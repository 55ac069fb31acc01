/** UDP sockets of the simulated network. */
import type { Endpoint, Sight } from "../../lib/model/mod.ts";
import type { Arrival, Channel, Clock, Icmp } from "../../lib/net/transport.ts";
import type { Datagram, UdpListener } from "../../lib/gateway/host.ts";
import { Mailbox } from "./mailbox.ts";
import { endpointKey, type Packet } from "./packet.ts";

/** What a socket needs of the network. */
export interface Wire {
  readonly clock: Clock;
  transmit(packet: Packet): void;
  release(): void;
}

/** The client's socket: it talks to one endpoint and sees what its `sight` lets it see. */
export class SimulatedUdp implements Channel {
  readonly #mailbox = new Mailbox(false);
  readonly localCandidates: readonly string[];
  #closed = false;

  constructor(
    readonly local: Endpoint,
    readonly remote: Endpoint,
    readonly sight: Sight,
    private readonly wire: Wire,
  ) {
    this.localCandidates = [local.address];
  }

  send(data: Uint8Array): Promise<void> {
    if (!this.#closed) {
      this.wire.transmit({ protocol: "udp", from: this.local, to: this.remote, data: data.slice() });
    }
    return Promise.resolve();
  }

  receive(until: number, signal?: AbortSignal): Promise<Arrival | undefined> {
    return this.#mailbox.receive(this.wire.clock, until, signal);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#mailbox.close();
    this.wire.release();
  }

  /** Called by the network. */
  deliver(packet: Packet): void {
    const stranger = endpointKey(packet.from) !== endpointKey(this.remote);
    if (stranger && !this.sight.strangers) return;
    this.#mailbox.push({ kind: "octets", at: this.wire.clock.now(), data: packet.data, from: packet.from });
  }

  /** Called by the network. */
  deliverIcmp(icmp: Icmp): void {
    if (!this.sight.icmp) return;
    const seen = this.sight.router ? icmp : { ...icmp, from: null };
    this.#mailbox.push({ kind: "icmp", at: this.wire.clock.now(), icmp: seen });
  }
}

/** A host's socket. */
export class SimulatedUdpServer implements UdpListener {
  readonly #mailbox = new Mailbox(false);
  #closed = false;

  constructor(readonly local: Endpoint, private readonly wire: Wire) {}

  async receive(): Promise<Datagram | undefined> {
    const arrival = await this.#mailbox.receive(this.wire.clock, Infinity);
    if (arrival?.kind !== "octets") return undefined;
    return { data: arrival.data, from: arrival.from!, to: this.local, at: arrival.at };
  }

  send(data: Uint8Array, to: Endpoint): Promise<void> {
    if (!this.#closed) this.wire.transmit({ protocol: "udp", from: this.local, to, data: data.slice() });
    return Promise.resolve();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#mailbox.close();
    this.wire.release();
  }

  /** Called by the network. */
  deliver(packet: Packet): void {
    this.#mailbox.push({ kind: "octets", at: this.wire.clock.now(), data: packet.data, from: packet.from });
  }
}
