/**
 * Sockets that wait for others: what `serve` stands on. Connections that come in are the same {@linkcode Channel} as those
 * that go out.
 */
import type { Endpoint } from "../model/mod.ts";
import { troubleOfError } from "./failure.ts";
import { libc } from "./linux/libc.ts";
import { listenLinuxTcp } from "./linux/listen_tcp.ts";
import { listenLinuxUdp } from "./linux/listen_udp.ts";
import { SystemError } from "./linux/socket.ts";
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

/** Binds a UDP socket. Rejects with one clear sentence when the address cannot be had. */
export function listenUdp(local: Endpoint, options: ListenOptions = {}): Promise<UdpListener> {
  return listening(
    "UDP",
    local,
    async () => isNative(options) ? listenLinuxUdp(local) : (await portable()).listenPortableUdp(local),
  );
}

/** Listens for TCP connections. Rejects with one clear sentence when the address cannot be had. */
export function listenTcp(local: Endpoint, options: ListenOptions = {}): Promise<StreamListener> {
  return listening(
    "TCP",
    local,
    async () => isNative(options) ? listenLinuxTcp(local) : (await portable()).listenPortableTcp(local),
  );
}

/**
 * Listens for TLS connections. The handshake belongs to the connection: its failure arrives there as `error`. Rejects
 * with one clear sentence when the address cannot be had or the credentials are of no use.
 */
export function listenTls(local: Endpoint, credentials: Credentials): Promise<StreamListener> {
  return listening("TLS", local, async () => (await portable()).listenPortableTls(local, credentials));
}

/** Loaded where it is used: its UDP sockets bring Node's world along, which takes Deno 30 ms to build. */
function portable(): Promise<typeof import("./portable/listen.ts")> {
  return import("./portable/listen.ts");
}

/** Whether a TCP listener on an address takes connections of both families: the runtime's own sockets do, on `::`. */
export function takesBothFamilies(address: string): boolean {
  return address === "::" && !isNative({});
}

function isNative(options: ListenOptions): boolean {
  return options.portable !== true && libc() !== undefined;
}

async function listening<L>(what: string, local: Endpoint, listen: () => Promise<L>): Promise<L> {
  try {
    return await listen();
  } catch (error) {
    const { failure, detail } = error instanceof SystemError ? error.trouble : troubleOfError(error);
    const needs = failure === "permission" && local.port < 1024 ? ": ports below 1024 need a privilege" : "";
    throw new Error(`Cannot listen on ${what} ${local.address} port ${local.port}: ${detail}${needs}`);
  }
}
