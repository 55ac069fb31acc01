/** Starts and stops a gateway: listeners, services, bounds. `serve`, `demo` and the tests all run this one. */
import type { Endpoint, Transport, UdpEncoding } from "../model/mod.ts";
import { defaultEncoding } from "../model/mod.ts";
import type { Channel } from "../net/transport.ts";
import { Connection } from "./connection.ts";
import { DatagramService } from "./datagram_service.ts";
import { Delays } from "./delays.ts";
import type { GatewayEvent, Listening } from "./event.ts";
import { createFault } from "./faults/create.ts";
import { appliesTo, type FaultSpec } from "./faults/spec.ts";
import type { GatewayHost, StreamListener, UdpListener } from "./host.ts";
import { Messages, type NamedFault, responderSources } from "./messages.ts";
import {
  DEFAULT_LIMITS,
  DEFAULT_POLICY,
  type GatewayHooks,
  type GatewayLimits,
  type GatewayOptions,
  type ListenSpec,
} from "./options.ts";
import { Routes } from "./routes.ts";
import { StreamService } from "./stream_service.ts";
import { credentialsFor } from "./tls_credentials.ts";

/** A running gateway. */
export interface Gateway {
  /** What it listens on, ports filled in, in the order of `listen`. */
  readonly listeners: readonly Listening[];
  /** Half-open IKE SAs now. */
  readonly halfOpen: number;
  /** TCP and TLS connections now. */
  readonly connections: number;
  /** Ends all listeners and connections; resolves when nothing of it is left. Idempotent. */
  close(): Promise<void>;
}

/**
 * Opens all listeners.
 *
 * @throws {Error} when one of them cannot be opened; nothing is left open then.
 */
export async function startGateway(options: GatewayOptions, hooks: GatewayHooks): Promise<Gateway> {
  const gateway = new RunningGateway(options, hooks);
  try {
    for (const spec of options.listen) await gateway.listen(spec);
  } catch (error) {
    await gateway.close();
    throw error;
  }
  return gateway;
}

class RunningGateway implements Gateway {
  readonly listeners: Listening[] = [];
  readonly #options: GatewayOptions;
  readonly #host: GatewayHost;
  readonly #limits: GatewayLimits;
  readonly #onEvent: (event: GatewayEvent) => void;
  readonly #faults: readonly { spec: FaultSpec; named: NamedFault }[];
  readonly #messages = new Map<string, Messages>();
  readonly #sources;
  readonly #stop = new AbortController();
  readonly #delays: Delays;
  readonly #routes = new Routes();
  readonly #connections = new Set<Connection>();
  readonly #sockets: UdpListener[] = [];
  readonly #closers: (() => void | Promise<void>)[] = [];
  readonly #running = new Set<Promise<void>>();
  #connectionNumber = 0;

