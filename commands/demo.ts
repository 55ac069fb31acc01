/** `ike-tcp demo`: a gateway on this machine with one path made to fail, and what `probe` says of it. */
import { defineCommand, type Invocation } from "../lib/cli/command.ts";
import { UsageError } from "../lib/cli/failure.ts";
import { interruptible } from "../lib/cli/interrupt.ts";
import type { OptionTable } from "../lib/cli/option.ts";
import { textWidth, wantsColor } from "../lib/cli/terminal.ts";
import { thisTool } from "../lib/cli/version.ts";
import { wrap } from "../lib/cli/wrap.ts";
import type { Gateway } from "../lib/gateway/gateway.ts";
import { FAULTS } from "../lib/gateway/faults/names.ts";
import { type FaultSpec, formatFaultSpec, parseFault } from "../lib/gateway/faults/spec.ts";
import type { Listening } from "../lib/gateway/event.ts";
import type { ListenSpec } from "../lib/gateway/options.ts";
import type { ExitCode, PathSpec } from "../lib/model/mod.ts";
import type { ProbeSettings } from "../lib/probe/settings.ts";
import { escapeText } from "../lib/wire/mod.ts";

const ADDRESS = "127.0.0.1";

/** The paths of an ordinary gateway, on ports that are free. */
const LISTEN: readonly ListenSpec[] = [
  { transport: "udp", address: ADDRESS, port: 0, encoding: "bare" },
  { transport: "udp", address: ADDRESS, port: 0, encoding: "marker" },
  { transport: "tcp", address: ADDRESS, port: 0 },
];

const OPTIONS = {
  fault: {
    type: "list",
    value: "FAULT,...",
    default: ["tcp:prefix-reset"],
    help: "what the gateway does wrong: a name from serve --help, or none",
  },
  verbose: { type: "boolean", short: "v", help: "with every message: hexdump and fields" },
  color: { type: "boolean", negatable: true, help: "colour; without it: on a terminal, unless NO_COLOR is set" },
} as const satisfies OptionTable;

/** See the file's head. */
export const command = defineCommand({
  name: "demo",
  summary: "see it work: a gateway on this machine with one path broken, and the report",
  operands: "",
  operandCount: [0, 0],
  description: [
    "Starts a gateway on 127.0.0.1, on free ports, breaks one of its paths, probes it and prints the report. Needs no " +
    "privileges, and nothing leaves this machine.",
  ],
  options: OPTIONS,
  examples: [
    { args: "demo", what: "a firewall resets TCP streams that begin as RFC 9329 says" },
    { args: "demo --fault udp:drop", what: "a network that blocks UDP" },
    { args: "demo --fault none", what: "nothing is wrong" },
  ],
  run: runDemo,
});

async function runDemo({ options, terminal }: Invocation<typeof OPTIONS>): Promise<ExitCode> {
  const { createFault } = await import("../lib/gateway/faults/create.ts");
  const faults = readFaults(options.fault, createFault);
  const { startGateway, systemHost } = await import("../lib/gateway/mod.ts");
  const { signal, release } = interruptible();
  const gateway = await startGateway({ listen: LISTEN, faults }, { host: systemHost() });
  try {
    const width = textWidth(terminal);
    for (const line of introduction(gateway, faults)) terminal.out.write(`${wrap(line, width).join("\n")}\n`);
    const style = { width, color: wantsColor(options.color, terminal), verbose: options.verbose };
    terminal.out.write(`\n${await report(gateway.listeners, style, signal)}`);
  } finally {
    await gateway.close();
    release();
  }
  return 0;
}

/** @throws {UsageError} */
function readFaults(texts: readonly string[], check: (fault: FaultSpec) => unknown): FaultSpec[] {
  return texts.filter((text) => text !== "none").map((text) => {
    try {
      const fault = parseFault(text);
      check(fault);
      return fault;
    } catch (error) {
      throw new UsageError(escapeText((error as Error).message));
    }
  });
}

/** What was set up, in two lines. */
function introduction({ listeners }: Gateway, faults: readonly FaultSpec[]): string[] {
  const ports = listeners.map(({ transport, port }) => `${transport.toUpperCase()} ${port}`);
  const broken = faults.map((fault) => {
    const { means } = FAULTS.find(({ name }) => name === fault.name)!;
    return `${formatFaultSpec(fault)} ${means}`;
  });
  return [
    `A gateway for this demo listens on ${ADDRESS}: ${ports.join(", ")}.`,
    broken.length === 0 ? "Nothing is wrong with it." : `Broken on purpose: ${broken.join("; ")}.`,
  ];
}

async function report(
  listeners: readonly Listening[],
  style: { width: number; color: boolean; verbose: boolean },
  signal: AbortSignal,
): Promise<string> {
  const { probeHost } = await import("../lib/probe/mod.ts");
  const { DEFAULT_SETTINGS } = await import("../lib/probe/settings.ts");
  const { systemNetwork } = await import("../lib/net/system.ts");
  const { assemble } = await import("../lib/report/assemble.ts");
  const { renderText } = await import("../lib/report/text/mod.ts");
  const paths = listeners.map(({ transport, port, encoding }): PathSpec =>
    encoding === undefined ? { transport, port } : { transport, port, encoding }
  );
  // Nothing is far away here, so silence needs less patience.
  const settings: ProbeSettings = { ...DEFAULT_SETTINGS, paths, named: true, timeoutMs: 1500 };
  const hooks = { tool: thisTool(), started: new Date().toISOString(), signal };
  return renderText(assemble(await probeHost(ADDRESS, settings, systemNetwork(), hooks)), style);
}
