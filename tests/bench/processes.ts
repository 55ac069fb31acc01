/**
 * `deno task bench`, second part: whole processes, beside ike-scan where it does the same work (UDP only). Everything
 * stays on loopback, or in network namespaces of its own; what is missing on a machine is left out by name.
 *
 *     deno run -A tests/bench/processes.ts [--hosts 1000,10000] [--rounds 9]
 *
 * The program is `dist/ike-tcp` where that is there (`deno task compile`), else it runs from its sources, which costs some
 * 100 ms more at each start.
 */
import { parseArgs } from "@std/cli/parse-args";
import { listenUdp } from "../../lib/net/mod.ts";
import { GATEWAY4, withTestbed } from "../testbed/mod.ts";
import { missingPrerequisite } from "../testbed/prerequisite.ts";
import { type Costs, has, inTurn, missingTime, once } from "./measure.ts";

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);
const BINARY = Deno.env.get("IKE_TCP_BINARY") ?? `${ROOT}dist/ike-tcp`;
const PORTS = { bare: 21500, marker: 21501, tcp: 21502, tcp2: 21503, tls: 21504 } as const;
const FIVE = `udp-${PORTS.bare}/bare,udp-${PORTS.marker},tcp-${PORTS.tcp},tcp-${PORTS.tcp2},tls-${PORTS.tls}`;
const SOURCES = [Deno.execPath(), "run", "--quiet", "--no-check", "-A", `${ROOT}main.ts`];

const compiled = exists(BINARY);
const TOOL = compiled ? [BINARY] : SOURCES;
const scan = has("ike-scan");

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

function heading(text: string): void {
  console.log(`\n${text}`);
}

function row(name: string, { wallMs, leastMs, mostMs, cpuMs, peakMb }: Costs): void {
  const range = `(${leastMs.toFixed(0)} to ${mostMs.toFixed(0)})`;
  console.log(
    `  ${name.padEnd(44)} ${wallMs.toFixed(0).padStart(6)} ms ${range.padEnd(16)} ` +
      `${cpuMs.toFixed(0).padStart(6)} ms CPU ${peakMb.toFixed(0).padStart(4)} MB`,
  );
}

function ratio(name: string, ours: number, theirs: number): void {
  console.log(`  ${name.padEnd(44)} ${(ours / theirs).toFixed(2).padStart(6)}`);
}

/** ike-scan's runs for the two UDP ports, in one shell: what it takes to know as much of UDP as one probe tells. */
function scans(host: string, bare: number, marker: number): string[] {
  const one = (words: string) => `ike-scan --ikev2 --sport=0 ${words} ${host}`;
  return ["sh", "-c", `${one(`--dport=${bare}`)}; ${one(`--nat-t --dport=${marker}`)}`];
}

/** A gateway for all of 127/8: without the list of addresses, one socket answers from the address that was asked. */
async function serving(work: () => Promise<void>): Promise<void> {
  const flags = ["run", "--quiet", "--no-check", "-A", "--deny-sys=networkInterfaces"];
  const ports = ["--udp", `${PORTS.bare}/bare,${PORTS.marker}`, "--tcp", `${PORTS.tcp},${PORTS.tcp2}`];
  const args = [...flags, `${ROOT}main.ts`, "serve", "--listen", "0.0.0.0", ...ports, "--tls", String(PORTS.tls)];
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args, "--half-open", "1s", "--max-connections", "4000", "--groups", "31,14"],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  try {
    const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    for (let seen = ""; (seen.match(/listening/g) ?? []).length < 5;) {
      const { value, done } = await reader.read();
      if (done) throw new Error("Cannot start serve");
      seen += value;
    }
    const drained = (async () => {
      while (!(await reader.read()).done);
    })();
    await work();
    child.kill("SIGTERM");
    await drained;
  } finally {
    await child.status;
  }
}

async function healthy(rounds: number): Promise<void> {
  heading("A healthy probe over five paths, on loopback");
  const ours = [...TOOL, "probe", "--paths", FIVE, "127.0.0.1"];
  const commands = [ours, ...(scan ? [scans("127.0.0.1", PORTS.bare, PORTS.marker)] : [])];
  const [probe, scanned] = await inTurn(commands, rounds);
  row("ike-tcp probe, five paths", probe!);
  if (scanned === undefined) return console.log("  ike-scan is missing: left out");
  row("ike-scan twice, two paths", scanned);
  ratio("ratio", probe!.wallMs, scanned.wallMs);
}

async function startUp(rounds: number): Promise<void> {
  heading("Start-up");
  const [version, nothing] = await inTurn([[...TOOL, "--version"], ["true"]], rounds * 2);
  row("ike-tcp --version", version!);
  row("a program that does nothing", nothing!);
}

