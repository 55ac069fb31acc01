/** `ike-tcp probe`: asks a gateway on every path, and says what is wrong. */
import { defineCommand, type Invocation } from "../lib/cli/command.ts";
import { EXIT_CODES } from "../lib/cli/help.ts";
import { interruptible } from "../lib/cli/interrupt.ts";
import { Progress } from "../lib/cli/progress.ts";
import { PROGRAM } from "../lib/cli/version.ts";
import { type Event, type ExitCode, PATH_STATE_MEANING, type Report } from "../lib/model/mod.ts";
import type { Network } from "../lib/net/transport.ts";
import type { ProbeSettings } from "../lib/probe/settings.ts";
import { guard } from "../lib/report/text/style.ts";
import { checkSaving, EXPECT_OPTIONS, readExpectation } from "./expect_options.ts";
import { checkFormat, formOf, type Output, withOutputs } from "./outputs.ts";
import { checkHosts, PROBE_OPTIONS, probeSettings } from "./probe_options.ts";
import { REPORT_OPTIONS } from "./report_options.ts";
import { probeReport } from "./run_host.ts";

/** Hosts that are probed at the same time. */
const SIDE_BY_SIDE = 4;

const OPTIONS = { ...PROBE_OPTIONS, ...EXPECT_OPTIONS, ...REPORT_OPTIONS } as const;

type ProbeInvocation = Invocation<typeof OPTIONS>;

/** See the file's head. */
export const command = defineCommand({
  name: "probe",
  summary: "probe a gateway on every path, and say what is wrong",
  operands: "HOST...",
  operandCount: [1, Infinity],
  description: [
    "Sends a real IKE_SA_INIT to every address of HOST over UDP 500, UDP 4500, TCP 4500 (RFC 9329), TCP 443 and TLS 443, " +
    "and reports what came back, what is in the way where nothing did, and which path a client would use.",
    "HOST is a name or an address; several are probed side by side, and the exit code is the worst.",
  ],
  options: OPTIONS,
  examples: [
    { args: "probe vpn.example.com", what: "is the gateway reachable, and how?" },
    { args: "probe --require udp-4500,tcp-4500 192.0.2.7", what: "for scripts: exit 2 unless both work" },
    { args: "probe --paths udp-4500,tls-8443 --timeout 5 '[2001:db8::7]'", what: "other ports, and more patience" },
    { args: "probe --save-expectation good.json vpn.example.com", what: "all is well: keep what that means" },
    { args: "probe --expect good.json vpn.example.com", what: "the gate: exit 2 when it is no longer so" },
    { args: "probe --format json vpn.example.com > report.json", what: "keep a report; diagnose reads it again" },
    { args: "probe --format prometheus --output ike.prom vpn.example.com", what: "for the node exporter, from cron" },
  ],
  sections: [{ heading: "States of a path", terms: Object.entries(PATH_STATE_MEANING) }, EXIT_CODES],
  run: runProbe,
});

/** Runs the command; `network` is another one in tests. */
export function runProbe(invocation: ProbeInvocation, network?: Network): Promise<ExitCode> {
  const { options, operands: hosts, terminal } = invocation;
  return withOutputs(options, terminal, async (output) => {
    checkHosts(hosts);
    await checkFormat(
      options.format,
      hosts.length,
      (format) => `--format ${format} is one object, for one HOST; for several use --format jsonl`,
    );
    checkSaving(options["save-expectation"], hosts.length);
    const expectation = options.expect === undefined ? undefined : await readExpectation(options.expect);
    const settings = { ...await probeSettings(options), ...(expectation !== undefined && { expectation }) };
    const { signal, release } = interruptible();
    const progress = new Progress(terminal.err, !options.quiet && terminal.environment("TERM") !== "dumb");
    const show = await printer(invocation, output);
    try {
      return await probeAll(hosts, settings, { network, signal, progress, show });
    } finally {
      progress.clear();
      release();
    }
  });
}

interface Run {
  readonly network: Network | undefined;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** @param index which of the hosts it is */
  readonly show: (report: Report, index: number) => void;
}

/** Probes the hosts, a few at a time, and hands on each report as it is ready; gives the worst exit code. */
async function probeAll(hosts: readonly string[], settings: ProbeSettings, run: Run): Promise<ExitCode> {
  const network = run.network ?? (await import("../lib/net/system.ts")).systemNetwork();
  const waiting = hosts.entries();
  let worst: ExitCode = 0;
  const worker = async () => {
    for (const [index, host] of waiting) {
      if (run.signal.aborted) {
        worst = 3; // this host was asked for, and nobody knows
        return;
      }
      run.progress.begin(host);
      const report = await probeReport(host, settings, network, hooksOf(host, run));
      run.progress.end(host);
      if (report.verdict.exit > worst) worst = report.verdict.exit;
      run.show(report, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(SIDE_BY_SIDE, hosts.length) }, worker));
  return worst;
}

/** What the progress line is told of a host. */
function hooksOf(host: string, { progress, signal }: Run) {
  return {
    signal,
    onPath: ({ id }: { readonly id: string }) => progress.pathEnds(host, id),
    onEvent: (event: Event) => {
      if (event.experiment !== undefined) progress.experiment(host, event.experiment + 1);
      else if (event.kind === "open" && event.path !== null) progress.pathBegins(host, event.path);
    },
  };
}

/** Hands reports on in the order that the form wants: as each host ends, or in the order of the hosts. */
async function printer({ options, terminal }: ProbeInvocation, output: Pick<Output, "add">): Promise<Run["show"]> {
  const { order } = await formOf(options.format);
  const isOnScreen = options.format === "text" && options.output === undefined && terminal.out.isTerminal;
  const held = new Map<number, Report>();
  let shown = 0;
  const print = (report: Report) => {
    output.add(report);
    if (report.verdict.code === "unknown" && !isOnScreen) {
      terminal.err.write(`${PROGRAM}: ${guard(report.verdict.summary)}\n`);
    }
  };
  return (report, index) => {
    if (order === "done") return print(report);
    held.set(index, report);
    for (let next = held.get(shown); next !== undefined; next = held.get(shown)) {
      held.delete(shown++);
      print(next);
    }
  };
}
