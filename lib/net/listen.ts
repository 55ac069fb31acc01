/**
 * Sockets that wait for others: what `serve` stands on. Connections that come in are the same {@linkcode Channel} as those
 * that go out.
 */
import dgram from "node:dgram";
import type { Endpoint } from "../model/mod.ts";
import { systemClock } from "./clock.ts";
import { libc } from "./linux/libc.ts";
import { listenTcp as listenLinuxTcp } from "./linux/listen.ts";
import { ConnChannel } from "./portable/stream.ts";
import { PORTABLE_TCP } from "./sight.ts";
import type { Channel } from "./transport.ts";

/** A datagram that came in. */
export interface Datagram {
  readonly data: Uint8Array;
  readonly from: Endpoint;
  /** Which of our addresses it was sent to; the wildcard address where the system does not tell. */
  readonly to: Endpoint;
  /** {@linkcode Clock.now} of its arrival. */
  readonly at: number;
}

/** A bound UDP socket. */
export interface UdpListener {
  /** With the port that the system chose, if 0 was asked for. */
  readonly local: Endpoint;
  /** The next datagram; `undefined` once the socket is closed. One call at a time. */
  receive(): Promise<Datagram | undefined>;
  /**
   * Never rejects: what the network does to a datagram is nobody's exception. `from` is the address of ours that the
   * datagram shall come from, where the socket is bound to a wildcard and the system allows it.
   */
  send(data: Uint8Array, to: Endpoint, from?: string): Promise<void>;
  close(): void;
}

/** A bound TCP socket. */
export interface StreamListener {
  /** With the port that the system chose, if 0 was asked for. */
  readonly local: Endpoint;
  /** The next connection; `undefined` once the listener is closed. One call at a time. */
  accept(): Promise<Channel | undefined>;
  close(): void;
}

/** A TLS server's certificate chain and private key, PEM both. */
export interface Credentials {
  readonly cert: string;
  readonly key: string;
}

/** Options of listening. */
export interface ListenOptions {
  /** Use the runtime's own sockets even where better ones are to be had. */
  readonly portable?: boolean;
}

/** Datagrams that may wait for their reader; more are dropped, as the kernel would. */
const WAITING_DATAGRAMS = 256;

/** Binds a UDP socket. Rejects with one clear sentence when the address cannot be had. */
export async function listenUdp(local: Endpoint, _options: ListenOptions = {}): Promise<UdpListener> {
  const socket = dgram.createSocket({ type: local.address.includes(":") ? "udp6" : "udp4", ipv6Only: true });
  await new Promise<void>((resolve, reject) => {
    socket.once("error", (error: Error) => {
      socket.close();
      reject(new Error(`Cannot listen on UDP ${local.address} port ${local.port}: ${error.message}`));
    });
    socket.bind(local.port, local.address, resolve);
  });
  return new PortableUdpListener(socket);
}

/** Listens for TCP connections. Rejects with one clear sentence when the address cannot be had. */
// deno-lint-ignore require-await
export async function listenTcp(local: Endpoint, options: ListenOptions = {}): Promise<StreamListener> {
  if (options.portable !== true && libc() !== null) return listenLinuxTcp(local);
  return new PortableStreamListener(listening("TCP", local, (at) => Deno.listen(at)));
}

/**
 * Listens for TLS connections. The handshake belongs to the connection: its failure arrives there as `error`. Rejects
 * with one clear sentence when the address cannot be had or the credentials are of no use.
 */
// deno-lint-ignore require-await
export async function listenTls(
  local: Endpoint,
  credentials: Credentials,
  _options: ListenOptions = {},
): Promise<StreamListener> {
  return new PortableStreamListener(listening("TLS", local, (at) => Deno.listenTls({ ...at, ...credentials })));
}

function listening<L>(what: string, local: Endpoint, listen: (at: { hostname: string; port: number }) => L): L {
  try {
    return listen({ hostname: local.address, port: local.port });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Cannot listen on ${what} ${local.address} port ${local.port}: ${reason}`);
  }
}

function endpointOf(address: Deno.NetAddr): Endpoint {
  return { address: address.hostname, port: address.port };
}

class PortableStreamListener implements StreamListener {
  readonly local: Endpoint;

  constructor(readonly listener: Deno.Listener<Deno.TcpConn | Deno.TlsConn, Deno.NetAddr>) {
    this.local = endpointOf(listener.addr);
  }

  async accept(): Promise<Channel | undefined> {
    for (;;) {
      try {
        const conn = await this.listener.accept();
        const ends = { local: endpointOf(conn.localAddr), remote: endpointOf(conn.remoteAddr) };
        return new ConnChannel(conn, { ...ends, sight: PORTABLE_TCP });
      } catch (error) {
        if (error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted) return undefined;
        // A connection that was reset before it was accepted, or no file descriptor free: the next may be better.
        await systemClock.sleep(systemClock.now() + 10);
      }
    }
  }

  close(): void {
    try {
      this.listener.close();
    } catch {
      // Closed already.
    }
  }
}

class PortableUdpListener implements UdpListener {
  readonly local: Endpoint;
  #waiting: Datagram[] = [];
  #reader: ((datagram: Datagram | undefined) => void) | undefined;
  #closed = false;

  constructor(readonly socket: dgram.Socket) {
    const { address, port } = socket.address();
    this.local = { address, port };
    socket.on("message", (data: Uint8Array, from: { address: string; port: number }) => {
      const { address, port } = from;
      this.#take({ data: Uint8Array.from(data), from: { address, port }, to: this.local, at: systemClock.now() });
    });
    socket.on("error", () => {});
  }

  #take(datagram: Datagram): void {
    const reader = this.#reader;
    this.#reader = undefined;
    if (reader !== undefined) reader(datagram);
    else if (this.#waiting.length < WAITING_DATAGRAMS) this.#waiting.push(datagram);
  }

  receive(): Promise<Datagram | undefined> {
    const next = this.#waiting.shift();
    if (next !== undefined || this.#closed) return Promise.resolve(next);
    return new Promise((resolve) => this.#reader = resolve);
  }

  send(data: Uint8Array, to: Endpoint): Promise<void> {
    if (this.#closed) return Promise.resolve();
    return new Promise((resolve) => this.socket.send(data, to.port, to.address, () => resolve()));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#waiting = [];
    this.socket.close();
    this.#reader?.(undefined);
  }
}
