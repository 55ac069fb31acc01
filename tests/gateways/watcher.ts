/**
 * A program, to be run in the client's namespace: a gateway is asked again and again over real sockets, in the cadence of
 * `watch` and the exporter, but faster than these allow. Its one argument is a {@linkcode WatcherSettings} as JSON; each
 * line of standard input is a number of rounds to do, and each round is a line of JSON ({@linkcode WatchedRound}).
 */
import { TextLineStream } from "@std/streams";
import { thisTool } from "../../lib/cli/version.ts";
import { systemNetwork } from "../../lib/net/mod.ts";
import { DEFAULT_SETTINGS, probeHost } from "../../lib/probe/mod.ts";
import { assemble } from "../../lib/report/assemble.ts";
import { Cadence, HalfOpenLedger, type Plan, type Round } from "../../lib/watch/mod.ts";

/** What the program is asked for; times in milliseconds. */
export interface WatcherSettings {
  readonly host: string;
  /** From the end of a round to the next: a gateway on a busy machine needs its time to clear up behind each. */
  readonly intervalMs: number;
  readonly fullEveryMs: number;
  readonly timeoutMs: number;
  readonly maxHalfOpen: number;
}

/** What came of a round; the report itself only where the run looked closely. */
export interface WatchedRound extends Pick<Round, "kind" | "changes" | "confirmed"> {
  readonly t_ms: number;
  /** Of the run, and of the run whose findings hold. */
  readonly verdict: string;
  readonly standing: string;
  /** Half-open SAs that may stand by the ledger: before the round, and after it. */
  readonly before: number;
  readonly after: number;
  readonly report?: Round["report"];
}

class Watcher {
  readonly #network = systemNetwork();
  readonly #ledger = new HalfOpenLedger();
  readonly #cadence: Cadence;
  #next = this.#network.clock.now();

  constructor(readonly settings: WatcherSettings) {
    const { maxHalfOpen, fullEveryMs } = settings;
    this.#cadence = new Cadence({ maxHalfOpen, fullEveryMs, mode: "normal" }, this.#ledger);
  }

  /** The next round: when it is due, or at once when it has to look closely. */
  async round(): Promise<WatchedRound> {
    const { clock } = this.#network;
    const plan = this.#cadence.plan(clock.now());
    if (plan.kind === "pause") throw new Error(`Cannot ask ${this.settings.host}: the budget is spent by others`);
    if (plan.kind !== "confirm") await clock.sleep(this.#next);
    const round = await this.#run(plan);
    this.#next = clock.now() + this.settings.intervalMs;
    return round;
  }

  async #run(plan: Plan): Promise<WatchedRound> {
    const { clock } = this.#network;
    const { host, timeoutMs } = this.settings;
    const t_ms = clock.now();
    const before = this.#ledger.standing([host], t_ms);
    const hooks = {
      tool: thisTool(),
      started: new Date().toISOString(),
      ...(plan.earlier && { earlier: plan.earlier }),
    };
    const settings = { ...DEFAULT_SETTINGS, timeoutMs, ...plan.settings };
    const report = assemble(await probeHost(host, settings, this.#network, hooks));
    const { kind, changes, confirmed, standing } = this.#cadence.note(plan, report, clock.now());
    return {
      kind,
      t_ms,
      changes,
      confirmed,
      verdict: report.verdict.code,
      standing: standing.verdict.code,
      before,
      after: this.#ledger.standing([host], clock.now()),
      ...(kind !== "ping" && { report }),
    };
  }
}

if (import.meta.main) {
  const watcher = new Watcher(JSON.parse(Deno.args[0]!));
  const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
  for await (const count of lines) {
    for (let i = 0; i < Number(count); i++) console.log(JSON.stringify(await watcher.round()));
  }
}
