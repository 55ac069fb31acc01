/**
 * `deno task compile`: makes the single binary.
 *
 * First `deno bundle` puts the program and the packages that it uses into a few plain modules (what is imported lazily stays
 * apart), then `deno compile` embeds just these: no package folder, so that nothing that only tests use can get in, and the
 * start is a fifth faster than with embedded packages.
 *
 *     deno task compile [--output FILE] [further options of deno compile, such as --target aarch64-apple-darwin]
 */
import { parseArgs } from "@std/cli/parse-args";
import { PERMISSIONS } from "./permissions.ts";

const ROOT = decodeURIComponent(new URL("../", import.meta.url).pathname);

/** Packages that the program may use, by name. */
export const RUNTIME_PACKAGES: readonly string[] = [
  "@noble/curves",
  "@noble/hashes",
  "@noble/post-quantum",
  "deno-std",
  "ipaddr.js",
];

/** The npm packages whose modules are in a bundle: each module stands there behind a comment with its place in the cache. */
export function packagesIn(bundle: string): string[] {
  const names = [...bundle.matchAll(/^\s*\/\/ .*[/\\]npm[/\\][^/\\]+[/\\]((?:@[^/\\]+[/\\])?[^/\\]+)[/\\]/gm)];
  return [...new Set(names.map((match) => (match[1] ?? "").replace("\\", "/")))].toSorted();
}

/** Files that `deno compile` says it has embedded, from the tree that it prints. */
export function embeddedFiles(printed: string): string[] {
  // deno-lint-ignore no-control-regex
  const plain = printed.replace(/\x1b\[[0-9;]*m/g, "");
  const tree = plain.slice(plain.indexOf("Embedded Files"), plain.indexOf("Files:"));
  return [...tree.matchAll(/[├└][─┬]+ (\S+)/g)].map((match) => match[1] ?? "");
}

async function deno(...args: string[]): Promise<string> {
  const command = new Deno.Command(Deno.execPath(), { args, cwd: ROOT, stdout: "piped", stderr: "piped" });
  const { success, stdout, stderr } = await command.output();
  const text = new TextDecoder();
  const printed = text.decode(stdout) + text.decode(stderr);
  if (!success) throw new Error(`Cannot run deno ${args.join(" ")}:\n${printed}`);
  return printed;
}

/** Bundles the program into a folder and returns the names of the modules there. */
async function bundle(folder: string): Promise<string[]> {
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  await deno("bundle", "--quiet", "--platform=deno", "--code-splitting", `--outdir=${folder}`, "main.ts");
  const names = [...Deno.readDirSync(folder)].map((entry) => entry.name).toSorted();
  for (const name of names) {
    const text = await Deno.readTextFile(`${folder}/${name}`);
    const strangers = packagesIn(text).filter((p) => !RUNTIME_PACKAGES.includes(p));
    if (strangers.length > 0) throw new Error(`Cannot compile: ${name} contains ${strangers.join(", ")}`);
    const worker = /new URL\(\s*"[^"]*\.ts"/.exec(text);
    if (worker !== null) {
      throw new Error(`Cannot compile: ${name} refers to a module that is not bundled: ${worker[0]}`);
    }
  }
  return names;
}

async function compile(args: readonly string[]): Promise<void> {
  const { output, _: _rest, ...others } = parseArgs(args, { string: ["output", "target"] });
  const file = String(output ?? "dist/ike-tcp");
  const passed = Object.entries(others).map(([name, value]) => `--${name}=${value}`);
  const folder = `${ROOT}dist/bundle`;
  const modules = await bundle(folder);
  const printed = await deno(
    "compile",
    "--no-config",
    "--no-check",
    "--no-prompt",
    ...PERMISSIONS,
    ...passed,
    ...modules.flatMap((name) => ["--include", `${folder}/${name}`]),
    "--output",
    file,
    `${folder}/main.js`,
  );
  const strangers = embeddedFiles(printed).filter((name) => !modules.includes(name));
  if (strangers.length > 0) throw new Error(`Cannot compile: ${strangers.join(", ")} got embedded`);
  console.log(printed.trim());
}

if (import.meta.main) await compile(Deno.args);
