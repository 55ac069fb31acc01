/**
 * Runs a command line as its reader would: in a real shell, with redirections and pipes, in a folder with the files that it
 * reads. `ike-tcp` is there the program itself, in a process of its own and with the permissions of the binary, but for a few
 * modules: network and gateway host are those of `world.ts` (by an import map), and what is left of the real network is
 * this machine (by permission). So no example reaches anybody.
 */
import { PERMISSIONS } from "../../../.ci/permissions.ts";
import config from "../../../deno.json" with { type: "json" };
import { EXAMPLE_FILES, EXAMPLE_FOLDERS } from "./files.ts";

const ROOT = new URL("../../../", import.meta.url);

/** Modules of the program, and the files here that stand in their place. */
const REPLACED = {
  "lib/net/system.ts": "world.ts",
  "lib/gateway/system_host.ts": "world.ts",
  "lib/net/listen.ts": "listen.ts",
};

/** Real sockets are for what a command serves to others than the simulated hosts: HTTP, for one. */
const LOOPBACK = "--allow-net=127.0.0.1,[::1],0.0.0.0,[::]";

/** What a command may do: what the binary may, but for the network, and without the C library's sockets. */
export const EXAMPLE_PERMISSIONS: readonly string[] = [
  ...PERMISSIONS.filter((flag) => flag !== "--allow-net" && !flag.startsWith("--allow-ffi")),
  LOOPBACK,
];

/** After so many milliseconds a line will not end any more. */
const PATIENCE_MS = 60_000;

/** How a command line ended. */
export interface LineEnded {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options of {@linkcode runLine}. */
export interface LineOptions {
  /** It runs until Ctrl-C: it gets that once it has said something. */
  readonly endless?: boolean;
}

/**
 * Runs a line in a folder of its own.
 *
 * @throws {Error} when it does not end
 */
export async function runLine(line: string, options: LineOptions = {}): Promise<LineEnded> {
  const folder = await Deno.makeTempDir({ prefix: "ike-tcp-example-" });
  try {
    await furnish(folder, line);
    return await run(line, folder, options);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Files that were made for a line before. */
const made = new Map<string, Uint8Array>();

async function contentsOf(name: string): Promise<Uint8Array> {
  const contents = made.get(name) ?? await EXAMPLE_FILES[name]!();
  const octets = typeof contents === "string" ? new TextEncoder().encode(contents) : contents;
  made.set(name, octets);
  return octets;
}

/** The files that the line names, and the program behind its name. */
async function furnish(folder: string, line: string): Promise<void> {
  for (const name of [".stub", "home", ...EXAMPLE_FOLDERS.map((name) => `home/${name}`)]) {
    await Deno.mkdir(`${folder}/${name}`, { recursive: true });
  }
  for (const name of Object.keys(EXAMPLE_FILES).filter((name) => line.includes(name))) {
    await Deno.writeFile(`${folder}/home/${name}`, await contentsOf(name));
  }
  await Deno.writeTextFile(`${folder}/.stub/import_map.json`, JSON.stringify(importMap()));
  await Deno.writeTextFile(`${folder}/.stub/ike-tcp`, stub(folder), { mode: 0o755 });
}

/** The project's own, and for the program (not for what stands in its modules' place) the replacements. */
function importMap() {
  const replacements = Object.entries(REPLACED).map(([path, by]) => [
    new URL(path, ROOT).href,
    new URL(by, import.meta.url).href,
  ]);
  const scopes = ["commands/", "lib/"].map((room) => [new URL(room, ROOT).href, Object.fromEntries(replacements)]);
  return { imports: config.imports, scopes: Object.fromEntries(scopes) };
}

/** What stands behind the program's name: keeps the process's number, so that exactly this one can be interrupted. */
function stub(folder: string): string {
  const flags = ["--quiet", "--no-check", "--no-prompt", "--no-lock", "--cached-only", ...EXAMPLE_PERMISSIONS];
  const main = decodeURIComponent(new URL("main.ts", ROOT).pathname);
  const words = [Deno.execPath(), "run", ...flags, `--import-map=${folder}/.stub/import_map.json`, main];
  return [
    "#!/bin/sh",
    `echo $$ > ${quoted(`${folder}/.stub/pid`)}`,
    // The runtime's own files stay where they are.
    `HOME=$OUTER_HOME exec ${words.map(quoted).join(" ")} "$@"`,
    "",
  ].join("\n");
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

async function run(line: string, folder: string, { endless = false }: LineOptions): Promise<LineEnded> {
  const script = `OUTER_HOME=$HOME HOME=$PWD PATH="$0:$PATH"; export OUTER_HOME HOME PATH\n${line}`;
  const child = new Deno.Command("sh", {
    args: ["-c", script, `${folder}/.stub`],
    cwd: `${folder}/home`,
    env: { NO_COLOR: "1", TERM: "dumb", COLUMNS: "80", LC_ALL: "C.UTF-8" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const signal = (name: Deno.Signal) => {
    try {
      Deno.kill(Number(Deno.readTextFileSync(`${folder}/.stub/pid`)), name);
    } catch {
      // it has ended by itself
    }
  };
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
    signal("SIGKILL");
  }, PATIENCE_MS);
  let asked = false;
  const onText = () => {
    if (endless && !asked) signal("SIGINT");
    asked = true;
  };
  const [{ code }, stdout, stderr] = await Promise.all([
    child.status,
    collect(child.stdout, onText),
    collect(child.stderr, onText),
  ]);
  clearTimeout(timer);
  if (late) throw new Error(`Cannot run ${line}: no end after ${PATIENCE_MS} ms\n${stdout}${stderr}`);
  return { code, stdout, stderr };
}

async function collect(stream: ReadableStream<Uint8Array>, onText: () => void): Promise<string> {
  let text = "";
  for await (const part of stream.pipeThrough(new TextDecoderStream())) {
    text += part;
    onText();
  }
  return text;
}