async function dead(): Promise<void> {
  heading("Time to the verdict for a host that is silent on UDP (no ICMP error either)");
  // Sockets that nobody reads: what comes is taken, and nothing is answered.
  const sinks = await Promise.all([0, 0].map(() => listenUdp({ address: "127.0.0.1", port: 0 })));
  const [bare, marker] = sinks.map(({ local }) => local.port);
  const ours = [...TOOL, "probe", "--paths", `udp-${bare}/bare,udp-${marker}`, "127.0.0.1"];
  const commands = [ours, [...ours, "--quick"], ...(scan ? [scans("127.0.0.1", bare!, marker!)] : [])];
  const [whole, quick, scanned] = await inTurn(commands, 3);
  row("ike-tcp probe, with experiments", whole!);
  row("ike-tcp probe --quick", quick!);
  if (scanned !== undefined) {
    row("ike-scan twice", scanned);
    ratio("ratio of the first", whole!.wallMs, scanned.wallMs);
  }
  for (const sink of sinks) sink.close();
}

/** `127.1.0.1` and on. */
async function listOf(hosts: number): Promise<string> {
  const file = await Deno.makeTempFile({ suffix: ".txt" });
  const names = Array.from({ length: hosts }, (_, i) => `127.${1 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`);
  await Deno.writeTextFile(file, `${names.join("\n")}\n`);
  return file;
}

async function many(hosts: number): Promise<void> {
  heading(`${hosts} hosts on loopback`);
  const file = await listOf(hosts);
  const list = ["probe", "--targets", file, "--quiet", "--format", "jsonl"];
  const runs: [string, string[]][] = [
    ["ike-tcp, one path (UDP)", [...TOOL, ...list, "--paths", `udp-${PORTS.bare}/bare`]],
    ["ike-tcp, five paths", [...TOOL, ...list, "--paths", FIVE]],
  ];
  if (scan) {
    const words = ["--ikev2", "--sport=0", `--dport=${PORTS.bare}`, `--file=${file}`];
    runs.push(["ike-scan, one path, its default rate", ["ike-scan", ...words]]);
    runs.push(["ike-scan, one path, --bandwidth=1000M", ["ike-scan", "--bandwidth=1000M", ...words]]);
  }
  for (const [name, command] of runs) {
    if (name.includes("default") && hosts > 1000) continue; // 56 kbit/s: minutes
    const cost = await once(command);
    const perCore = hosts / (cost.cpuMs / 1000);
    row(name, { ...cost, leastMs: cost.wallMs, mostMs: cost.wallMs });
    console.log(`  ${"".padEnd(44)} ${perCore.toFixed(0).padStart(6)} hosts per second of CPU`);
  }
  await Deno.remove(file);
}

/** The same as `healthy`, from namespace to namespace, some milliseconds apart. */
async function distant(rounds: number): Promise<void> {
  const missing = missingPrerequisite();
  if (missing !== undefined) return heading(`At a distance: left out, ${missing}`);
  await withTestbed(async (bed) => {
    await bed.gateway("libreswan");
    const inside = (command: readonly string[]) => ["ip", "netns", "exec", `${bed.prefix}-client`, ...command];
    for (const rtt of [20, 100]) {
      await bed.profile("open", [], { rtt });
      heading(`A healthy libreswan over the default paths, ${rtt} ms away`);
      const commands = [
        inside([...TOOL, "probe", GATEWAY4]),
        ...(scan ? [inside(scans(GATEWAY4, 500, 4500))] : []),
      ];
      const [probe, scanned] = await inTurn(commands, Math.min(rounds, 5));
      row("ike-tcp probe", probe!);
      console.log(`  ${"three round trips and 100 ms".padEnd(44)} ${String(3 * rtt + 100).padStart(6)} ms`);
      if (scanned === undefined) continue;
      row("ike-scan twice, two paths", scanned);
      ratio("ratio", probe!.wallMs, scanned.wallMs);
    }
  });
}

if (import.meta.main) {
  const missing = missingTime();
  if (missing !== undefined) {
    console.log(`Whole processes: left out, ${missing}`);
    Deno.exit(0);
  }
  const options = parseArgs(Deno.args, { string: ["hosts", "rounds"], default: { hosts: "1000,10000", rounds: "9" } });
  const rounds = Number(options.rounds);
  console.log(
    `Whole processes: ${compiled ? BINARY.replace(ROOT, "") : "from sources (no dist/ike-tcp)"}; middle of the runs`,
  );
  await startUp(rounds);
  await dead();
  await serving(async () => {
    await healthy(rounds);
    for (const hosts of String(options.hosts).split(",").map(Number)) await many(hosts);
  });
  await distant(rounds);
}
