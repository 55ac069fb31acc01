/**
 * Facts by hand, for tests of the rules: a world of paths, experiments and events that is as consistent as one that a probe
 * recorded. Each method adds what the probe would have written down, in order of time.
 */
import {
  type Event,
  type Experiment,
  type ExperimentName,
  type ExperimentResult,
  type Facts,
  type Failure,
  type IkeReport,
  parsePathSpec,
  type PathReport,
  type RunOptions,
  SCHEMA_ID,
  type Sight,
  type TlsReport,
} from "../../lib/model/mod.ts";

/** The gateway of most tests. */
export const GATEWAY = "192.0.2.7";
/** A second one, of the other family. */
export const GATEWAY6 = "2001:db8::7";
/** Our side. */
export const LOCAL = { address: "10.0.0.2", port: 40_000 };
/** Our SPI on every path. */
export const SPI = "1122334455667788";

/** What the sockets see, unless a test says otherwise. */
export const SIGHT: Sight = { icmp: true, router: true, strangers: true, tcpInfo: true };

/** IKE_SA_INIT as far as rules read it: header and nothing else. */
export function request(spi = SPI): string {
  return `${spi}0000000000000000212022080000000000000020`.padEnd(64, "0");
}

/** The header of an answer, with its length. */
export function answer({ spi = SPI, exchange = "22", flags = "20", messageId = "00000000", octets = 40 } = {}): string {
  const length = octets.toString(16).padStart(8, "0");
  return `${spi}99aabbccddeeff002120${exchange}${flags}${messageId}${length}`.padEnd(octets * 2, "0");
}

/** What is different about an answered path. */
export interface Answered extends Partial<IkeReport> {
  /** From request to answer. */
  readonly ms?: number;
  /** Round trip of the TCP handshake. */
  readonly rtt?: number;
  readonly path?: Partial<PathReport>;
  /** Demands before the answer: each gets another request. */
  readonly demands?: readonly ("cookie" | "group" | "puzzle")[];
}

/** A path that answered, and did not come to an end. */
export const UNSOLVED: IkeReport = {
  outcome: "unsolved",
  initiator_spi: SPI,
  responder_spi: "0000000000000000",
  groups_tried: ["X25519"],
  cookie: false,
  notifies: [],
  vendor_ids: [],
  nat: { client: "unknown", gateway: "unknown" },
  bytes: 40,
};

type Body = Record<string, unknown>;

/** A world under construction. */
export class World {
  readonly #events: Event[] = [];
  readonly #paths: PathReport[] = [];
  readonly #experiments: Experiment[] = [];
  #flows = 0;
  #clock = 0;
  #sight = SIGHT;

  /** All further sockets see only this. */
  sees(sight: Partial<Sight>): this {
    this.#sight = { ...SIGHT, ...sight };
    return this;
  }

