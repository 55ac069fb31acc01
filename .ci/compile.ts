/**
 * `deno task compile`: makes the single binary, for this machine or for others.
 *
 * First `deno bundle` puts the program and the packages that it uses into a few plain modules (what is imported lazily stays
 * apart, and so do workers), then `deno compile` embeds just these: no package folder, so that nothing that only tests use
 * can get in. `--version` takes 26 ms so; 43 ms with the sources and their packages embedded, 35 ms with a single module; a
 * hello-world takes 24 ms on that machine.
 *
 *     deno task compile [--output FILE] [further options of deno compile]         dist/ike-tcp, for this machine
 *     deno task compile --target TARGET,... | --all [further options]             dist/ike-tcp-TARGET, and dist/SHA256SUMS
 */
import { parseArgs } from "@std/cli/parse-args";
import { checksums } from "./checksums.ts";
import { PERMISSIONS } from "./permissions.ts";
import { sourceDate } from "./source_date.ts";
import { isWindows, obstacle, readTargets, type Target, TARGETS } from "./targets.ts";

const ROOT = decodeURIComponent(new URL("../", import.meta.url).pathname);

/** Packages that the program may use, by name. */
export const RUNTIME_PACKAGES: readonly string[] = [
  "@noble/ciphers",
  "@noble/curves",
  "@noble/hashes",
  "deno-std",
  "ipaddr.js",
];

/**
 * What the runtime in the binary is told: a young generation of at most 4 MB halves, which holds ten thousand hosts in three
 * quarters of the memory and with less of the CPU's time; and no cache of compiled code, which would be a file with a known
 * name in a folder that everybody may write to.
 */
const RUNTIME: readonly string[] = ["--v8-flags=--max-semi-space-size=4", "--no-code-cache"];

/** A module named by a URL, as workers are. */
const MODULE_URL = /new URL\(\s*"([^"]+\.ts)",\s*import\.meta\.url\s*\)/g;

/** The npm packages whose modules are in a bundle: each module stands there behind a comment with its place in the cache. */
export function packagesIn(bundle: string): string[] {
  const names = [...bundle.matchAll(/^\s*\/\/ .*[/\\]npm[/\\][^/\\]+[/\\]((?:@[^/\\]+[/\\])?[^/\\]+)[/\\]/gm)];
  return [...new Set(names.map((match) => (match[1] ?? "").replace("\\", "/")))].toSorted();
}

