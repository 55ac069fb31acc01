/** A TCP connection or TLS session that carries RFC 9329: opens it, sends prefix and frames, takes frames apart. */
import { encodeFrame, type Frame, FrameDecoder, STREAM_PREFIX, withMarker } from "../encap/mod.ts";
import type { Endpoint, Listener } from "../model/mod.ts";
import type { Arrival, Channel } from "../net/transport.ts";
import { concatBytes, equalBytes } from "../wire/mod.ts";
import type { PathJob, RunContext } from "./context.ts";
import { Flow } from "./flow.ts";
import { BANNER_OCTETS, recogniseListener } from "./listener.ts";
import type { PathResult } from "./path_result.ts";

/** What a stream's arrival meant. */
export type StreamArrival =
  | { readonly kind: "ike"; readonly message: Uint8Array; readonly at: number }
  | { readonly kind: "foreign"; readonly speaks: Listener }
  | { readonly kind: "end"; readonly how: "fin" | "rst" | "error"; readonly detail: string; readonly at: number }
  | { readonly kind: "nothing" };

/** An established stream; see the file's head. */
export class IkeStream {
  readonly #decoder = new FrameDecoder({ expectPrefix: false });
  readonly #queue: StreamArrival[] = [];
  #sent = new Uint8Array(0);
  #first = new Uint8Array(0);
  #ended = false;
  #prefixSent = false;
  #answered = false;
  #framed = false;
  #speaks: Listener | undefined;
  readonly #sends: number[] = [];
  #written = 0;
  /** Octets that went out before the latest IKE message. */
  #before = 0;

  constructor(readonly channel: Channel, readonly flow: Flow) {}

  /** The clock's reading when octets were last handed to the system. */
  get lastSent(): number {
    return this.#sends.at(-1) ?? 0;
  }

  /** The send that came before a moment: what arrived then can only be an answer to that. */
  sentBefore(at: number): number | undefined {
    return this.#sends.findLast((sent) => sent <= at);
  }

  /** What came first, for a banner. */
  get first(): Uint8Array {
    return this.#first;
  }

  /** What speaks there, when it is not RFC 9329. */
  get speaks(): Listener | undefined {
    return this.#speaks;
  }

  /** Whether the other side has ended it. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Whether the other side's TCP has acknowledged all that was sent; undefined where the system does not tell. */
  get isHeard(): boolean | undefined {
    const unacked = this.channel.tcpInfo?.()?.unacked;
    return unacked === undefined ? undefined : unacked === 0;
  }

  /** Whether it has certainly acknowledged nothing of the latest IKE message: inside TLS nobody can tell. */
  get isUnheard(): boolean {
    const acked = this.channel.tcpInfo?.()?.acked;
    return acked !== undefined && acked <= this.#before;
  }

  /**
   * Ends it. `rst` takes back what the other side's TCP has not acknowledged: its retransmission would bring our FIN along.
   */
  close(how: "fin" | "rst"): void {
    if (this.#ended) return;
    this.#ended = true;
    this.flow.close(this.channel, how);
  }

  /** Sends octets as they are, unless the stream has ended: for the prefix, and for what the experiments put in its place. */
  async sendRaw(octets: Uint8Array, what: string): Promise<void> {
    if (this.#ended) return;
    if (this.#sent.length < BANNER_OCTETS) this.#sent = concatBytes(this.#sent, octets);
    this.flow.sent(octets, what);
    this.#written += octets.length;
    this.#sends.push(this.flow.clock.now());
    await this.channel.send(octets);
  }

  /** Sends one IKE message in its frame, behind the stream prefix if that is still owed (RFC 9329 §5). */
  async sendIke(message: Uint8Array, what: string): Promise<void> {
    if (!this.#prefixSent) {
      this.#prefixSent = true;
      await this.sendRaw(STREAM_PREFIX, "stream prefix");
    }
    this.#before = this.#written;
    await this.sendRaw(encodeFrame(withMarker(message)), what);
  }

  /** The next thing that means something; `nothing` at the deadline. */
  async next(until: number, signal: AbortSignal, spiI?: Uint8Array): Promise<StreamArrival> {
    while (this.#queue.length === 0) {
      if (this.#ended) return { kind: "nothing" };
      const arrival = await this.channel.receive(until, signal);
      if (arrival === undefined) return this.#unfinished(spiI);
      this.#take(arrival, spiI);
    }
    return this.#queue.shift()!;
  }

  #take(arrival: Arrival, spiI?: Uint8Array): void {
    switch (arrival.kind) {
      case "octets":
        return this.#octets(arrival, spiI);
      case "icmp":
        return this.flow.icmp(arrival.icmp, arrival.at);
      case "fin":
      case "rst":
      case "error":
        this.#ended = true;
        this.flow.arrivalEnd(arrival, this.channel);
        this.#queue.push(this.#unfinished(spiI), {
          kind: "end",
          how: arrival.kind,
          detail: arrival.kind === "error" ? arrival.detail : "",
          at: arrival.at,
        });
        if (this.#queue[0]!.kind === "nothing") this.#queue.shift();
    }
  }

  #octets(arrival: Extract<Arrival, { kind: "octets" }>, spiI?: Uint8Array): void {
    this.flow.received(arrival);
    if (this.#first.length < BANNER_OCTETS) {
      this.#first = concatBytes(this.#first, arrival.data.subarray(0, BANNER_OCTETS));
    }
    if (!this.#answered) {
      const speaks = recogniseListener(this.#first, this.#sent, spiI);
      if (speaks !== undefined) return this.#foreign(speaks, arrival.at);
    }
    for (const frame of this.#decoder.push(arrival.data)) this.#frame(frame, arrival.at);
    if (this.#decoder.fault !== undefined) {
      const { reason, offset } = this.#decoder.fault;
      this.flow.message(
        arrival.data,
        { fit: "not-ike", what: `a stream that is not RFC 9329: ${reason} @${offset}` },
        arrival.at,
      );
      this.#push("other");
    }
  }

  #push(speaks: Listener): void {
    this.#speaks ??= speaks;
    this.#queue.push({ kind: "foreign", speaks });
  }

  #frame(frame: Frame, at: number): void {
    if (frame.kind === "ike") {
      this.#answered = true;
      this.#queue.push({ kind: "ike", message: frame.message, at });
      return;
    }
    const fit = frame.kind === "keepalive" || frame.kind === "esp" ? frame.kind : "not-ike";
    this.#framed ||= fit === "keepalive";
    const data = "data" in frame ? frame.data : new Uint8Array(0);
    this.flow.message(data, { fit, what: `a frame that carries no IKE message (${frame.kind})` }, at);
  }

  #foreign(speaks: Listener, at: number): void {
    this.flow.message(
      this.#first,
      { fit: speaks === "echo" ? "echo" : "not-ike", what: `the stream speaks ${speaks}` },
      at,
    );
    this.#push(speaks);
  }

