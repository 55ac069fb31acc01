/**
 * A small HTTP server for an open network: `Deno.serve` knows neither a deadline for a request nor a limit of connections,
 * and its orderly end waits for clients that say nothing.
 */
import type { StreamListener } from "../../net/listen.ts";
import type { Channel, Clock } from "../../net/transport.ts";
import { encodeAnswer, type HttpAnswer, plain } from "./answer.ts";
import { type HttpRequest, type Read, RequestReader } from "./request.ts";

/** Milliseconds from a request's first octet to the end of its head, and for a client to take an answer. */
export const REQUEST_MS = 10_000;
/** Milliseconds that a connection may say nothing: longer than the time between two scrapes. */
export const IDLE_MS = 180_000;
/** Who has said nothing for so many milliseconds has no request on its way here. */
const SETTLED_MS = 1_000;

/** Who sent a request. */
export interface Peer {
  /** `ADDRESS:PORT`. */
  readonly from: string;
}

/** Answers a request. What it throws is a defect of ours, told by `onDefect`, and answered with 500. */
export type Handler = (request: HttpRequest, peer: Peer) => Promise<HttpAnswer>;

/** Settings of {@linkcode HttpServer}. */
export interface HttpOptions {
  readonly clock: Clock;
  /**
   * Connections at a time. One more takes the place of the one that has been idle the longest; where none is idle, it is left
   * to wait in the kernel: a connection that is closed before its request was read shows its client no answer.
   */
  readonly maxConnections: number;
  readonly onDefect: (error: unknown) => void;
  /** A request that could not even be read. */
  readonly onFault?: (status: number) => void;
}

interface Connection {
  readonly channel: Channel;
  readonly reader: RequestReader;
  /** Since when it waits for a request of which nothing has come yet; undefined: it is at work. */
  idleSince: number | undefined;
}

/** Serves the connections of any number of listeners. */
export class HttpServer {
  readonly #connections = new Set<Connection>();
  readonly #listeners: StreamListener[] = [];
  readonly #running = new Set<Promise<void>>();
  readonly #waiting: (() => void)[] = [];
  readonly #stop = new AbortController();

  constructor(readonly handler: Handler, readonly options: HttpOptions) {}

  /** Connections now. */
  get connections(): number {
    return this.#connections.size;
  }

  /** Serves a listener until `shutdown`. */
  add(listener: StreamListener): void {
    this.#listeners.push(listener);
    this.#track(this.#accept(listener));
  }

  /**
   * Takes no more connections and no more requests; resolves when what is being answered has been answered, after
   * `patienceMs` at the latest. Nothing is left open.
   */
  async shutdown(patienceMs: number): Promise<void> {
    const { clock } = this.options;
    for (const listener of this.#listeners) listener.close();
    this.#stop.abort();
    this.#roomMade();
    const done = new AbortController();
    await Promise.race([Promise.all(this.#running), clock.sleep(clock.now() + patienceMs, done.signal)]);
    done.abort();
    for (const { channel } of this.#connections) channel.close("rst");
  }

  async #accept(listener: StreamListener): Promise<void> {
    for (let channel = await listener.accept(); channel !== undefined; channel = await listener.accept()) {
      await this.#room();
      this.#track(this.#converse(channel));
    }
  }

  /** Resolves when there is a place for one connection more. */
  async #room(): Promise<void> {
    const { clock, maxConnections } = this.options;
    while (this.#connections.size >= maxConnections && !this.#stop.signal.aborted && !this.#dropIdle()) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.push(resolve);
      const woken = new AbortController();
      await Promise.race([promise, clock.sleep(clock.now() + SETTLED_MS, woken.signal)]);
      woken.abort();
    }
  }

  /** A connection is gone. */
  #roomMade(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** A defect costs one connection. */
  #track(work: Promise<void>): void {
    const tracked = work.catch(this.options.onDefect).finally(() => this.#running.delete(tracked));
    this.#running.add(tracked);
  }

  async #converse(channel: Channel): Promise<void> {
    const connection = { channel, reader: new RequestReader(), idleSince: this.options.clock.now() };
    this.#connections.add(connection);
    try {
      while (await this.#serve(connection));
    } finally {
      this.#connections.delete(connection);
      this.#roomMade();
      channel.close();
    }
  }

  /** Closes the connection that has been idle the longest; false: there is none that may be taken for idle. */
  #dropIdle(): boolean {
    const since = ({ idleSince }: Connection) => idleSince ?? Infinity;
    const [longest] = [...this.#connections].toSorted((a, b) => since(a) - since(b));
    if (longest === undefined || this.options.clock.now() - since(longest) < SETTLED_MS) return false;
    this.#connections.delete(longest);
    longest.channel.close();
    return true;
  }

  /** One request; false: the connection is over. */
  async #serve(connection: Connection): Promise<boolean> {
    const { channel, reader } = connection;
    connection.idleSince = this.options.clock.now();
    const read = reader.next() ?? await this.#read(connection);
    connection.idleSince = undefined;
    if (read === "over") return false;
    if (read === "late") {
      await this.#send(channel, plain(408, "The request was not complete in time.\n"), { last: true });
      return false;
    }
    if (read.kind === "fault") {
      this.options.onFault?.(read.fault.status);
      await this.#send(channel, plain(read.fault.status, `Cannot read the request: ${read.fault.why}.\n`), {
        last: true,
      });
      return false;
    }
    const { request } = read;
    const answer = await this.#answer(request, channel);
    const last = !request.keepAlive || this.#stop.signal.aborted;
    return await this.#send(channel, answer, { last, bodiless: request.method === "HEAD" }) && !last;
  }

  async #read(connection: Connection): Promise<Read | "over" | "late"> {
    const { clock } = this.options;
    const { channel, reader } = connection;
    let until = clock.now() + (reader.begun ? REQUEST_MS : IDLE_MS);
    for (;;) {
      const arrival = await channel.receive(until, this.#stop.signal);
      if (arrival === undefined && clock.now() >= until && reader.begun) return "late";
      if (arrival?.kind === "icmp") continue;
      if (arrival?.kind !== "octets") return "over";
      if (!reader.begun) until = clock.now() + REQUEST_MS;
      connection.idleSince = undefined;
      reader.push(arrival.data);
      const read = reader.next();
      if (read !== undefined) return read;
      if (!reader.begun) connection.idleSince = clock.now(); // empty lines
    }
  }

  async #answer(request: HttpRequest, { remote: { address, port } }: Channel): Promise<HttpAnswer> {
    const from = address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
    try {
      return await this.handler(request, { from });
    } catch (error) {
      this.options.onDefect(error);
      return plain(500, "Internal error: see the exporter's log.\n");
    }
  }

  /** False: the client does not take it. */
  async #send(channel: Channel, answer: HttpAnswer, how: Parameters<typeof encodeAnswer>[2]): Promise<boolean> {
    const { clock } = this.options;
    const done = new AbortController();
    const sent = channel.send(encodeAnswer(answer, new Date(), how)).then(() => true);
    const late = clock.sleep(clock.now() + REQUEST_MS, done.signal).then(() => false);
    const taken = await Promise.race([sent, late]);
    done.abort();
    if (!taken) channel.close("rst");
    return taken;
  }
}