  constructor(options: GatewayOptions, hooks: GatewayHooks) {
    this.#options = options;
    this.#host = hooks.host;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#onEvent = hooks.onEvent ?? (() => {});
    this.#sources = responderSources(hooks.host);
    this.#delays = new Delays(hooks.host.clock, this.#limits.delayed, this.#stop.signal);
    this.#faults = (options.faults ?? []).map((spec) => ({
      spec,
      named: { name: spec.name, fault: createFault(spec) },
    }));
  }

  get halfOpen(): number {
    let sum = 0;
    for (const { responder } of this.#messages.values()) {
      responder.handleTimeout(this.#host.clock.now());
      sum += responder.halfOpen;
    }
    return sum;
  }

  get connections(): number {
    return this.#connections.size;
  }

  /**
   * Opens one listener. "All addresses" becomes a socket for each of them, as gateways do it: then answers leave from the
   * right one, NAT detection knows it, and IPv4 and IPv6 do not get in each other's way.
   */
  async listen({ transport, address, port, encoding }: ListenSpec): Promise<void> {
    let bound = port;
    for (const own of this.#host.expand(address)) {
      const wanted = { address: own, port: bound };
      const local = transport === "udp"
        ? await this.#listenUdp(wanted, encoding ?? defaultEncoding(port))
        : await this.#listenStream(transport, wanted);
      bound = local.port;
    }
    const inDatagrams = transport === "udp" ? { encoding: encoding ?? defaultEncoding(port) } : {};
    this.listeners.push({ transport, address, port: bound, ...inDatagrams });
  }

  async #listenUdp(wanted: Endpoint, encoding: UdpEncoding): Promise<Endpoint> {
    const socket = await this.#host.listenUdp(wanted);
    const { local } = socket;
    const faults = this.#faultsFor("udp", local.port);
    const refused = faults.some(({ fault }) => fault.refuse);
    this.#tell({ kind: "listening", transport: "udp", local, encoding, refused });
    if (refused) {
      socket.close();
      return local;
    }
    const service = new DatagramService(socket, {
      host: this.#host,
      encoding,
      messages: this.#messagesFor("udp", local.port),
      faults,
      delays: this.#delays,
      onEvent: this.#onEvent,
      socketAt: ({ address, port }) =>
        this.#sockets.find((one) => one.local.address === address && one.local.port === port),
    });
    this.#sockets.push(socket);
    this.#closers.push(() => service.close());
    this.#track(service.run());
    return local;
  }

  async #listenStream(transport: "tcp" | "tls", wanted: Endpoint): Promise<Endpoint> {
    const early = this.#faultsFor(transport, wanted.port).map(({ fault }) => fault);
    const raw = transport === "tcp" || early.some((fault) => fault.handshake !== undefined || fault.refuse);
    const listener = raw
      ? await this.#host.listenTcp(wanted)
      : await this.#host.listenTls(wanted, await credentialsFor(this.#options, early, this.#host));
    const { local } = listener;
    const faults = this.#faultsFor(transport, local.port);
    const refused = faults.some(({ fault }) => fault.refuse);
    this.#tell({ kind: "listening", transport, local, refused });
    if (refused) listener.close();
    else {
      this.#closers.push(() => listener.close());
      this.#track(this.#accept(listener, transport, faults));
    }
    return local;
  }

  async #accept(listener: StreamListener, transport: "tcp" | "tls", faults: readonly NamedFault[]): Promise<void> {
    for (;;) {
      const channel = await listener.accept();
      if (channel === undefined) return;
      this.#track(this.#serve(channel, transport, faults));
    }
  }

  async #serve(channel: Channel, transport: "tcp" | "tls", faults: readonly NamedFault[]): Promise<void> {
    const connection = new Connection(channel, {
      number: ++this.#connectionNumber,
      transport,
      clock: this.#host.clock,
      random: (length) => this.#host.random(length),
      signal: this.#stop.signal,
      idleMs: this.#limits.idleMs,
    });
    const about = { transport, local: connection.local, remote: connection.remote, connection: connection.number };
    if (this.#connections.size >= this.#limits.connections) {
      this.#tell({ kind: "full", ...about, why: `${this.#connections.size} connections already` });
      return connection.close("rst");
    }
    this.#connections.add(connection);
    this.#tell({ kind: "open", ...about });
    try {
      await this.#service(connection, faults);
    } finally {
      connection.close();
      this.#connections.delete(connection);
      this.#routes.forget(connection);
      const why = connection.detail === "" ? connection.end! : `${connection.end}: ${connection.detail}`;
      this.#tell({ kind: "end", ...about, why, octets: connection.received });
    }
  }

  async #service(connection: Connection, faults: readonly NamedFault[]): Promise<void> {
    const handshake = connection.transport === "tls"
      ? faults.find(({ fault }) => fault.handshake !== undefined)
      : undefined;
    if (handshake !== undefined) return await handshake.fault.handshake!(connection);
    const service = new StreamService(connection, {
      messages: this.#messagesFor(connection.transport, connection.local.port),
      faults,
      delays: this.#delays,
      routes: this.#routes,
      firstMessageMs: this.#limits.firstMessageMs,
      onEvent: this.#onEvent,
    });
    await service.run();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#closers.splice(0).map((close) => close()));
    while (this.#running.size > 0) await Promise.all(this.#running);
    await this.#delays.settled();
  }

  #faultsFor(transport: Transport, port: number): NamedFault[] {
    return this.#faults.filter(({ spec }) => appliesTo(spec, transport, port)).map(({ named }) => named);
  }

  /** Listeners with the same policy share one Responder: a request repeated on another transport is still the same. */
  #messagesFor(transport: Transport, port: number): Messages {
    const changes = this.#faults.filter(({ spec, named }) =>
      named.fault.policy !== undefined && appliesTo(spec, transport, port)
    );
    const key = changes.map(({ spec }) => this.#faults.findIndex((one) => one.spec === spec)).join();
    let messages = this.#messages.get(key);
    if (messages === undefined) {
      const policy = changes.reduce(
        (base, { named }) => named.fault.policy!(base),
        this.#options.policy ?? DEFAULT_POLICY,
      );
      this.#messages.set(key, messages = new Messages(policy, this.#sources));
    }
    return messages;
  }

  #tell(event: Untimed<GatewayEvent>): void {
    this.#onEvent({ at: this.#host.clock.now(), ...event } as GatewayEvent);
  }

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#running.delete(tracked));
    this.#running.add(tracked);
  }
}

type Untimed<E> = E extends GatewayEvent ? Omit<E, "at"> : never;