  /** Adds an event; answers its index. Without a time, it happens a millisecond after the one before. */
  event(kind: Event["kind"], path: string | null, body: Body = {}): number {
    const { t_ms = this.#clock + 1, ...rest } = body as Body & { t_ms?: number };
    this.#clock = t_ms;
    return this.#events.push({ t_ms, path, kind, ...rest } as unknown as Event) - 1;
  }

  /** Adds a path's report alone. */
  path(spec: string, rest: Partial<PathReport> & Pick<PathReport, "state">, address = GATEWAY): PathReport {
    const { transport, port, encoding } = parsePathSpec(spec);
    const report: PathReport = {
      id: `${spec}@${address}`,
      transport,
      port,
      address,
      ...(encoding && { encoding }),
      expected: !(port === 443 && transport !== "udp"),
      required: false,
      local: LOCAL,
      attempts: 1,
      timing_ms: { total: 3000 },
      ...(rest.state !== "answered" && { reason: rest.state }),
      ...rest,
    };
    this.#paths.push(report);
    return report;
  }

  /** The same, for chains of calls. */
  with(...args: Parameters<World["path"]>): this {
    this.path(...args);
    return this;
  }

  /** The gateway accepts, or answers otherwise. */
  answered(spec: string, more: Answered = {}, address = GATEWAY): this {
    const { ms = 20, rtt, path: rest, demands = [], ...ike } = more;
    const id = `${spec}@${address}`;
    const stream = !spec.startsWith("udp");
    const flow = this.#open(id, spec, address);
    if (stream) this.#connected(id, flow, rtt ?? ms);
    const outcome = ike.outcome ?? "accepted";
    for (const demand of demands) {
      this.#request(id, flow, spec);
      this.#answer(id, flow, demand, ms, { notify: demand === "group" ? "INVALID_KE_PAYLOAD" : "COOKIE" });
    }
    this.#request(id, flow, spec);
    const result = { rejected: "error", alive: "error", redirected: "redirect" }[outcome as string] ?? outcome;
    this.#answer(id, flow, result, ms, {
      ...(ike.error !== undefined && { notify: ike.error }),
      ...(ike.faults !== undefined && { faults: ike.faults }),
    });
    this.path(spec, {
      state: "answered",
      attempts: demands.length + 1,
      timing_ms: { ...(stream && { connect: rtt ?? ms }), answer: ms, total: 3 * ms },
      ike: {
        outcome: "accepted",
        initiator_spi: SPI,
        responder_spi: "99aabbccddeeff00",
        groups_tried: ["X25519"],
        cookie: demands.includes("cookie"),
        notifies: [],
        vendor_ids: [],
        nat: { client: "none", gateway: "none" },
        bytes: 240,
        ...(outcome === "accepted" && {
          proposal: { encr: "AES-GCM-16", key_bits: 256, prf: "HMAC-SHA2-256", dh: "X25519" },
        }),
        ...ike,
      },
      ...rest,
    }, address);
    return this;
  }

  /** A demand is answered with another request, and that with silence. */
  unanswered(spec: string, demand: string, ike: Partial<IkeReport>, address = GATEWAY): this {
    const id = `${spec}@${address}`;
    const flow = this.#open(id, spec, address);
    this.#request(id, flow, spec);
    this.#answer(id, flow, demand, 20, { notify: "COOKIE" });
    this.#request(id, flow, spec);
    this.path(spec, { state: "answered", attempts: 2, ike: { ...UNSOLVED, ...ike } }, address);
    return this;
  }

  /** UDP: nothing comes back. */
  silentUdp(spec: string, rest: Partial<PathReport> = {}, address = GATEWAY): this {
    const id = `${spec}@${address}`;
    const flow = this.#open(id, spec, address);
    for (let copy = 0; copy < 3; copy++) this.#request(id, flow, spec, copy);
    this.event("timeout", id, { flow, waited_ms: 3000, for: "an answer to IKE_SA_INIT" });
    this.path(spec, { state: "silent", reason: "no answer to 3 requests in 3 s", attempts: 3, ...rest }, address);
    return this;
  }

  /** UDP: ICMP errors come back. */
  icmpUdp(spec: string, from: string | null, failure: Failure, name: string, rest: Partial<PathReport> = {}): this {
    const id = `${spec}@${GATEWAY}`;
    const flow = this.#open(id, spec, GATEWAY);
    for (let copy = 0; copy < 2; copy++) {
      this.#request(id, flow, spec, copy);
      this.icmp(id, flow, from, failure, name);
    }
    this.path(spec, { state: failure === "refused" ? "refused" : "prohibited", attempts: 2, ...rest });
    return this;
  }

  /** An ICMP error on a flow. */
  icmp(id: string, flow: number, from: string | null, failure: Failure, name: string): this {
    this.event("icmp", id, { flow, version: 4, type: 3, code: 13, name, from, failure });
    return this;
  }

  /** TCP: the SYN is answered with RST, with an ICMP error, or not at all. */
  syn(
    spec: string,
    how: "refused" | "silent" | "prohibited",
    more: { ms?: number; from?: string | null; path?: Partial<PathReport> } = {},
    address = GATEWAY,
  ): this {
    const id = `${spec}@${address}`;
    const { ms = how === "silent" ? 3000 : 20, from, path } = more;
    const flow = this.#open(id, spec, address);
    const failure = how === "silent" ? "timeout" : how;
    if (from !== undefined) this.icmp(id, flow, from, failure as Failure, how === "refused" ? "port unreachable" : how);
    this.event("end", id, { flow, how: "connect", failure, ms });
    this.path(spec, { state: how, timing_ms: { total: ms }, ...path }, address);
    return this;
  }

  /** TCP: connected, and then no answer. `ms` is from the SYN to the end. */
  stood(
    spec: string,
    state: "reset" | "closed" | "silent" | "foreign" | "failed",
    more: { rtt?: number; ms?: number; tls?: TlsReport; path?: Partial<PathReport>; kernel?: boolean } = {},
    address = GATEWAY,
  ): this {
    const { rtt = 20, ms = 2 * rtt + 1, tls, path, kernel = true } = more;
    const id = `${spec}@${address}`;
    const flow = this.#open(id, spec, address);
    this.#connected(id, flow, rtt, kernel);
    if (tls !== undefined) this.event("tls", id, { flow, ms: rtt, tls });
    this.#request(id, flow, spec);
    if (state === "silent") this.event("timeout", id, { flow, waited_ms: 3000, for: "an answer to IKE_SA_INIT" });
    else if (state !== "foreign") this.event("end", id, { flow, how: state === "reset" ? "rst" : "fin", ms });
    this.path(spec, {
      state,
      timing_ms: { connect: rtt, ...(tls && { tls: rtt }), total: state === "silent" ? 3000 : ms },
      ...(tls && { tls }),
      ...path,
    }, address);
    return this;
  }

  /** Octets and what they turned out to be, on a path's last flow. */
  message(id: string, fit: string, data: string, more: Body = {}): this {
    const flow = this.#flows - 1;
    this.event("received", id, { flow, data, octets: data.length / 2, ...("from" in more && { from: more.from }) });
    this.event("message", id, { flow, fit, what: fit, data, octets: data.length / 2, ...more });
    return this;
  }

  /** An experiment, with a connection or socket of its own. */
  trial(
    name: ExperimentName,
    path: string,
    result: ExperimentResult,
    more: {
      ms?: number;
      round?: number;
      facts?: Experiment["facts"];
      rtt?: number;
      from?: string;
      at?: number;
      sends?: number[];
    } = {},
  ): this {
    const { ms, round = 1, facts, rtt = 20, from, sends = [240] } = more;
    const experiment = this.#experiments.length;
    const flow = this.#flows++;
    const id = path.includes("@") ? path : `${path}@${GATEWAY}`;
    const begun = this.#clock + 1;
    const udp = name.startsWith("udp");
    const remote = { address: id.slice(id.indexOf("@") + 1), port: Number(facts?.port ?? /\d+/.exec(id)![0]) };
    const event = (kind: Event["kind"], body: Body) => this.event(kind, id, { experiment, flow, ...body });
    event("open", { protocol: udp ? "udp" : "tcp", remote, sight: this.#sight });
    if (!udp && !["refused", "filtered", "prohibited"].includes(result)) {
      event("connected", { local: LOCAL, ms: rtt, ...(this.#sight.tcpInfo && { rtt_ms: rtt }) });
    }
    for (const octets of sends) event("sent", { data: "00", octets, what: name });
    const now = this.#clock + (ms ?? 1);
    if (result === "answered") {
      const what = { fit: "answer", what: name, data: answer(), octets: 40, result: "error" };
      event("message", { t_ms: now, ...what });
    } else if (result === "refused" && udp) {
      event("icmp", { version: 4, type: 3, code: 3, name: "port unreachable", from: from ?? null, failure: "refused" });
    } else if (result === "refused") event("end", { how: "connect", failure: "refused", ms: ms ?? 1 });
    else if (result === "reset") event("end", { how: "rst", ms: rtt + (ms ?? 1) });
    else if (result === "closed") event("end", { how: "fin", ms: rtt + (ms ?? 1) });
    this.#experiments.push({
      name,
      path: id,
      started_ms: more.at ?? begun,
      ended_ms: (more.at ?? begun) + (ms ?? 1),
      result,
      ...(ms !== undefined && { ms }),
      ...(facts && { facts }),
      round,
    });
    return this;
  }

  /** The facts. */
  facts(more: Partial<Facts> & { optionsOf?: Partial<RunOptions> } = {}): Facts {
    const { optionsOf, ...rest } = more;
    const addresses = [...new Set(this.#paths.map((path) => path.address))];
    return {
      schema: SCHEMA_ID,
      tool: { name: "ike-tcp", version: "0", runtime: "test", platform: "test" },
      target: {
        input: "vpn.example",
        host: "vpn.example",
        addresses: addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
      },
      options: {
        timeout_ms: 3000,
        retries: 2,
        require: [],
        groups: ["X25519", "MODP2048"],
        mode: "normal",
        ...optionsOf,
      },
      started: "2026-01-01T00:00:00Z",
      duration_ms: 3100,
      paths: this.#paths,
      budget: { limit: 4, spent: [] },
      experiments: this.#experiments,
      events: this.#events,
      ...rest,
    };
  }

  #open(id: string, spec: string, address: string): number {
    const flow = this.#flows++;
    const protocol = spec.startsWith("udp") ? "udp" : "tcp";
    const port = Number(/\d+/.exec(spec)![0]);
    this.event("open", id, { flow, protocol, local: LOCAL, remote: { address, port }, sight: this.#sight });
    return flow;
  }

  #connected(id: string, flow: number, rtt: number, kernel = true): void {
    this.event("connected", id, { flow, local: LOCAL, ms: rtt, ...(kernel && this.#sight.tcpInfo && { rtt_ms: rtt }) });
  }

  #request(id: string, flow: number, spec: string, retransmission = 0): void {
    const marker = spec.startsWith("udp-500") ? "" : "00000000";
    const stream = !spec.startsWith("udp");
    const data = `${stream ? "0026" : ""}${marker}${request()}`;
    if (stream) this.event("sent", id, { flow, data: "494b45544350", octets: 6, what: "stream prefix" });
    const what = "IKE_SA_INIT request (X25519)";
    this.event("sent", id, {
      flow,
      data,
      octets: data.length / 2,
      what,
      ...(retransmission > 0 && { retransmission }),
    });
  }

  #answer(id: string, flow: number, result: string, ms: number, more: Body): void {
    const t_ms = this.#clock + ms;
    const data = answer();
    const octets = data.length / 2;
    this.event("message", id, {
      t_ms,
      flow,
      fit: "answer",
      what: "IKE_SA_INIT response",
      data,
      octets,
      result,
      ...more,
    });
  }
}

/** A world in which UDP 500 and UDP 4500 accept: what most faults of TCP stand beside. */
export function udpWorks(more: Answered = {}): World {
  return new World().answered("udp-500", more).answered("udp-4500", more);
}
