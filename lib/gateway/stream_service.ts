/** Serves one TCP or TLS connection as a TCP Responder (RFC 9329). */
import { encodeFrame, type Frame, FrameDecoder, STREAM_PREFIX, withMarker } from "../encap/mod.ts";
import { concatBytes, equalBytes, formatFault } from "../wire/mod.ts";
import type { Connection } from "./connection.ts";
import type { Delays } from "./delays.ts";
import type { GatewayEvent, OtherEvent } from "./event.ts";
import type { Ending, Fault, Outgoing } from "./faults/fault.ts";
import { describeOther, lengthOfOther } from "./other_frame.ts";
import type { Messages, NamedFault } from "./messages.ts";
import type { Routes } from "./routes.ts";

/** What a stream service needs. */
export interface StreamServiceOptions {
  readonly messages: Messages;
  readonly faults: readonly NamedFault[];
  readonly delays: Delays;
  readonly routes: Routes;
  readonly firstMessageMs: number;
  readonly onEvent: (event: GatewayEvent) => void;
}

/** One connection's life. */
export class StreamService {
  readonly #connection: Connection;
  readonly #options: StreamServiceOptions;
  readonly #faults: readonly Fault[];
  readonly #decoder = new FrameDecoder({ expectPrefix: false });
  /** What has come of the stream prefix. */
  #prefix: Uint8Array | undefined = new Uint8Array(0);
  #messages = 0;
  #carriesSa = false;
  #mute = false;

  constructor(connection: Connection, options: StreamServiceOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#faults = options.faults.map(({ fault }) => fault);
  }

  /** Serves until the connection ends. */
  async run(): Promise<void> {
    const connection = this.#connection;
    for (const fault of this.#faults) fault.watch?.(connection);
    const taker = this.#faults.find((fault) => fault.connection !== undefined);
    if (taker !== undefined) return await taker.connection!(connection);
    const deadline = connection.clock.now() + this.#options.firstMessageMs;
    for (;;) {
      const before = connection.received;
      const waiting = this.#messages === 0 && !this.#mute;
      const octets = await connection.read(waiting ? deadline - connection.clock.now() : undefined);
      if (octets === undefined) return;
      if (!this.#mute) await this.#take(octets, before);
    }
  }

  /** A piece of the stream: its boundaries mean nothing, but to faults. */
  async #take(octets: Uint8Array, before: number): Promise<void> {
    for (const fault of this.#faults) {
      const ending = fault.segment?.(octets, before);
      if (ending !== undefined) return this.#end(ending);
    }
    const rest = this.#prefix === undefined ? octets : this.#takePrefix(octets);
    if (rest === undefined) return;
    for (const frame of this.#decoder.push(rest)) {
      await this.#frame(frame);
      if (this.#connection.end !== undefined || this.#mute) return;
    }
    const fault = this.#decoder.fault;
    if (fault === undefined) return;
    // RFC 9329 §7.1: a stream that cannot be parsed ends the connection.
    this.#tell(`a stream that does not parse: ${formatFault(fault)}`, rest.length);
    this.#end("fin");
  }

  /** What follows the prefix; undefined: it is not complete, or wrong (RFC 9329 §5), and then the connection is closed. */
  #takePrefix(octets: Uint8Array): Uint8Array | undefined {
    const have = concatBytes(this.#prefix!, octets);
    const length = STREAM_PREFIX.length;
    this.#prefix = have.subarray(0, length);
    if (have.length < length) return undefined;
    const anyPrefix = this.#faults.some((fault) => fault.anyPrefix);
    if (!anyPrefix && !equalBytes(this.#prefix, STREAM_PREFIX)) {
      this.#tell("another stream prefix than IKETCP", have.length);
      this.#end("fin");
      return undefined;
    }
    this.#prefix = undefined;
    return have.subarray(length);
  }

  async #frame(frame: Frame): Promise<void> {
    for (const fault of this.#faults) {
      const ending = fault.frame?.(frame);
      if (ending !== undefined) return this.#end(ending);
    }
    if (frame.kind === "ike") await this.#message(frame.message);
    else this.#tell(describeOther(frame), lengthOfOther(frame));
  }

  async #message(message: Uint8Array): Promise<void> {
    const connection = this.#connection;
    const { transport, local, remote } = connection;
    const now = connection.clock.now();
    this.#messages++;
    this.#options.routes.note(message, connection);
    const between = { remote, locals: [local] };
    const circumstances = { transport, between, carriesSa: this.#carriesSa, now };
    const handled = this.#options.messages.handle(message, circumstances, this.#options.faults);
    if (handled.event.reaction === "accepted") this.#carriesSa = true;
    this.#options.onEvent({
      kind: "message",
      at: now,
      transport,
      local,
      remote,
      connection: connection.number,
      ...handled.event,
    });
    for (const outgoing of handled.outgoing) {
      if (outgoing.after === undefined) await this.#send(outgoing, connection);
      // RFC 9329 §7.1: by the connection that the peer has used last, which may be another one by then.
      else this.#options.delays.add(outgoing.after, () => this.#send(outgoing, this.#options.routes.find(message)));
    }
    if (handled.ending !== undefined) this.#end(handled.ending);
  }

  async #send({ octets, raw }: Outgoing, connection: Connection | undefined): Promise<void> {
    if (connection === undefined) return;
    let wire = raw ? octets : encodeFrame(withMarker(octets));
    for (const fault of this.#faults) wire = fault.wire?.(wire, connection.sent) ?? wire;
    const length = this.#faults.find((fault) => fault.segmentLength !== undefined)?.segmentLength ?? wire.length;
    for (let at = 0; at < wire.length; at += length) {
      if (at > 0) await connection.sleep(1);
      if (!await connection.write(wire.slice(at, at + length))) return;
    }
  }

  #end(ending: Ending): void {
    if (ending === "mute") this.#mute = true;
    else this.#connection.close(ending);
  }

  #tell(what: string, octets: number): void {
    const { clock, transport, local, remote, number } = this.#connection;
    const event: OtherEvent = {
      kind: "other",
      at: clock.now(),
      transport,
      local,
      remote,
      connection: number,
      what,
      octets,
    };
    this.#options.onEvent(event);
  }
}
