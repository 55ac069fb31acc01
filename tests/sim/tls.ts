/**
 * A stand-in for TLS on simulated TCP: records with the real first octets (so that filters which look for them work), a
 * handshake of one round trip, and a payload that no filter can read. It protects nothing.
 */
import type { TlsReport } from "../../lib/model/mod.ts";
import type { Arrival, Channel } from "../../lib/net/transport.ts";
import type { VirtualClock } from "./clock.ts";

const ALERT = 21;
const HANDSHAKE = 22;
const DATA = 23;
const MASK = 0xa5;
/** The alerts that tests ask for (RFC 8446 §6). */
export const ALERTS: Readonly<Record<string, number>> = {
  close_notify: 0,
  unexpected_message: 10,
  handshake_failure: 40,
  protocol_version: 70,
  internal_error: 80,
  unrecognized_name: 112,
};

/** What a simulated server shows of itself, and how it behaves. */
export interface SimulatedTls {
  readonly report: Omit<TlsReport, "server_name">;
  /** Ends the handshake with this alert. */
  readonly alert?: string;
  /** Never answers the ClientHello. */
  readonly silent?: boolean;
}

function record(type: number, payload: Uint8Array): Uint8Array {
  const out = new Uint8Array(5 + payload.length);
  out.set([type, 3, type === HANDSHAKE ? 1 : 3, payload.length >> 8, payload.length & 255]);
  out.set(payload, 5);
  return out;
}

/** Either an established session, or why there is none. */
export type TlsHandshake =
  | { readonly ok: true; readonly session: SimulatedTlsSession }
  | { readonly ok: false; readonly arrival?: Arrival; readonly alert?: string; readonly foreign?: Uint8Array };

/** The reader of records over a simulated TCP connection. */
class Records {
  #buffer = new Uint8Array();

  constructor(private readonly tcp: Channel) {}

  /** A whole record, or the arrival that came in its place; `undefined` at the deadline. */
  async next(
    until: number,
    signal?: AbortSignal,
  ): Promise<{ type: number; payload: Uint8Array } | Arrival | undefined> {
    for (;;) {
      const length = 5 + (this.#buffer[3] ?? 0) * 256 + (this.#buffer[4] ?? 0);
      const type = this.#buffer[0] ?? HANDSHAKE;
      if (type < ALERT || type > DATA) return { type, payload: this.#buffer };
      if (this.#buffer.length >= 5 && this.#buffer.length >= length) {
        const payload = this.#buffer.slice(5, length);
        this.#buffer = this.#buffer.slice(length);
        return { type, payload };
      }
      const arrival = await this.tcp.receive(until, signal);
      if (arrival?.kind !== "octets") return arrival;
      const joined = new Uint8Array(this.#buffer.length + arrival.data.length);
      joined.set(this.#buffer);
      joined.set(arrival.data, this.#buffer.length);
      this.#buffer = joined;
    }
  }
}

/** The client's handshake. */
export async function clientHandshake(
  tcp: Channel,
  clock: VirtualClock,
  serverName: string,
  until: number,
  signal?: AbortSignal,
): Promise<TlsHandshake> {
  const name = new TextEncoder().encode(serverName);
  await tcp.send(record(HANDSHAKE, new Uint8Array([1, 0, 0, name.length, ...name])));
  const records = new Records(tcp);
  const answer = await records.next(until, signal);
  if (answer === undefined || "kind" in answer) return { ok: false, arrival: answer };
  if (answer.type === ALERT) {
    const alert = Object.entries(ALERTS).find(([, code]) => code === answer.payload[1])?.[0] ?? "unknown";
    return { ok: false, alert };
  }
  if (answer.type !== HANDSHAKE) return { ok: false, foreign: answer.payload };
  const report: TlsReport = JSON.parse(new TextDecoder().decode(answer.payload));
  const named = /^[\d.]+$|:/.test(serverName) ? report : { ...report, server_name: serverName };
  return { ok: true, session: new SimulatedTlsSession(tcp, records, clock, named) };
}

/** The server's handshake; `undefined` when it failed, and then the connection is closed. */
export async function serverHandshake(
  tcp: Channel,
  clock: VirtualClock,
  server: SimulatedTls,
): Promise<SimulatedTlsSession | undefined> {
  const records = new Records(tcp);
  const hello = await records.next(Infinity);
  if (hello === undefined || "kind" in hello) return tcp.close(), undefined;
  if (server.silent) return void await tcp.receive(Infinity);
  const alert = hello.type !== HANDSHAKE ? "unexpected_message" : server.alert;
  if (alert !== undefined) {
    await tcp.send(record(ALERT, new Uint8Array([2, ALERTS[alert] ?? 80])));
    return tcp.close(), undefined;
  }
  await tcp.send(record(HANDSHAKE, new TextEncoder().encode(JSON.stringify(server.report))));
  return new SimulatedTlsSession(tcp, records, clock, undefined);
}

/** Data inside. */
export class SimulatedTlsSession implements Channel {
  readonly tls?: TlsReport;

  constructor(
    private readonly tcp: Channel,
    private readonly records: Records,
    private readonly clock: VirtualClock,
    tls: TlsReport | undefined,
  ) {
    this.tls = tls;
  }

  get sight() {
    return this.tcp.sight;
  }
  get local() {
    return this.tcp.local;
  }
  get remote() {
    return this.tcp.remote;
  }
  get localCandidates() {
    return this.tcp.localCandidates;
  }

  async send(data: Uint8Array): Promise<void> {
    for (let at = 0; at < data.length; at += 16384) {
      await this.tcp.send(record(DATA, data.slice(at, at + 16384).map((octet) => octet ^ MASK)));
    }
  }

  async receive(until: number, signal?: AbortSignal): Promise<Arrival | undefined> {
    const next = await this.records.next(until, signal);
    if (next === undefined || "kind" in next) return next;
    const at = this.clock.now();
    if (next.type === DATA) return { kind: "octets", at, data: next.payload.map((octet) => octet ^ MASK) };
    if (next.type === ALERT && next.payload[1] === 0) return { kind: "fin", at };
    return { kind: "error", at, failure: "tls", detail: "an alert, or octets that are no record" };
  }

  close(how?: "fin" | "rst"): void {
    this.tcp.close(how);
  }

  tcpInfo() {
    return this.tcp.tcpInfo?.();
  }
}
