/**
 * `deno task compile`: makes the single binary.
 *
 * First `deno bundle` puts the program and the packages that it uses into a few plain modules (what is imported lazily stays
 * apart, and so do workers), then `deno compile` embeds just these: no package folder, so that nothing that only tests use
 * can get in. `--version` takes 26 ms so; 43 ms with the sources and their packages embedded, 35 ms with a single module; a
 * hello-world takes 24 ms on that machine.
 *
 *     deno task compile [--output FILE] [further options of deno compile, such as --target aarch64-apple-darwin]
 */
import { parseArgs } from "@std/cli/parse-args";
import { PERMISSIONS } from "./permissions.ts";

const ROOT = decodeURIComponent(new URL("../", import.meta.url).pathname);

/** Packages that the program may use, by name. */
export const RUNTIME_PACKAGES: readonly string[] = [
  "@noble/ciphers",
  "@noble/curves",
  "@noble/hashes",
  "deno-std",
  "ipaddr.js",
];

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

/** Bundles the program into a folder and returns the names of the modules there. */
async function bundle(folder: string): Promise<string[]> {
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  const entries = workers();
  await deno("bundle", "--quiet", "--platform=deno", "--code-splitting", `--outdir=${folder}`, "main.ts", ...entries);
  const modules = filesBelow(folder);
  for (const module of modules) {
    const text = await Deno.readTextFile(`${folder}/${module}`);
    const strangers = packagesIn(text).filter((name) => !RUNTIME_PACKAGES.includes(name));
    if (strangers.length > 0) throw new Error(`Cannot compile: ${module} contains ${strangers.join(", ")}`);
    await Deno.writeTextFile(`${folder}/${module}`, redirectUrls(module, text, entries));
  }
  return modules;
}

async function compile(args: readonly string[]): Promise<void> {
  const { output = "dist/ike-tcp", _: _rest, ...others } = parseArgs(args, { string: ["output", "target"] });
  const options = Object.entries(others).map(([name, value]) => `--${name}=${value}`);
  const folder = `${ROOT}dist/bundle`;
  const modules = await bundle(folder);
  const printed = await deno(
    "compile",
    "--no-config",
    "--no-check",
    "--no-prompt",
    ...PERMISSIONS,
    ...options,
    ...modules.flatMap((module) => ["--include", `${folder}/${module}`]),
    "--output",
    String(output),
    `${folder}/main.js`,
  );
  const strangers = embeddedFiles(printed).filter((name) =>
    !modules.some((module) => `${module}/`.includes(`${name.replace(/\/\*$/, "")}/`))
  );
  if (strangers.length > 0) throw new Error(`Cannot compile: ${strangers.join(", ")} got embedded`);
  console.log(printed.trim());
}

if (import.meta.main) {
  await compile(Deno.args).catch((error: Error) => {
    console.error(error.message);
    Deno.exit(1);
  });
}
