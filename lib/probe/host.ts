/** Probes one host: all of its addresses, all paths side by side, and puts the facts together. */
import {
  type Earlier,
  type Event,
  type Experiment,
  type Facts,
  formatPathSpec,
  isCandidate,
  pathId,
  type PathReport,
  SCHEMA_ID,
  type Target,
  type Tool,
} from "../model/mod.ts";
import type { Network, Resolved } from "../net/transport.ts";
import { addressBytes, concatBytes, isAddress } from "../wire/mod.ts";
import { HalfOpenBudget } from "./budget.ts";
import { type PathJob, RunContext } from "./context.ts";
import { EarlyParting } from "./early_parting.ts";
import { Experiments } from "./experiments/run.ts";
import { PathResult } from "./path_result.ts";
import { Recorder, roundMs } from "./recorder.ts";
import { followRedirects } from "./redirects.ts";
import { expectedPaths, hostName, pathsToTry, type ProbeSettings, runOptions } from "./settings.ts";
import type { SharedAddresses } from "./shared.ts";
import { probeStream } from "./stream_path.ts";
import { probeUdp } from "./udp_path.ts";

/**
 * Addresses of each family that a run tries. Gateways have a few; whoever answers for a name must not be able to point
 * hundreds of connections at others.
 */
export const MAX_ADDRESSES = 16;

/** What a run needs beside its settings. */
export interface ProbeHooks {
  readonly tool: Tool;
  /** RFC 3339, UTC. */
  readonly started: string;
  readonly onEvent?: (event: Event) => void;
  readonly onPath?: (path: PathReport) => void;
  /** What is already known of the paths, for a run that leaves no state. */
  readonly earlier?: Earlier;
  /** What the runs for other hosts have asked of the same addresses. */
  readonly shared?: SharedAddresses;
  /** The host's addresses, for who has asked for them before. */
  readonly resolved?: Resolved;
  /**
   * Takes what goes on behind the report: a connection that must not be closed yet. The process has to live until then.
   * Absent: the report waits for it.
   */
  readonly linger?: (rest: Promise<void>) => void;
  /** Ends the run; what was measured is reported. */
  readonly signal?: AbortSignal;
  /** The clock's reading by which experiments have to be over: those that there is no time for are left out. */
  readonly endBy?: number;
}

/** Probes a host. Never rejects for what the network does; an abort yields the facts so far. */
export async function probeHost(
  input: string,
  settings: ProbeSettings,
  network: Network,
  hooks: ProbeHooks,
): Promise<Facts> {
  return await new HostRun(input, settings, network, hooks).run();
}

/** Why everything ends. Without a reason, the signal would make an error with a stack trace, for nobody. */
const OVER = "the run is over";

class HostRun {
  readonly #start: number;
  readonly #recorder: Recorder;
  readonly #budget: HalfOpenBudget;
  readonly #abort = new AbortController();
  readonly #started = new Map<string, PathJob>();
  readonly #running = new Map<string, Promise<PathReport>>();
  readonly #results = new Map<string, PathResult>();

  constructor(
    readonly input: string,
    readonly settings: ProbeSettings,
    readonly network: Network,
    readonly hooks: ProbeHooks,
  ) {
    // Resolving was the first part of the run, whoever did it.
    this.#start = network.clock.now() - (hooks.resolved?.ms ?? 0);
    this.#recorder = new Recorder(this.#start, hooks.onEvent);
    this.#budget = new HalfOpenBudget(settings.maxHalfOpen, hooks.shared);
  }

