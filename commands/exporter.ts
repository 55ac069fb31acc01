/** `ike-tcp exporter`: probes for Prometheus. */
import { defineCommand, type HelpSection, type Invocation } from "../lib/cli/command.ts";
import { formatDuration } from "../lib/cli/duration.ts";
import { UsageError } from "../lib/cli/failure.ts";
import { interruptible } from "../lib/cli/interrupt.ts";
import type { OptionValues } from "../lib/cli/option.ts";
import type { Terminal } from "../lib/cli/terminal.ts";
import { PROGRAM, thisTool } from "../lib/cli/version.ts";
import type { ExporterOptions, Logged } from "../lib/exporter/mod.ts";
import type { Endpoint, ExitCode } from "../lib/model/mod.ts";
import type { Network } from "../lib/net/transport.ts";
import { allowedPorts, CLOSED_PARAMETERS, EXPORTER_OPTIONS, PARAMETERS } from "./exporter_options.ts";
import { listenAll } from "./exporter_listen.ts";
import { checkHosts, probeSettings } from "./probe_options.ts";
import { probeReport } from "./run_host.ts";
import { aborted } from "./serving.ts";
import { Lingering } from "./lingering.ts";

type ExporterInvocation = Invocation<typeof EXPORTER_OPTIONS>;
type ExporterValues = OptionValues<typeof EXPORTER_OPTIONS>;

/** What is being answered when the exporter ends is waited for, in milliseconds: runs are ended early by then. */
const FAREWELL_MS = 5_000;

const ENDPOINTS: HelpSection = {
  heading: "Endpoints",
  terms: [
    ["/probe?target=HOST", "probes HOST and gives its metrics; 200 also when the probe fails (probe_success 0)"],
    ["/metrics", "the exporter's own metrics"],
    ["/-/healthy", "200"],
    ["/", "this, for a browser"],
  ],
};

const PARAMETER_HELP: HelpSection = {
  heading: "Parameters of /probe",
  terms: [
    ["target", "name or address of the gateway"],
    [
      Object.keys(PARAMETERS).join(", "),
      "as the options of these names, for this target (paths=udp-4500,tcp-4500); what is not given is as the exporter was started",
    ],
    ["module", "the name of a --module, whose parameters are used; those in the request win over them"],
    ["debug=true", "the report in words, then the metrics"],
  ],
};

const LIMITS: HelpSection = {
  heading: "Who is probed",
  terms: [
    ["public", "every public address, and every name that leads to public addresses alone; the default"],
    ["10.0.0.0/8, 192.0.2.7", "these addresses, and names that lead to them"],
    ["vpn.example.org", "this name, with the public and private addresses that it leads to"],
    ["*.example.org", "names below this one, with public addresses"],
    ["everything else", "is refused with 403: redirects that lead there are not followed"],
  ],
};

/** See the file's head. */
export const command = defineCommand({
  name: "exporter",
  summary: "probe gateways for Prometheus, over HTTP",
  operands: "",
  operandCount: [0, 0],
  description: [
    "Answers GET /probe?target=HOST with the metrics of a probe, in the manner of blackbox_exporter, so that its relabelling " +
    "works. It runs until Ctrl-C.",
    "Scrapes of a gateway that is as before leave no state there: full exchanges come --full-every apart, and at once where a " +
    "path looks otherwise. A scrape is answered before its time is over (X-Prometheus-Scrape-Timeout-Seconds).",
  ],
  options: EXPORTER_OPTIONS,
  examples: [
    { args: "exporter", what: `on this machine only, port 9329; public gateways` },
    {
      args: "exporter --listen :9329 --allow vpn.example.org,10.0.0.0/8",
      what: "for a Prometheus elsewhere: these gateways",
    },
    {
      args: "exporter --module 'strict=require=udp-4500,tcp-4500&timeout=2s' --log jsonl",
      what: "with parameters by name, and a log for programs",
    },
  ],
  sections: [ENDPOINTS, PARAMETER_HELP, LIMITS],
  outlivesDefects: true,
  run: runExporter,
});