  /** A frame was begun whose message is ours, and whose Length does not come true: Length 2, marker 4, then our SPI. */
  #carries(spiI?: Uint8Array): boolean {
    const spi = this.#first.subarray(6, 14);
    return spiI !== undefined && spi.length === 8 && equalBytes(spi, spiI);
  }

  /** Octets that began no frame, or one that is never completed: what a foreign protocol looks like at the end. */
  #unfinished(spiI?: Uint8Array): StreamArrival {
    // Keepalives are RFC 9329, although nothing is answered with them; ESP before any SA is nobody's.
    if (this.#answered || this.#framed || this.#first.length === 0) return { kind: "nothing" };
    this.#speaks ??= recogniseListener(this.#first, this.#sent, spiI) ?? (this.#carries(spiI) ? "ike-tcp" : "other");
    return { kind: "foreign", speaks: this.#speaks };
  }
}

/** Options of {@linkcode openStream} that an experiment may set. */
export interface StreamOptions {
  readonly transport: "tcp" | "tls";
  readonly until: number;
  readonly experiment?: number;
}

/** Opens a stream on a path; undefined when that failed, and then the result says how. */
export async function openStream(
  job: Pick<PathJob, "id" | "address" | "spec">,
  context: RunContext,
  options: StreamOptions,
  result: PathResult,
): Promise<IkeStream | undefined> {
  const { network, settings, signal } = context;
  const remote: Endpoint = { address: job.address, port: job.spec.port };
  const flow = new Flow(context.recorder, network.clock, job.id, options.experiment);
  const connect = { until: options.until, signal, ...(settings.source && { source: settings.source }) };
  flow.open("tcp", remote, network.sight.tcp);
  let stoodMs = 0;
  const connected = (channel: Pick<Channel, "local" | "tcpInfo">, ms: number) => {
    stoodMs = ms;
    const exact = handshakeMs(channel, ms);
    flow.connected(channel, exact);
    context.known.tookMs(job.address, exact);
    result.connectMs ??= exact;
    result.local = channel.local;
  };
  const opened = options.transport === "tcp"
    ? await network.connectTcp(remote, connect)
    : await network.connectTls(remote, { ...connect, serverName: serverName(job, context), onConnected: connected });
  if (!opened.ok) {
    flow.failed(opened);
    if (options.transport === "tls" && result.connectMs !== undefined) result.failedHandshake(opened);
    else result.failedToOpen(opened, options.transport);
    return undefined;
  }
  if (options.transport === "tcp") connected(opened.channel, opened.ms);
  const tls = opened.channel.tls;
  if (tls !== undefined) {
    // Not from the kernel's time of the TCP handshake: what came until we looked is none of TLS.
    const handshake = opened.ms - stoodMs;
    flow.tls(tls, handshake);
    result.tlsMs ??= handshake;
    result.tls = tls;
  }
  return new IkeStream(opened.channel, flow);
}

/** The kernel's own measure of SYN to SYN/ACK, where it is to be had: ours includes the time until we looked. */
function handshakeMs(channel: Pick<Channel, "tcpInfo">, ms: number): number {
  const info = channel.tcpInfo?.();
  return info === undefined || info.retransmits > 0 ? ms : Math.min(ms, info.rtt_ms);
}

function serverName(job: Pick<PathJob, "address">, context: RunContext): string {
  return context.settings.serverName ?? context.host ?? job.address;
}
