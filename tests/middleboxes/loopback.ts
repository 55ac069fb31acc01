/** Rows over the system's own network stack: `serve` and `probe`, in this process for the most part, on the loopback interface. */
import { command, runProbe } from "../../commands/probe.ts";
import { runServe } from "../../commands/serve.ts";
import { SERVE_OPTIONS } from "../../commands/serve_options.ts";
import { parseOptions } from "../../lib/cli/options.ts";
import type { Terminal } from "../../lib/cli/terminal.ts";
import { systemNetwork } from "../../lib/net/mod.ts";
import { PERMISSIONS } from "../../.ci/permissions.ts";
import { fakeTerminal } from "../cli/fake_terminal.ts";
import type { Outcome, Row, RowBase } from "./row.ts";

const ADDRESS = "127.0.0.1";

/** A bare UDP port, one with the marker, a TCP port; those that are free. */
const PLAIN = ["--udp", "0/bare,0", "--tcp", "0", "--tls", "none"];
/** The same, and TLS. */
export const WITH_TLS = ["--udp", "0/bare,0", "--tcp", "0", "--tls", "0"];

/** A row as it is written down. Its paths are those that `serve` listens on, all of them named. */
export interface LoopbackRow extends RowBase {
  readonly faults?: readonly string[];
  /** Further options of `serve`; its listeners, where they are not {@linkcode PLAIN}. */
  readonly serve?: readonly string[];
  readonly listen?: readonly string[];
  /** `serve` is a process of its own: here, two segments could wait until one read takes both. */
  readonly apart?: true;
  /** Sockets as other systems than Linux have them. */
  readonly portable?: true;
}

/** Makes it a row that can be run. */
export function loopback(row: LoopbackRow): Row {
  const { name, options, expect, faults = [], serve = [], portable } = row;
  const made = [...faults, ...serve.length > 0 ? [serve.join(" ")] : []].map((text) => `\`${text}\``);
  return {
    name,
    options,
    expect,
    venue: "loopback",
    madeBy: [...made, ...portable ? ["portable sockets"] : []].join(", "),
    run: () => withServe(row, (listeners) => probe(row, listeners)),
  };
}

/** A line of `serve --log jsonl`. */
interface Listener {
  readonly kind: string;
  readonly transport: string;
  readonly encoding?: string;
  readonly local: { readonly port: number };
}

async function withServe(
  row: LoopbackRow,
  use: (listeners: readonly Listener[]) => Promise<Outcome>,
): Promise<Outcome> {
  const { faults = [], serve = [], listen = PLAIN } = row;
  const args = [
    "--listen",
    ADDRESS,
    ...listen,
    "--log",
    "jsonl",
    ...faults.flatMap((fault) => ["--fault", fault]),
    ...serve,
  ];
  const wanted = listen.filter((_, i) => i % 2 === 1).join().split(",").filter((port) => port !== "none").length;
  if (row.apart) return await apart(args, wanted, use);
  const { options } = parseOptions(args, SERVE_OPTIONS, () => undefined);
  const stop = new AbortController();
  const { terminal, listening } = listeningTerminal(wanted);
  const running = runServe({ options, operands: [], terminal }, stop.signal);
  try {
    return await use(await Promise.race([listening, running.then(() => [])]));
  } finally {
    stop.abort();
    await running;
  }
}

async function apart(
  args: readonly string[],
  wanted: number,
  use: (listeners: readonly Listener[]) => Promise<Outcome>,
): Promise<Outcome> {
  const cwd = new URL("../../", import.meta.url);
  const program = ["run", "--quiet", "--no-prompt", "--cached-only", ...PERMISSIONS, "main.ts", "serve", ...args];
  const child = new Deno.Command(Deno.execPath(), { args: program, cwd, stdin: "null", stdout: "piped" }).spawn();
  const { terminal, listening } = listeningTerminal(wanted);
  const reading = (async () => {
    let rest = "";
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop()!;
      for (const line of lines) terminal.out.write(line);
    }
  })();
  try {
    return await use(await Promise.race([listening, reading.then(() => [])]));
  } finally {
    child.kill("SIGTERM");
    await child.status;
    await reading;
  }
}

/** A terminal that tells when `serve` has said where it listens. */
function listeningTerminal(wanted: number): { terminal: Terminal; listening: Promise<readonly Listener[]> } {
  const { promise, resolve } = Promise.withResolvers<readonly Listener[]>();
  const listeners: Listener[] = [];
  const terminal = fakeTerminal();
  const write = (line: string): void => {
    const event: Listener = JSON.parse(line);
    if (event.kind === "listening" && listeners.push(event) === wanted) resolve(listeners);
  };
  return { terminal: { ...terminal, out: { ...terminal.out, write } }, listening: promise };
}

async function probe(row: LoopbackRow, listeners: readonly Listener[]): Promise<Outcome> {
  const paths = listeners.map(({ transport, encoding, local }) =>
    `${transport}-${local.port}${encoding === "bare" ? "/bare" : ""}`
  );
  const terminal = fakeTerminal();
  const args = ["--format", "json", "--paths", paths.join(), ...row.options ?? [], ADDRESS];
  const { options, operands } = parseOptions(args, command.options, terminal.environment);
  const network = systemNetwork(row.portable ? { portable: true } : {});
  const code = await runProbe({ options, operands, terminal }, network);
  return { report: JSON.parse(terminal.stdout()), code };
}
