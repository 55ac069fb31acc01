/** The run of `ike-tcp probe`: hosts from a list, reports to their places, progress and complaints to standard error. */
import { failureLine } from "../lib/cli/failure.ts";
import { interruptible } from "../lib/cli/interrupt.ts";
import { HostProgress } from "../lib/cli/host_progress.ts";
import { PathProgress, type Progress } from "../lib/cli/progress.ts";
import { StatusLine } from "../lib/cli/status_line.ts";
import { PROGRAM } from "../lib/cli/version.ts";
import { widest } from "../lib/cli/wrap.ts";
import type { Event, ExitCode, Report } from "../lib/model/mod.ts";
import type { Network } from "../lib/net/transport.ts";
import type { RunScope } from "../lib/report/renderer.ts";
import { VERDICTS } from "../lib/report/tally.ts";
import { guard } from "../lib/report/text/style.ts";
import { count } from "../lib/report/units.ts";
import { type HostRun, runSchedule, type Target } from "../lib/targets/schedule.ts";
import { escapeText } from "../lib/wire/escape.ts";
import type { Lingering } from "./lingering.ts";
import { formOf, type Places } from "./outputs.ts";
import type { ProbeInvocation } from "./probe.ts";
import type { Resumed } from "./resume.ts";
import { failedReport, probeReport } from "./run_host.ts";
import type { TargetList } from "./targets.ts";

/** Complaints of one kind that are said one by one; more of them are counted. */
const COMPLAINTS = 8;

/** Probes all hosts of a list. @returns the worst exit code */
export async function probeAll(
  list: TargetList,
  invocation: ProbeInvocation,
  output: Places,
  lingering: Lingering,
  network?: Network,
): Promise<ExitCode> {
  const { options } = invocation;
  const resumed = options.resume === undefined
    ? undefined
    : await (await import("./resume.ts")).resume(options.resume, list.targets, output.addOther);
  try {
    const world = network ?? (await import("../lib/net/system.ts")).systemNetwork();
    const order = options.order ?? (await formOf(options.format)).order;
    return await new ProbeRun(list, resumed, invocation, output, lingering).run(world, order as "input" | "done");
  } finally {
    resumed?.close();
  }
}

class ProbeRun {
  readonly #targets: readonly Target[];
  readonly #scope: RunScope;
  readonly #line: StatusLine;
  readonly #progress: Progress;
  readonly #isOnScreen: boolean;
  #worst: ExitCode;
  #unknown = 0;

  constructor(
    readonly list: TargetList,
    readonly resumed: Resumed | undefined,
    readonly invocation: ProbeInvocation,
    readonly output: Places,
    readonly lingering: Lingering,
  ) {
    const { options, terminal } = invocation;
    this.#targets = resumed?.targets ?? list.targets;
    this.#scope = {
      hosts: this.#targets.length,
      columns: widest(this.#targets.map(({ host }) => host)),
      ...(resumed && { earlier: resumed.earlier }),
      leftOut: 0,
    };
    this.#worst = resumed?.worst ?? 0;
    this.#isOnScreen = options.format === "text" && options.output === undefined && terminal.out.isTerminal;
    this.#line = new StatusLine(terminal.err, !options.quiet && terminal.environment("TERM") !== "dumb");
    this.#progress = this.#targets.length === 1
      ? new PathProgress(this.#line)
      : new HostProgress(this.#line, this.#targets.length, VERDICTS);
  }

  async run(network: Network, order: "input" | "done"): Promise<ExitCode> {
    const { concurrency, rate = Infinity, jitter: jitterMs = 0 } = this.invocation.options;
    const began = network.clock.now();
    const { signal, release } = interruptible();
    this.#sayRepeated();
    this.output.begin(this.#scope);
    let leftOut: readonly Target[];
    try {
      leftOut = await runSchedule(
        this.#targets,
        { network, concurrency, rate, jitterMs, order, signal },
        {
          probe: (target, run) => this.#probe(target, run),
          fail: (target, why) => failedReport(typeof why === "string" ? why : failureLine(why), target),
          onEnd: (report, target) => this.#ended(report, target),
          onReport: (report) => this.#line.aside(() => this.#show(report)),
        },
      );
    } finally {
      this.#progress.close();
      release();
    }
    this.#scope.durationMs = network.clock.now() - began;
    if (this.#targets.length > 1) this.#scope.titleOf = (await import("../lib/diagnose/mod.ts")).titleOf;
    this.#scope.leftOut = leftOut.length;
    await this.#addLeftOut(leftOut);
    this.#sayLeftOut();
    return this.#worst;
  }

  async #probe({ host, settings }: Target, { network, ...hooks }: HostRun): Promise<Report> {
    const progress = this.#progress;
    progress.begin(host);
    return await probeReport(host, settings, network, {
      ...hooks,
      linger: this.lingering.add,
      onPath: ({ id }) => progress.pathEnds(host, id),
      onEvent: (event: Event) => {
        if (event.experiment !== undefined) progress.experiment(host, event.experiment + 1);
        else if (event.kind === "open" && event.path !== null) progress.pathBegins(host, event.path);
      },
    });
  }

  #ended(report: Report, { host }: Target): void {
    this.#progress.end(host, report.verdict.code);
    this.resumed?.add(report);
  }

  #show(report: Report): void {
    const { verdict } = report;
    this.#worst = Math.max(this.#worst, verdict.exit) as ExitCode;
    this.output.add(report);
    if (verdict.code === "unknown" && !this.#isOnScreen && ++this.#unknown <= COMPLAINTS) {
      this.#complain(guard(verdict.summary));
    }
  }

  async #addLeftOut(targets: readonly Target[]): Promise<void> {
    if (this.output.addOther === undefined) return;
    for (const target of targets) {
      const report = await failedReport("The run was interrupted before this host's turn came", target);
      this.output.addOther({ ...report, interrupted: true });
    }
  }

  /** Hosts that were asked for, and nobody knows. */
  #sayLeftOut(): void {
    const more = this.#unknown - COMPLAINTS;
    if (more > 0) this.#complain(`${count(more, "more host")} ended unknown`);
    const { leftOut } = this.#scope;
    if (leftOut === 0) return;
    this.#worst = 3;
    if (!this.#isOnScreen) this.#complain(`interrupted: ${count(leftOut, "host")} not begun`);
  }

  #sayRepeated(): void {
    const { repeated } = this.list;
    if (repeated.length === 0 || this.invocation.options.quiet) return;
    const named = [...new Set(repeated)].slice(0, COMPLAINTS).map(escapeText).join(", ");
    const dots = new Set(repeated).size > COMPLAINTS ? ", ..." : "";
    this.#complain(`named again with the same options, and probed once: ${named}${dots}`);
  }

  #complain(text: string): void {
    this.invocation.terminal.err.write(`${PROGRAM}: ${text}\n`);
  }
}