/** Runs the command until it is interrupted; `signal` ends it, and `network` is another one, in tests. */
export async function runExporter(
  { options, terminal }: ExporterInvocation,
  { signal, network }: { readonly signal?: AbortSignal; readonly network?: Network } = {},
): Promise<ExitCode> {
  const { Exporter, HttpServer } = await import("../lib/exporter/mod.ts");
  const lingering = new Lingering();
  const exporter = new Exporter(await exporterOptions(options, terminal, lingering, network));
  const { clock } = exporter.options.network;
  const server = new HttpServer((request, peer) => exporter.answer(request, peer), {
    clock,
    maxConnections: options["max-connections"],
    onDefect: (error) => exporter.defect(error),
    onFault: (status) => exporter.count(status),
  });
  exporter.connections = () => server.connections;
  const listeners = await listenAll(options.listen, options.listen === EXPORTER_OPTIONS.listen.default);
  for (const listener of listeners) server.add(listener);
  // Who reads that it listens may end it.
  const interrupt = signal === undefined ? interruptible() : { signal, release: () => {} };
  try {
    for (const { local } of listeners) terminal.out.write(`listening on ${urlOf(local)}\n`);
    await aborted(interrupt.signal);
    exporter.stop();
    await server.shutdown(FAREWELL_MS);
    await lingering.end(terminal);
  } finally {
    interrupt.release();
  }
  return 0;
}

async function exporterOptions(
  options: ExporterValues,
  terminal: Terminal,
  lingering: Lingering,
  network?: Network,
): Promise<ExporterOptions> {
  const { AllowList, helpPage, processFigures, readGiven, readModule } = await import("../lib/exporter/mod.ts");
  const parameters = { open: PARAMETERS, closed: CLOSED_PARAMETERS };
  const settings = (given: object) => probeSettings({ ...options, ...given });
  const modules = new Map((options.module ?? []).map((text) => {
    const { name, query } = readModule(text);
    return [name, readGiven(query, parameters)];
  }));
  const started = await Promise.all([{}, ...modules.values()].map(settings));
  const own = started.flatMap(({ paths, require }) => [...paths, ...require]).map(({ port }) => port);
  return {
    network: network ?? (await import("../lib/net/mod.ts")).systemNetwork(),
    probe: (host, settings, network, hooks) =>
      probeReport(host, settings, network, { ...hooks, linger: lingering.add }),
    tool: thisTool(),
    allow: listOf(options.allow, AllowList),
    ports: new Set([...allowedPorts(options["allow-ports"]), ...own]),
    parameters,
    modules,
    settings,
    checkTarget: (target) => checkHosts([target]),
    concurrency: options.concurrency,
    maxTargets: options["max-targets"],
    fullEveryMs: options["full-every"],
    minIntervalMs: options["min-interval"],
    offsetMs: options["timeout-offset"],
    process: processFigures,
    page: helpPage({ ...PAGE, sections: [...PAGE.sections, limitsOf(options, modules.keys())] }),
    onLog: await logger(options.log, terminal),
  };
}

const PAGE = {
  title: `${PROGRAM} exporter`,
  paragraphs: command.description,
  links: [
    ["/probe?target=vpn.example.org", "metrics"],
    ["/probe?target=vpn.example.org&debug=true", "the report in words, then the metrics"],
    ["/probe?target=vpn.example.org&paths=udp-4500,tcp-4500&timeout=2s", "two paths, with less patience"],
    ["/metrics", "the exporter itself"],
  ],
  sections: [ENDPOINTS, PARAMETER_HELP, LIMITS],
} as const;

/** What holds for this exporter, in its own options. */
function limitsOf(options: ExporterValues, modules: Iterable<string>): HelpSection {
  const names = ["allow", "allow-ports", "concurrency", "max-targets", "max-connections"] as const;
  const times = ["full-every", "min-interval", "timeout-offset"] as const;
  const chosen = [...modules];
  return {
    heading: "Limits of this exporter",
    terms: [
      ...names.map((name) => [`--${name}`, String(options[name])] as const),
      ...times.map((name) => [`--${name}`, formatDuration(options[name])] as const),
      ["--module", chosen.length === 0 ? "none" : chosen.join()],
    ],
  };
}

function listOf<L>(entries: readonly string[], List: new (entries: readonly string[]) => L): L {
  try {
    return new List(entries);
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(error.message) : error;
  }
}

function urlOf({ address, port }: Endpoint): string {
  return `http://${address.includes(":") ? `[${address}]` : address}:${port}/`;
}

/** A log that cannot be written is no reason to answer nobody. */
async function logger(form: "text" | "jsonl" | "none", terminal: Terminal): Promise<(logged: Logged) => void> {
  const { formatLogged, jsonLogged } = await import("../lib/exporter/mod.ts");
  return (logged) => {
    if (form === "none") return;
    const time = new Date().toISOString();
    const line = form === "jsonl" ? jsonLogged(logged, time) : `${time} ${formatLogged(logged)}`;
    try {
      terminal.err.write(`${line}\n`);
    } catch {
      // standard error is full or gone
    }
  };
}
