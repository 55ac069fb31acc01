/** The exporter's answers, whatever they are asked over: `/probe`, `/metrics`, a page that says how, and what is refused. */
import { failureLine, UsageError } from "../cli/failure.ts";
import type { PathSpec, Tool } from "../model/mod.ts";
import type { Network } from "../net/transport.ts";
import type { ProbeSettings } from "../probe/settings.ts";
import { EXPOSITION_TYPE, writeExposition } from "../report/prometheus/exposition.ts";
import { HalfOpenLedger } from "../watch/mod.ts";
import { escapeText } from "../wire/mod.ts";
import type { AllowList } from "./allow.ts";
import { debugText } from "./debug.ts";
import { Gate, Turns } from "./gate.ts";
import { type HttpAnswer, plain, type Status } from "./http/answer.ts";
import type { HttpRequest } from "./http/request.ts";
import type { Peer } from "./http/server.ts";
import type { Logged } from "./log.ts";
import { OwnMetrics, type ProcessFigures, type TurnedAway } from "./own_metrics.ts";
import { type Given, type ParameterTable, type Query, readQuery } from "./parameters.ts";
import { probeFamilies } from "./probe_metrics.ts";
import { scrapeMs } from "./scrape_time.ts";
import type { Probe, Shared } from "./target.ts";
import { Targets } from "./targets.ts";

/** Scrapes that may wait for a place, for each place. */
const QUEUE = 4;
/** How long they wait, in milliseconds. */
const QUEUE_MS = 2_000;

/** Settings of an {@linkcode Exporter}. */
export interface ExporterOptions {
  readonly network: Network;
  readonly probe: Probe;
  readonly tool: Tool;
  readonly allow: AllowList;
  /** Ports that clients may ask for. */
  readonly ports: ReadonlySet<number>;
  readonly parameters: ParameterTable;
  readonly modules: ReadonlyMap<string, Given>;
  /** The settings of a run with these options over the exporter's own. @throws {UsageError} */
  settings(given: Given): Promise<ProbeSettings>;
  /** @throws {UsageError} for what cannot be a host */
  checkTarget(target: string): void;
  /** Runs at a time. */
  readonly concurrency: number;
  /** Targets that are remembered. */
  readonly maxTargets: number;
  readonly fullEveryMs: number;
  readonly minIntervalMs: number;
  /** So long before the end of a scrape it is answered, in milliseconds. */
  readonly offsetMs: number;
  process(): ProcessFigures;
  /** HTML. */
  readonly page: string;
  readonly onLog: (logged: Logged) => void;
}

/** See the file's head. */
export class Exporter {
  readonly #ledger = new HalfOpenLedger();
  readonly #gate: Gate;
  readonly #targets: Targets;
  readonly #metrics: OwnMetrics;
  readonly #stop = new AbortController();
  /** Of the HTTP server; told by whoever has one. */
  connections: () => number = () => 0;

  constructor(readonly options: ExporterOptions) {
    const { network, probe, allow, tool, concurrency, maxTargets, fullEveryMs, minIntervalMs } = options;
    this.#metrics = new OwnMetrics(tool);
    this.#gate = new Gate(network.clock, concurrency, concurrency * QUEUE);
    const shared: Shared = {
      network,
      probe,
      allow,
      ledger: this.#ledger,
      gate: this.#gate,
      turns: new Turns(network.clock),
      stop: this.#stop.signal,
      fullEveryMs,
      minIntervalMs,
      queueMs: QUEUE_MS,
      onRun: (round) => this.#metrics.run(round),
    };
    this.#targets = new Targets(maxTargets, shared);
  }

  /** Ends the runs: who waits for one gets what it has. */
  stop(): void {
    this.#stop.abort();
  }

  /** A defect of ours: told, counted, and nothing else. */
  defect(error: unknown): void {
    this.#metrics.defect();
    this.options.onLog({ kind: "error", what: failureLine(error) });
  }

  /** A request that was answered elsewhere. */
  count(status: number): void {
    this.#metrics.answer(status);
  }

  /** Answers a request. */
  async answer(request: HttpRequest, peer: Peer): Promise<HttpAnswer> {
    const answer = await this.#route(request, peer);
    this.#metrics.answer(answer.status);
    return answer;
  }