/** Files that `deno compile` says it has embedded, from the tree that it prints; a folder may stand for its files. */
export function embeddedFiles(printed: string): string[] {
  // deno-lint-ignore no-control-regex
  const plain = printed.replace(/\x1b\[[0-9;]*m/g, "");
  const tree = plain.slice(plain.indexOf("Embedded Files"), plain.indexOf("Files:"));
  return [...tree.matchAll(/[├└][─┬]+ (\S+)/g)].map((match) => match[1] ?? "");
}

/** Files below a folder, as sorted paths relative to it. */
function filesBelow(folder: string, prefix = ""): string[] {
  return [...Deno.readDirSync(`${folder}/${prefix}`)].flatMap((entry) =>
    entry.isDirectory ? filesBelow(folder, `${prefix}${entry.name}/`) : [`${prefix}${entry.name}`]
  ).toSorted();
}

async function deno(...args: string[]): Promise<string> {
  const command = new Deno.Command(Deno.execPath(), { args, cwd: ROOT, stdout: "piped", stderr: "piped" });
  const { success, stdout, stderr } = await command.output();
  const text = new TextDecoder();
  const printed = text.decode(stdout) + text.decode(stderr);
  if (!success) throw new Error(`Cannot run deno ${args[0]}:\n${printed}`);
  return printed;
}

/** The program's modules that others name by URL, as paths below the root: they are entries of the bundle of their own. */
function workers(): string[] {
  return filesBelow(ROOT, "lib/").filter((path) => path.endsWith(".ts")).flatMap((path) =>
    [...Deno.readTextFileSync(ROOT + path).matchAll(MODULE_URL)].map(([, url = ""]) =>
      new URL(url, `file:///${path}`).pathname.slice(1)
    )
  );
}

/** Lets a bundled module's URLs of other modules point to where the bundle has those. */
function redirectUrls(module: string, text: string, entries: readonly string[]): string {
  return text.replaceAll(MODULE_URL, (found, url: string) => {
    const name = url.slice(url.lastIndexOf("/") + 1);
    const [entry, ...others] = entries.filter((path) => path.endsWith(`/${name}`));
    if (entry === undefined || others.length > 0) throw new Error(`Cannot bundle ${found} of ${module}`);
    const up = "../".repeat(module.split("/").length - 1) || "./";
    return `new URL("${up}${entry.replace(/\.ts$/, ".js")}", import.meta.url)`;
  });
}

/** The program as plain modules, ready to be embedded. */
export interface Bundle {
  readonly folder: string;
  /** Names of the modules there. */
  readonly modules: readonly string[];
}

/** Bundles the program, into `dist/bundle`. */
export async function bundle(): Promise<Bundle> {
  const folder = `${ROOT}dist/bundle`;
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  const entries = workers();
  await deno("bundle", "--quiet", "--platform=deno", "--code-splitting", `--outdir=${folder}`, "main.ts", ...entries);
  const modules = filesBelow(folder);
  // The binary holds the files' times, too.
  const date = await sourceDate();
  for (const module of modules) {
    const text = await Deno.readTextFile(`${folder}/${module}`);
    const strangers = packagesIn(text).filter((name) => !RUNTIME_PACKAGES.includes(name));
    if (strangers.length > 0) throw new Error(`Cannot compile: ${module} contains ${strangers.join(", ")}`);
    await Deno.writeTextFile(`${folder}/${module}`, redirectUrls(module, text, entries));
    await Deno.utime(`${folder}/${module}`, date, date);
  }
  return { folder, modules };
}

/**
 * Makes one binary of a bundle, and returns what `deno compile` printed.
 *
 * @param options further options of `deno compile`
 * @throws {Error} when it cannot be made, or when something is in it that does not belong there
 */
export async function compile(
  { folder, modules }: Bundle,
  output: string,
  options: readonly string[],
): Promise<string> {
  const printed = await deno(
    "compile",
    "--no-config",
    "--no-check",
    "--no-prompt",
    ...PERMISSIONS,
    ...RUNTIME,
    ...options,
    ...modules.flatMap((module) => ["--include", `${folder}/${module}`]),
    "--output",
    output,
    `${folder}/main.js`,
  );
  const strangers = embeddedFiles(printed).filter((name) =>
    !modules.some((module) => `${module}/`.includes(`${name.replace(/\/\*$/, "")}/`))
  );
  if (strangers.length > 0) throw new Error(`Cannot compile: ${strangers.join(", ")} got embedded`);
  return printed.trim();
}

/**
 * Makes the binary of a target. What was there before is gone, whatever comes of it.
 *
 * @throws {Error} one line that names the target
 */
export async function compileFor(
  target: Target,
  made: Bundle,
  output: string,
  options: readonly string[] = [],
): Promise<void> {
  await removeIfThere(output);
  const why = obstacle(target, Deno.env.get("DENORT_BIN"));
  if (why !== undefined) throw new Error(`Cannot compile for ${target}: ${why}`);
  try {
    await compile(made, output, [`--target=${target}`, ...options]);
  } catch (error) {
    throw new Error(`Cannot compile for ${target}: ${complaint(error as Error)}`);
  }
}

/** Removes a file, or nothing. */
export async function removeIfThere(path: string | URL): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** What of deno's complaint says why: the cause that says most, where it names causes; else its first line. */
export function complaint({ message }: Error): string {
  // deno-lint-ignore no-control-regex
  const plain = message.replace(/\x1b\[[0-9;]*m/g, "").replace(/\n\s*Stack backtrace:.*/s, "");
  const [, causes] = /\n\s*Caused by:\n(.*)/s.exec(plain) ?? [];
  if (causes !== undefined) {
    const lines = causes.split("\n").map((line) => line.trim().replace(/^\d+: /, ""));
    return lines.reduce((longest, line) => line.length > longest.length ? line : longest);
  }
  return /^error: (.*)/m.exec(plain)?.[1] ?? plain.split("\n", 1)[0]!;
}

/** The place of a target's binary in a folder. */
export function binaryName(name: string, target: Target): string {
  return isWindows(target) ? `${name}.exe` : name;
}

/** Does one thing for each target, whatever becomes of the others; returns those that it was done for. */
export async function forEachTarget(
  targets: readonly Target[],
  work: (target: Target) => Promise<void>,
  report: { done(target: Target): void; failed(message: string): void },
): Promise<Target[]> {
  const done: Target[] = [];
  for (const target of targets) {
    try {
      await work(target);
      done.push(target);
      report.done(target);
    } catch (error) {
      report.failed((error as Error).message);
    }
  }
  return done;
}

async function main(args: readonly string[]): Promise<boolean> {
  const { output, target, all, _: _rest, ...others } = parseArgs(args, {
    string: ["output", "target"],
    boolean: ["all"],
  });
  const options = Object.entries(others).map(([name, value]) => `--${name}=${value}`);
  if (target === undefined && !all) {
    console.log(await compile(await bundle(), String(output ?? "dist/ike-tcp"), options));
    return true;
  }
  const targets = all ? TARGETS : readTargets(String(target));
  if (output !== undefined && targets.length > 1) throw new Error("--output is for one target");
  const made = await bundle();
  const place = (one: Target) => String(output ?? `${ROOT}dist/${binaryName(`ike-tcp-${one}`, one)}`);
  const done = await forEachTarget(targets, (one) => compileFor(one, made, place(one), options), {
    done: (one) => console.log(place(one)),
    failed: (message) => console.error(message),
  });
  if (output === undefined) {
    const names = done.map((one) => binaryName(`ike-tcp-${one}`, one));
    await Deno.writeTextFile(`${ROOT}dist/SHA256SUMS`, await checksums(`${ROOT}dist`, names));
    console.log(`${ROOT}dist/SHA256SUMS`);
  }
  return done.length === targets.length;
}

if (import.meta.main) {
  await main(Deno.args).then((success) => Deno.exit(success ? 0 : 1), (error: Error) => {
    console.error(error.message);
    Deno.exit(1);
  });
}
