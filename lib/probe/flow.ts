/** Writes down what happens on one UDP socket or TCP connection. */
import type { Endpoint, Sight, TlsReport, Unstamped } from "../model/mod.ts";
import type { Arrival, Channel, Clock, Icmp, Opened } from "../net/transport.ts";
import type { MessageNote } from "../exchange/initiator.ts";
import { eventData, type Recorder, roundMs } from "./recorder.ts";

type Body<K extends Unstamped["kind"]> = Omit<Extract<Unstamped, { kind: K }>, "path" | "flow" | "experiment" | "kind">;

/** See the file's head. */
export class Flow {
  readonly number: number;
  readonly #opened: number;
  #hasEnded = false;

  constructor(
    readonly recorder: Recorder,
    readonly clock: Clock,
    readonly path: string,
    readonly experiment?: number,
  ) {
    this.number = recorder.nextFlow();
    this.#opened = clock.now();
  }

  #record<K extends Unstamped["kind"]>(kind: K, body: Body<K>, at = this.clock.now()): void {
    const experiment = this.experiment === undefined ? {} : { experiment: this.experiment };
    const event = { path: this.path, ...experiment, flow: this.number, kind, ...body };
    this.recorder.record(event as unknown as Unstamped, at);
  }

  /** A socket was opened, or a SYN goes out. */
  open(protocol: "udp" | "tcp", remote: Endpoint, sight: Sight, local?: Endpoint): void {
    this.#record("open", { protocol, remote, sight, ...(local && { local }) }, this.#opened);
  }

  /** The TCP handshake is complete. */
  connected(channel: Pick<Channel, "local" | "tcpInfo">, ms: number): void {
    const info = channel.tcpInfo?.();
    const seen = info === undefined ? {} : { rtt_ms: roundMs(info.rtt_ms), mss: info.mss };
    this.#record("connected", { local: channel.local, ms: roundMs(ms), ...seen });
  }

  /** The TLS handshake is complete. */
  tls(tls: TlsReport, ms: number): void {
    this.#record("tls", { tls, ms: roundMs(ms) });
  }

  /** Octets go out. */
  sent(bytes: Uint8Array, what: string, retransmission = 0): void {
    this.#record("sent", { ...eventData(bytes), what, ...(retransmission > 0 && { retransmission }) });
  }

  /** Octets came in. */
  received(arrival: Extract<Arrival, { kind: "octets" }>): void {
    const from = arrival.from === undefined ? {} : { from: arrival.from };
    this.#record("received", { ...eventData(arrival.data), ...from }, arrival.at);
  }

  /** What incoming octets turned out to be. */
  message(bytes: Uint8Array, note: MessageNote, at: number, from?: Endpoint): void {
    this.#record("message", { ...note, ...eventData(bytes), ...(from && { from }) }, at);
  }

  /** An ICMP error. */
  icmp(icmp: Icmp, at?: number): void {
    this.#record("icmp", icmp, at);
  }

  /** A deadline passed. */
  timeout(waitedMs: number, forWhat: string): void {
    this.#record("timeout", { waited_ms: roundMs(waitedMs), for: forWhat });
  }

  /** The flow ended. */
  end(
    how: Body<"end">["how"],
    more: Pick<Body<"end">, "failure" | "detail" | "alert" | "acked" | "abortive" | "local"> = {},
    at?: number,
  ): void {
    const now = at ?? this.clock.now();
    this.#hasEnded = true;
    this.#record("end", { how, ms: roundMs(now - this.#opened), ...more }, now);
  }

  /** We close it, unless the other side has. */
  close(channel: Channel, how: "fin" | "rst" = "fin"): void {
    const acked = this.#hasEnded ? undefined : channel.tcpInfo?.()?.acked;
    if (!this.#hasEnded) {
      this.end("ours", { ...(acked !== undefined && { acked }), ...(how === "rst" && { abortive: true }) });
    }
    channel.close(how);
  }

  /** An opening that did not succeed: its ICMP error, if one told, and the end. */
  failed(opened: Extract<Opened, { ok: false }>): void {
    if (opened.icmp !== undefined) this.icmp(opened.icmp);
    this.end("connect", {
      failure: opened.failure,
      detail: opened.detail,
      ...(opened.alert !== undefined && { alert: opened.alert }),
      ...(opened.local !== undefined && opened.local.port !== 0 && { local: opened.local }),
    });
  }

  /** The end of an established stream, as it arrived. */
  arrivalEnd(arrival: Exclude<Arrival, { kind: "octets" | "icmp" }>, channel?: Channel): void {
    const info = channel?.tcpInfo?.();
    const acked = info?.acked === undefined ? {} : { acked: info.acked };
    if (arrival.kind === "error") {
      const { failure, detail, alert } = arrival;
      this.end("error", { failure, detail, ...(alert !== undefined && { alert }), ...acked }, arrival.at);
    } else this.end(arrival.kind, acked, arrival.at);
  }
}