  async #route(request: HttpRequest, peer: Peer): Promise<HttpAnswer> {
    const handlers: Readonly<Record<string, () => HttpAnswer | Promise<HttpAnswer>>> = {
      "/": () => ({ status: 200, type: "text/html; charset=utf-8", body: this.options.page, fields: PAGE_FIELDS }),
      "/probe": () => this.#probe(request, peer),
      "/metrics": () => this.#own(),
      "/-/healthy": () => plain(200, "Healthy.\n"),
    };
    const handler = Object.hasOwn(handlers, request.path) ? handlers[request.path] : undefined;
    if (handler === undefined) return plain(404, `Not found: there are ${Object.keys(handlers).join(", ")}.\n`);
    if (request.method !== "GET" && request.method !== "HEAD") {
      return plain(405, "Only GET and HEAD.\n", { Allow: "GET, HEAD" });
    }
    return await handler();
  }

  #own(): HttpAnswer {
    const { network, process } = this.options;
    const levels = {
      inFlight: this.#gate.inside,
      targets: this.#targets.size,
      connections: this.connections(),
      halfOpen: this.#ledger.total(network.clock.now()),
    };
    return metrics(writeExposition(this.#metrics.families(levels, process())));
  }

  async #probe(request: HttpRequest, { from }: Peer): Promise<HttpAnswer> {
    const { network: { clock }, onLog } = this.options;
    const began = clock.now();
    const asked: Asked = {
      target: request.query.get("target") ?? "",
      module: request.query.get("module") ?? undefined,
    };
    const probed = await this.#probed(request, began);
    if (probed.turnedAway !== undefined) this.#metrics.turnedAway(probed.turnedAway);
    const { answer, run, verdict, summary } = probed;
    onLog({
      kind: "probe",
      target: asked.target,
      ...(asked.module !== undefined && { module: asked.module }),
      from,
      status: answer.status,
      ms: Math.round(clock.now() - began),
      ...(run !== undefined && { run }),
      ...(verdict !== undefined && { verdict }),
      summary,
    });
    return answer;
  }

  async #probed(request: HttpRequest, began: number): Promise<Probed> {
    const { offsetMs, network: { clock } } = this.options;
    let query: Query, settings: ProbeSettings, timeMs: number;
    try {
      query = readQuery(request.query, this.options.parameters);
      settings = await this.#settings(query);
      timeMs = scrapeMs(request.fields.get("x-prometheus-scrape-timeout-seconds"), offsetMs);
    } catch (error) {
      if (error instanceof UsageError) return turnedAway(400, "parameters", error.message);
      throw error;
    }
    const host = query.target.replace(/^\[(.*)\]$/, "$1");
    const refused = this.options.allow.refusesHost(host) ?? refusedPort(settings, this.options.ports);
    if (refused !== undefined) return turnedAway(403, "target", `Not allowed: ${refused}`);
    if (request.method === "HEAD") {
      return { answer: metrics(""), summary: "asked for the head alone: nothing was sent" };
    }
    const target = this.#targets.get(host, settings);
    const scraped = await target.scrape(began + timeMs);
    if (scraped.kind === "refused") return turnedAway(403, "target", `Not allowed: ${scraped.why}`);
    if (scraped.kind === "busy") return turnedAway(503, "busy", scraped.why, scraped.retryMs);
    if (scraped.whole === undefined) this.#metrics.again();
    const facts = {
      ageMs: clock.now() - scraped.at,
      paths: [...settings.paths, ...settings.require],
      ...target.standing,
    };
    const text = writeExposition(probeFamilies(scraped, facts));
    const { verdict } = scraped.round.standing;
    return {
      answer: query.debug ? plain(200, await debugText(scraped, text, facts.ageMs)) : metrics(text),
      run: scraped.whole === undefined ? "none" : scraped.round.kind,
      verdict: verdict.code,
      summary: verdict.summary,
    };
  }

  async #settings({ target, module, given }: Query): Promise<ProbeSettings> {
    const { modules, settings, checkTarget } = this.options;
    checkTarget(target);
    const chosen = module === undefined ? {} : modules.get(module);
    if (chosen === undefined) {
      const known = modules.size === 0 ? "the exporter was started without --module" : `known: ${[...modules.keys()]}`;
      throw new UsageError(`Unknown module "${escapeText(module!.slice(0, 60))}" (${known})`);
    }
    return await settings({ ...chosen, ...given });
  }
}

interface Asked {
  readonly target: string;
  readonly module: string | undefined;
}

interface Probed {
  readonly answer: HttpAnswer;
  readonly turnedAway?: TurnedAway;
  readonly run?: Extract<Logged, { kind: "probe" }>["run"];
  readonly verdict?: Extract<Logged, { kind: "probe" }>["verdict"];
  readonly summary: string;
}

/** The page needs nothing but itself. */
const PAGE_FIELDS = { "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'" };

function metrics(text: string): HttpAnswer {
  return { status: 200, type: EXPOSITION_TYPE, body: text };
}

function turnedAway(status: Status, why: TurnedAway, sentence: string, retryMs?: number): Probed {
  const fields = retryMs === undefined ? undefined : { "Retry-After": String(Math.ceil(retryMs / 1000)) };
  return { answer: plain(status, `${sentence}\n`, fields), turnedAway: why, summary: sentence };
}

function refusedPort({ paths, require }: ProbeSettings, ports: ReadonlySet<number>): string | undefined {
  const port = [...paths, ...require].find((path: PathSpec) => !ports.has(path.port))?.port;
  return port === undefined ? undefined : `port ${port} is not in the exporter's --allow-ports`;
}