  async run(): Promise<Facts> {
    const ready = Promise.all([
      import("../crypto/mod.ts"),
      this.#budget.shared.keys.prepare(this.settings.groups[0]!, this.network),
    ]);
    const target = await this.#resolve();
    if (target.error !== undefined || target.addresses.length === 0) return this.#facts(target, [], []);
    const [crypto] = await ready;
    const context = this.#context(target, crypto);
    const { hooks, hooks: { signal } } = this;
    const abort = () => this.#abort.abort(OVER);
    if (signal?.aborted) abort();
    signal?.addEventListener("abort", abort);
    try {
      const jobs = target.addresses.flatMap(({ address }) => this.#jobs(address));
      const experiments = new Experiments(context);
      await this.#first(jobs, experiments, context);
      await this.#followAll(context);
      const paths = await Promise.all(this.#running.values());
      const tried = paths.map((path) => ({ path: this.#latest(path), job: this.#started.get(path.id)! }));
      const made = await experiments.run(tried);
      abort();
      await context.sayFarewell(signal ?? new AbortController().signal);
      context.closeAll();
      const facts = this.#facts(target, paths.map((path) => this.#latest(path)), made);
      this.#recorder.close();
      const rest = context.settled();
      if (rest !== undefined && hooks.linger !== undefined) hooks.linger(rest);
      else await rest;
      return facts;
    } finally {
      signal?.removeEventListener("abort", abort);
      abort();
      context.closeAll();
    }
  }

  /** The paths that the run begins with, and what need not wait for all of them to end. */
  async #first(jobs: readonly PathJob[], experiments: Experiments, context: RunContext): Promise<void> {
    const parting = context.earlyParting = new EarlyParting(jobs);
    const ended = new AbortController();
    const signal = AbortSignal.any([context.signal, ended.signal]);
    const paths = Promise.all(jobs.map((job) => this.#path(job, context))).then(() => ended.abort(OVER));
    await Promise.all([paths, context.aside(parting.run(context)), context.aside(experiments.foresee(jobs, signal))]);
  }

  #context(target: Target, crypto: typeof import("../crypto/mod.ts")): RunContext {
    const host = isAddress(target.host) ? undefined : target.host;
    const { network, settings, hooks } = this;
    const { signal } = this.#abort;
    return new RunContext(network, settings, this.#recorder, this.#budget, crypto, signal, host, hooks.endBy);
  }

  async #resolve(): Promise<Target> {
    const host = hostName(this.input);
    const resolved = this.hooks.resolved ??
      await this.#unlessAborted(this.network.resolve(host, this.settings.family));
    const event = { kind: "resolve", path: null, name: host, ms: roundMs(resolved.ms) } as const;
    const now = this.network.clock.now();
    if (!resolved.ok) {
      this.#recorder.record({ ...event, addresses: [], error: resolved.detail }, now);
      return { input: this.input, host, addresses: [], resolve_ms: roundMs(resolved.ms), error: resolved.detail };
    }
    if (!isAddress(host)) this.#recorder.record({ ...event, addresses: resolved.addresses.map((a) => a.address) }, now);
    const { tried, omitted } = boundAddresses(resolved.addresses);
    return {
      input: this.input,
      host,
      addresses: tried,
      ...(omitted > 0 && { omitted }),
      resolve_ms: roundMs(resolved.ms),
    };
  }

  /** A resolver cannot be told to stop, but it need not be waited for. */
  async #unlessAborted(resolving: Promise<Resolved>): Promise<Resolved> {
    const { signal } = this.hooks;
    const began = this.network.clock.now();
    const { promise: aborted, resolve } = Promise.withResolvers<Resolved>();
    const stop = () => resolve({ ok: false, detail: "interrupted", ms: this.network.clock.now() - began });
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop);
    try {
      return await Promise.race([resolving, aborted]);
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  }

  /** The paths of one address; a required or expected path is tried even when `--paths` lacks it. */
  #jobs(address: string): PathJob[] {
    const { require, named } = this.settings;
    const required = new Set(require.map(formatPathSpec));
    const expected = new Set(expectedPaths(this.settings).map(formatPathSpec));
    const specs = pathsToTry(this.settings);
    const streams = [...specs].filter(([, spec]) => spec.transport !== "udp");
    const leader = (streams.find(([name]) => required.has(name)) ?? streams[0])?.[0];
    return [...specs].map(([name, spec]) => ({
      id: pathId(spec, address),
      spec,
      address,
      expected: named || required.has(name) || expected.has(name) || !isCandidate(spec),
      required: required.has(name),
      leads: name === leader,
    }));
  }

  /** Starts a path, once. */
  #path(job: PathJob, context: RunContext): Promise<PathReport> {
    const known = this.#running.get(job.id);
    if (known !== undefined) return known;
    const started = context.now();
    const probe = job.spec.transport === "udp" ? probeUdp : probeStream;
    const report = probe(job, context).catch((error) => this.#broken(job, error)).then((result) => {
      this.#results.set(job.id, result);
      const path = result.toReport(job, context.now() - started);
      context.earlyParting?.ended(path);
      this.hooks.onPath?.(path);
      return path;
    });
    this.#started.set(job.id, job);
    this.#running.set(job.id, report);
    return report;
  }

  /** A path as it is known by now: its socket is watched on, and a better answer may have come. */
  #latest(path: PathReport): PathReport {
    const result = this.#results.get(path.id);
    return result?.isRaised ? result.toReport(this.#started.get(path.id)!, path.timing_ms.total) : path;
  }

  /** A defect of ours must cost one path, not the run. */
  #broken(job: PathJob, error: unknown): PathResult {
    const detail = `internal error: ${error instanceof Error ? error.message : String(error)}`;
    this.#recorder.record({ kind: "failed", path: job.id, detail }, this.network.clock.now());
    const result = new PathResult();
    result.end("failed", detail);
    return result;
  }

