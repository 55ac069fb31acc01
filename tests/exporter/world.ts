/** An exporter in the simulated network: asked without HTTP, with a clock that jumps. */
import { command } from "../../commands/exporter.ts";
import { CLOSED_PARAMETERS, PARAMETERS } from "../../commands/exporter_options.ts";
import { checkHosts, probeSettings } from "../../commands/probe_options.ts";
import { parseOptions } from "../../lib/cli/options.ts";
import { AllowList, Exporter, type ExporterOptions, type Logged } from "../../lib/exporter/mod.ts";
import type { HttpAnswer } from "../../lib/exporter/http/answer.ts";
import type { Report } from "../../lib/model/mod.ts";
import { probeHost } from "../../lib/probe/mod.ts";
import { assemble } from "../../lib/report/assemble.ts";
import { SimulatedNetwork, type SimulatedNetworkOptions } from "../sim/mod.ts";
import { REPORTS } from "../report/reports.ts";
import { assertSound } from "../testbed/report.ts";
// What a run loads when it needs it must be there, or time would pass meanwhile.
import "../../lib/crypto/mod.ts";
import "../../lib/exchange/farewell.ts";

export const HOST = "203.0.113.2";
const TOOL = REPORTS.ready!.tool;

export interface WorldOptions extends Partial<Omit<ExporterOptions, "allow" | "network">> {
  readonly allow?: readonly string[];
  readonly network?: SimulatedNetworkOptions;
}

/** See the file's head. */
export class World {
  readonly network: SimulatedNetwork;
  readonly exporter: Exporter;
  readonly log: Logged[] = [];
  /** Of all runs, in the order of their ends. */
  readonly reports: Report[] = [];

  constructor({ allow = ["public"], network, ...options }: WorldOptions = {}) {
    this.network = new SimulatedNetwork(network);
    const { options: standard } = parseOptions([], command.options, () => undefined);
    this.exporter = new Exporter({
      network: this.network,
      probe: async (host, settings, net, hooks) => {
        const started = new Date(Date.UTC(2026, 0, 1) + this.network.clock.now()).toISOString();
        // As the command does: what must stay open for a while outlives the report.
        const all = { tool: TOOL, started, linger: () => {}, ...hooks };
        const report = assemble(await probeHost(host, settings, net, all));
        assertSound(report, report.verdict.exit);
        this.reports.push(report);
        return report;
      },
      tool: TOOL,
      allow: new AllowList(allow),
      ports: new Set([500, 4500, 443]),
      parameters: { open: PARAMETERS, closed: CLOSED_PARAMETERS },
      modules: new Map(),
      settings: (given) => probeSettings({ ...standard, ...given }),
      checkTarget: (target) => checkHosts([target]),
      concurrency: 16,
      maxTargets: 1000,
      fullEveryMs: 600_000,
      minIntervalMs: 1000,
      offsetMs: 500,
      process: () => ({ started: 1, residentOctets: 2, cpuSeconds: 3 }),
      page: "<!DOCTYPE html>",
      onLog: (logged) => this.log.push(logged),
      ...options,
    });
  }

  /** Asks; `scrapeSeconds` is what Prometheus says of its patience. */
  async get(target: string, scrapeSeconds?: number | string, method = "GET"): Promise<HttpAnswer> {
    const [path = "", query = ""] = target.split("?");
    const fields = new Map(
      scrapeSeconds === undefined ? [] : [["x-prometheus-scrape-timeout-seconds", String(scrapeSeconds)]],
    );
    const request = { method, path, query: new URLSearchParams(query), fields, keepAlive: true };
    return await this.network.clock.wait(this.exporter.answer(request, { from: "192.0.2.1:50000" }));
  }

  /** Probes a target by its name or address, and further parameters. */
  probe(target: string, scrapeSeconds: number | string = 10): Promise<HttpAnswer> {
    return this.get(`/probe?target=${target}`, scrapeSeconds);
  }

  /** Lets time pass. */
  async pass(ms: number): Promise<void> {
    const { clock } = this.network;
    await clock.sleep(clock.now() + ms);
  }
}
