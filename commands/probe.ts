/** `ike-tcp probe`: asks gateways on every path, and says what is wrong. */
import { defineCommand, type Invocation } from "../lib/cli/command.ts";
import { UsageError } from "../lib/cli/failure.ts";
import { EXIT_CODES } from "../lib/cli/help.ts";
import { type ExitCode, PATH_STATE_MEANING } from "../lib/model/mod.ts";
import type { Network } from "../lib/net/transport.ts";
import { checkSaving, EXPECT_OPTIONS } from "./expect_options.ts";
import { checkFormat, withOutputs } from "./outputs.ts";
import { PROBE_OPTIONS } from "./probe_options.ts";
import { REPORT_OPTIONS } from "./report_options.ts";
import { LIST_HELP, TARGET_OPTIONS } from "./target_options.ts";
import { Lingering } from "./lingering.ts";

const OPTIONS = { ...PROBE_OPTIONS, ...EXPECT_OPTIONS, ...TARGET_OPTIONS, ...REPORT_OPTIONS } as const;

/** What the command is run with. */
export type ProbeInvocation = Invocation<typeof OPTIONS>;

/** See the file's head. */
export const command = defineCommand({
  name: "probe",
  summary: "probe a gateway on every path, and say what is wrong",
  operands: "[HOST...]",
  operandCount: [0, Infinity],
  description: [
    "Sends a real IKE_SA_INIT to every address of HOST over UDP 500, UDP 4500, TCP 4500 (RFC 9329), TCP 443 and TLS 443, " +
    "and reports what came back, what is in the way where nothing did, and which path a client would use.",
    "HOST is a name or an address; several are probed side by side, and the exit code is the worst. Hosts that share an " +
    "address are probed one after the other, within the budget of that address.",
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
    { args: "probe --targets gateways.txt", what: "many gateways: a line for each, and what is wrong with how many" },
    { args: "probe --targets gateways.txt --resume run.jsonl", what: "the same, and go on after Ctrl-C or a crash" },
  ],
  sections: [LIST_HELP, { heading: "States of a path", terms: Object.entries(PATH_STATE_MEANING) }, EXIT_CODES],
  run: runProbe,
});

/** Runs the command; `network` is another one in tests. */
export async function runProbe(invocation: ProbeInvocation, network?: Network): Promise<ExitCode> {
  const { options, operands, terminal } = invocation;
  // Who forgot the file behind --output has named a host there: nothing may be written to it.
  if (operands.length === 0 && options.targets === undefined) throw new UsageError("Missing HOST");
  const lingering = new Lingering();
  return await withOutputs(options, terminal, async (output) => {
    const { readTargets } = await import("./targets.ts");
    const list = await readTargets(operands, options, OPTIONS);
    await checkFormat(
      options.format,
      list.targets.length,
      (format) => `--format ${format} is one object, for one HOST; for several use --format jsonl`,
    );
    checkSaving(options["save-expectation"], list.targets.length);
    const { probeAll } = await import("./probe_run.ts");
    return await probeAll(list, invocation, output, lingering, network);
  }).finally(() => lingering.end(terminal));
}
