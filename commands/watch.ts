/** `ike-tcp watch`: asks a gateway again and again, and tells when something changes. */
import { defineCommand, type Invocation } from "../lib/cli/command.ts";
import { formatDuration } from "../lib/cli/duration.ts";
import { EXIT_CODES } from "../lib/cli/help.ts";
import { interruptible } from "../lib/cli/interrupt.ts";
import type { ExitCode } from "../lib/model/mod.ts";
import type { Network } from "../lib/net/transport.ts";
import type { ProbeSettings } from "../lib/probe/settings.ts";
import type { Cadence, Plan, Round } from "../lib/watch/cadence.ts";
import type { WatchLog } from "../lib/watch/log.ts";
import { checkHosts, PROBE_OPTIONS, probeSettings } from "./probe_options.ts";
import { probeReport } from "./run_host.ts";
import { WATCH_OPTIONS } from "./watch_options.ts";
import type { Show } from "./watch_show.ts";
import { Lingering } from "./lingering.ts";

const OPTIONS = { ...WATCH_OPTIONS, ...PROBE_OPTIONS } as const;

type WatchInvocation = Invocation<typeof OPTIONS>;

/** A wall clock that runs so far ahead of the monotonic one tells of a machine that slept, in milliseconds. */
const SLEPT_MS = 30_000;

/** See the file's head. */
export const command = defineCommand({
  name: "watch",
  summary: "ask a gateway again and again, and tell when a path changes",
  operands: "HOST",
  operandCount: [1, 1],
  description: [
    "One full exchange at the start, then every --interval questions that leave no state at the gateway: for each path the " +
    "loss, the times of answers, and a strip with the last rounds. When a path looks otherwise than before, a closer look " +
    "with the full exchange and the experiments follows at once, and says what it found.",
    "Loss counts requests without an answer, also those that were repeated with success. Jitter is the mean difference " +
    "between one answer's time and the next one's. Times are those of questions that leave no state: in a full exchange " +
    "the gateway computes keys. A day of watching leaves the gateway as it was: of half-open SAs no more than " +
    "--max-half-open stand at a time.",
    "It ends at Ctrl-C, with the figures; the exit code is that of the verdict that stands then.",
  ],
  options: OPTIONS,
  examples: [
    { args: "watch --count 3 vpn.example.com", what: "three rounds, and the figures; without --count until Ctrl-C" },
    {
      args: "watch --format jsonl --count 3 vpn.example.com > watch.jsonl",
      what: "a line of JSON for each round; full reports are in the lines of full exchanges and closer looks",
    },
    { args: "watch --interval 30s --duration 1m --paths udp-500,udp-4500 192.0.2.7", what: "only UDP, for a minute" },
  ],
  sections: [EXIT_CODES],
  run: runWatch,
});

/** Runs the command; `network` and `now` (the wall clock's milliseconds) are others in tests. */
export async function runWatch(invocation: WatchInvocation, network?: Network, now = Date.now): Promise<ExitCode> {
  const { options, operands, terminal } = invocation;
  checkHosts(operands);
  const settings = await probeSettings(options);
  const { Cadence } = await import("../lib/watch/cadence.ts");
  const { HalfOpenLedger } = await import("../lib/watch/ledger.ts");
  const { WatchLog } = await import("../lib/watch/log.ts");
  const { showOf } = await import("./watch_show.ts");
  const { maxHalfOpen, mode } = settings;
  const cadence = new Cadence({ maxHalfOpen, mode, fullEveryMs: options["full-every"] }, new HalfOpenLedger());
  const log = new WatchLog(operands[0]!);
  const format = options.format ?? (terminal.out.isTerminal ? "text" : "jsonl");
  const show = showOf(log, { format, ascii: options.ascii, color: options.color }, terminal);
  const lingering = new Lingering();
  const { signal, release } = interruptible();
  const through = network ?? (await import("../lib/net/mod.ts")).systemNetwork();
  try {
    await new Watch({ options, settings, cadence, log, show, network: through, lingering, signal, now }).run();
  } finally {
    release();
    await lingering.end(terminal);
  }
  return log.verdict?.exit ?? 3;
}

interface WatchParts {
  readonly lingering: Lingering;
  readonly options: WatchInvocation["options"];
  readonly settings: ProbeSettings;
  readonly cadence: Cadence;
  readonly log: WatchLog;
  readonly show: Show;
  readonly network: Network;
  readonly signal: AbortSignal;
  readonly now: () => number;
}

/** The rounds, one after the other. */
class Watch {
  readonly #begun: number;
  #skew: number;

  constructor(readonly parts: WatchParts) {
    this.#begun = parts.network.clock.now();
    this.#skew = this.#wallSkew();
  }

  async run(): Promise<void> {
    const { cadence, log, network: { clock }, options, show, signal } = this.parts;
    let slot = this.#begun;
    while (!signal.aborted && !this.#isOver()) {
      const plan = cadence.plan(clock.now());
      if (plan.kind === "pause") slot = Math.max(slot, plan.until);
      else {
        const round = await this.#round(plan);
        // What looks otherwise than before is looked at closely at once.
        const hurry = !round.confirmed && cadence.plan(clock.now()).kind === "confirm";
        const late = clock.now() - slot;
        if (!hurry) slot += options.interval * Math.max(1, Math.ceil(late / options.interval));
        show.round(round, this.#state(this.#isOver() ? undefined : Math.max(slot, clock.now())));
      }
      if (!this.#isOver()) await clock.sleep(Math.min(slot, this.#end()), signal);
    }
    if (log.rounds > 0) show.end(this.#state(undefined));
  }

  async #round(plan: Plan): Promise<Round> {
    const { cadence, lingering, log, network, settings, signal } = this.parts;
    this.#noteSleep();
    const time = this.#time();
    const hooks = { signal, linger: lingering.add, ...(plan.earlier && { earlier: plan.earlier }) };
    const report = await probeReport(log.host, { ...settings, ...plan.settings }, network, hooks);
    const round = cadence.note(plan, report, network.clock.now());
    log.note(round, time);
    return round;
  }

  #isOver(): boolean {
    const { log, network: { clock }, options } = this.parts;
    return log.rounds >= (options.count ?? Infinity) || clock.now() >= this.#end();
  }

  #end(): number {
    return this.#begun + (this.parts.options.duration ?? Infinity);
  }

  #time(): string {
    return new Date(this.parts.now()).toISOString();
  }

  /** How the wall clock stands to the monotonic one, which does not run while a machine sleeps. */
  #wallSkew(): number {
    return this.parts.now() - this.parts.network.clock.now();
  }

  #noteSleep(): void {
    const slept = this.#wallSkew() - this.#skew;
    this.#skew += slept;
    if (slept < SLEPT_MS) return;
    this.parts.log.tell(`this machine slept for ${formatDuration(Math.round(slept / 1000) * 1000)}`, this.#time());
  }

  /** @param next the monotonic clock's time of the next round; undefined: there is none */
  #state(next: number | undefined) {
    const { cadence, log, network: { clock }, now, options } = this.parts;
    const every = `every ${formatDuration(options.interval)}`;
    const at = next === undefined ? "" : new Date(now() + next - clock.now()).toISOString().slice(11, 19);
    const pace = next === undefined ? `${every}, ended after ${log.rounds} rounds` : `${every}, next at ${at} UTC`;
    return { pace, halfOpen: cadence.standing(clock.now()) };
  }
}
