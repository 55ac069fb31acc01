/** Serves one UDP socket. */
import { decodeDatagram, withMarker } from "../encap/mod.ts";
import type { Endpoint, UdpEncoding } from "../model/mod.ts";
import type { GatewayEvent } from "./event.ts";
import type { Outgoing } from "./faults/fault.ts";
import type { Datagram, GatewayHost, UdpListener } from "./host.ts";
import { describeOther } from "./other_frame.ts";
import type { Messages, NamedFault } from "./messages.ts";
import type { Delays } from "./delays.ts";

/** What a UDP service needs. */
export interface DatagramServiceOptions {
  readonly host: GatewayHost;
  readonly encoding: UdpEncoding;
  readonly messages: Messages;
  readonly faults: readonly NamedFault[];
  readonly delays: Delays;
  readonly onEvent: (event: GatewayEvent) => void;
  /** The gateway's own socket at an address and port, if there is one. */
  readonly socketAt: (local: Endpoint) => UdpListener | undefined;
}

const WILDCARDS: ReadonlySet<string> = new Set(["0.0.0.0", "::"]);

/** See the file's head. */
export class DatagramService {
  /** Sockets of faults that answer from elsewhere, by address. */
  readonly #others = new Map<string, Promise<UdpListener | undefined>>();

  constructor(private readonly socket: UdpListener, private readonly options: DatagramServiceOptions) {}

  /** Serves until the socket is closed. */
  async run(): Promise<void> {
    for (;;) {
      const datagram = await this.socket.receive();
      if (datagram === undefined) return;
      await this.#handle(datagram);
    }
  }

  /** Closes the socket, and those of faults. */
  async close(): Promise<void> {
    this.socket.close();
    for (const other of this.#others.values()) (await other)?.close();
  }

  async #handle({ data, from, to }: Datagram): Promise<void> {
    const frame = decodeDatagram(data, this.options.encoding);
    if (frame.kind !== "ike") return this.#other(describeOther(frame), data.length, from);
    const { host, messages, faults } = this.options;
    const local = this.socket.local;
    const now = host.clock.now();
    // A socket of all addresses that is not told which one: then NAT detection has nothing to say of our side.
    const between = { remote: from, locals: WILDCARDS.has(to.address) ? [] : [to] };
    const circumstances = { transport: "udp", between, carriesSa: false, now } as const;
    const handled = messages.handle(frame.message, circumstances, faults);
    this.options.onEvent({ kind: "message", at: now, transport: "udp", local, remote: from, ...handled.event });
    // What came to one of many addresses is answered from there.
    const ours = WILDCARDS.has(local.address) && !WILDCARDS.has(to.address) ? to.address : undefined;
    for (const outgoing of handled.outgoing) {
      if (outgoing.after === undefined) await this.#send(outgoing, from, ours);
      else this.options.delays.add(outgoing.after, () => this.#send(outgoing, from, ours));
    }
  }

  #other(what: string, octets: number, from: Endpoint): void {
    const at = this.options.host.clock.now();
    this.options.onEvent({ kind: "other", at, transport: "udp", local: this.socket.local, remote: from, what, octets });
  }

  async #send({ octets, raw, from }: Outgoing, to: Endpoint, ours: string | undefined): Promise<void> {
    let wire = raw || this.options.encoding === "bare" ? octets : withMarker(octets);
    for (const { fault } of this.options.faults) wire = fault.wire?.(wire, 0) ?? wire;
    const socket = from === undefined ? this.socket : await this.#elsewhere(from.address);
    await socket?.send(wire, to, from === undefined ? ours : undefined);
  }

  /** A socket on another port, or on another address: with the same port where that can be had. */
  #elsewhere(address?: string): UdpListener | Promise<UdpListener | undefined> | undefined {
    const { local } = this.socket;
    const wanted = address === undefined ? { ...local, port: 0 } : { address, port: local.port };
    const own = this.options.socketAt(wanted);
    if (own !== undefined) return own;
    let other = this.#others.get(wanted.address);
    if (other === undefined) {
      const { host } = this.options;
      other = host.listenUdp(wanted).catch(() => host.listenUdp({ ...wanted, port: 0 })).catch(() => undefined);
      this.#others.set(wanted.address, other);
    }
    return other;
  }
}