  async #followAll(context: RunContext): Promise<void> {
    const first = await Promise.all(this.#running.values());
    await Promise.all(first.map(async (path) => {
      if (path.ike?.outcome !== "redirected") return;
      const chain = await followRedirects(path, {
        resolve: async (gateway) => {
          const resolved = await this.network.resolve(gateway, this.settings.family);
          return resolved.ok ? resolved.addresses[0]?.address : undefined;
        },
        probe: (address, origin) => this.#path(this.#redirected(address, origin), context),
      });
      const { gateways, followed, error } = chain;
      const ike = {
        ...path.ike,
        redirects: gateways,
        ...(followed !== undefined && { followed }),
        ...(error !== undefined && { outcome: "unsolved" as const, error }),
      };
      this.#running.set(path.id, Promise.resolve({ ...path, ike }));
    }));
  }

  #redirected(address: string, origin: PathReport): PathJob {
    const { transport, port, encoding } = origin;
    const spec = { transport, port, ...(encoding !== undefined && { encoding }) };
    return {
      id: pathId(spec, address),
      spec,
      address,
      expected: origin.expected,
      required: false,
      leads: true,
      redirectedFrom: origin.id,
      redirectedFromData: gatewayIdentity(origin.address),
    };
  }

  #facts(target: Target, paths: readonly PathReport[], experiments: readonly Experiment[]): Facts {
    const { settings, hooks } = this;
    return {
      schema: SCHEMA_ID,
      tool: hooks.tool,
      target,
      options: runOptions(settings),
      started: hooks.started,
      duration_ms: this.#recorder.since(this.network.clock.now()),
      ...(hooks.signal?.aborted && { interrupted: true }),
      ...(hooks.earlier !== undefined && { earlier: hooks.earlier }),
      ...(settings.expectation !== undefined && { expectation: settings.expectation }),
      paths,
      budget: this.#budget.toReport(),
      experiments,
      events: this.#recorder.events,
    };
  }
}

/** The addresses of a name that are tried: so many of each family, in the resolver's order. */
function boundAddresses(all: Target["addresses"]) {
  const counts = { 4: 0, 6: 0 };
  const tried = all.filter(({ family }) => counts[family]++ < MAX_ADDRESSES);
  return { tried, omitted: all.length - tried.length };
}

/** GW Ident Type, length and address (RFC 5685 §7.3). */
function gatewayIdentity(address: string): Uint8Array {
  const bytes = addressBytes(address);
  return concatBytes(Uint8Array.of(bytes.length === 4 ? 1 : 2, bytes.length), bytes);
}
