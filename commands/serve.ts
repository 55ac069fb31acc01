/** `ike-tcp serve`: a gateway for tests and labs, and the far end of a path under test. */
import { defineCommand, type Invocation } from "../lib/cli/command.ts";
import { UsageError } from "../lib/cli/failure.ts";
import { interruptible } from "../lib/cli/interrupt.ts";
import type { Terminal } from "../lib/cli/terminal.ts";
import { PROGRAM } from "../lib/cli/version.ts";
import type { GatewayEvent } from "../lib/gateway/event.ts";
import { faultHelp } from "../lib/gateway/faults/spec.ts";
import type { Gateway } from "../lib/gateway/gateway.ts";
import type { Credentials } from "../lib/gateway/host.ts";
import type { GatewayHooks, GatewayOptions } from "../lib/gateway/options.ts";
import type { ExitCode } from "../lib/model/mod.ts";
import { aborted, isMissing } from "./serving.ts";
import { gatewayOptions, SERVE_OPTIONS } from "./serve_options.ts";

type ServeInvocation = Invocation<typeof SERVE_OPTIONS>;

/** See the file's head. */
export const command = defineCommand({
  name: "serve",
  summary: "answer probes as a gateway does, or as a broken one does",
  operands: "",
  operandCount: [0, 0],
  description: [
    "Answers IKE_SA_INIT over UDP, TCP (RFC 9329) and TLS with real key exchange, NAT detection, cookies, group steering and " +
    "redirects, and logs each message that it sees. It goes no further than IKE_SA_INIT: nobody gets a tunnel.",
    "With --fault it does things wrong, by name, on all transports or on one. It runs until Ctrl-C.",
  ],
  options: SERVE_OPTIONS,
  examples: [
    { args: "serve", what: "on this machine only, on ports that need no privileges" },
    {
      args: "serve --listen 0.0.0.0,:: --udp 500,4500 --tcp 4500 --tls 443",
      what: "the far end of a path under test (as root)",
    },
    { args: "serve --fault udp-14500:drop --fault tcp:prefix-reset", what: "only UDP 10500 and TLS work" },
    { args: "serve --groups ECP384,X25519 --cookie", what: "another group than the first offered, after a cookie" },
  ],
  sections: faultHelp().map(({ title, lines }) => ({ heading: `Faults: ${title}`, terms: lines })),
  run: runServe,
});

/** Runs the command until it is interrupted; `signal` ends it in tests. */
export async function runServe({ options, terminal }: ServeInvocation, signal?: AbortSignal): Promise<ExitCode> {
  const { systemHost } = await import("../lib/gateway/mod.ts");
  const gateway = await gatewayOptions(options);
  const interrupt = signal === undefined ? interruptible() : { signal, release: () => {} };
  const hooks = { host: systemHost(), onEvent: await logger(options.log, terminal) };
  const withFiles = { ...gateway, ...await credentials(options) };
  // Where nobody asked for addresses, a machine without one of the families is no mistake.
  const asked = options.listen !== SERVE_OPTIONS.listen.default;
  try {
    const running = await startOrExplain(withFiles, hooks, asked);
    if (!asked && options.log === "text") terminal.err.write(HINT);
    await aborted(interrupt.signal);
    await running.close();
  } finally {
    interrupt.release();
  }
  return 0;
}

const HINT = `${PROGRAM}: for others and on the standard ports (as root): ` +
  `--listen 0.0.0.0,:: --udp 500,4500 --tcp 4500 --tls 443\n`;

/** An address that cannot be had is the user's business: one line says which. */
async function startOrExplain(options: GatewayOptions, hooks: GatewayHooks, asked: boolean): Promise<Gateway> {
  const { startGateway } = await import("../lib/gateway/mod.ts");
  try {
    return await startGateway(options, hooks);
  } catch (error) {
    const listen = options.listen.filter(({ address }) => !address.includes(":"));
    if (!asked && listen.length < options.listen.length && isMissing(error)) {
      return await startOrExplain({ ...options, listen }, hooks, true);
    }
    throw error instanceof Error ? new UsageError(error.message) : error;
  }
}

async function credentials(options: ServeInvocation["options"]): Promise<{ credentials?: Credentials }> {
  if (options.cert === undefined || options.key === undefined) return {};
  const [cert, key] = await Promise.all([readFile("--cert", options.cert), readFile("--key", options.key)]);
  return { credentials: { cert, key } };
}

async function readFile(option: string, path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    const why = error instanceof Deno.errors.NotFound ? "no such file" : (error as Error).message;
    throw new UsageError(`Cannot read ${option} ${path}: ${why}`);
  }
}

async function logger(form: "text" | "jsonl", terminal: Terminal): Promise<(event: GatewayEvent) => void> {
  const { formatEvent, jsonEvent } = await import("../lib/gateway/log.ts");
  return (event) => {
    const time = new Date().toISOString();
    const line = form === "jsonl" ? jsonEvent(event, time) : `${time} ${formatEvent(event)}`;
    terminal.out.write(`${line}\n`);
  };
}
