/**
 * `deno task release`: for each target an archive with the binary, README, licence, changelog, manual page and completions,
 * and the checksums of all archives.
 *
 *     deno task release [--target TARGET,...] [--output FOLDER]     all targets; dist/release
 *
 * `--target host` is this machine. A target that cannot be compiled for is told, the others are made, and the exit code
 * is 1.
 */
import { parseArgs } from "@std/cli/parse-args";
import { completionScript } from "../commands/completions.ts";
import { manual } from "../commands/man.ts";
import { PROGRAM, VERSION } from "../lib/cli/version.ts";
import { type ArchiveFile, tarGz, zip } from "./archive.ts";
import { checksums } from "./checksums.ts";
import { binaryName, bundle, compileFor, forEachTarget, removeIfThere } from "./compile.ts";
import { sourceDate } from "./source_date.ts";
import { isWindows, readTargets, type Target, TARGETS } from "./targets.ts";

const ROOT = new URL("../", import.meta.url);

/** Name of an archive, and of the only folder in it. */
export function archiveStem(target: Target): string {
  return `${PROGRAM}-${VERSION}-${target}`;
}

/** Name of a target's archive. */
export function archiveName(target: Target): string {
  return `${archiveStem(target)}${isWindows(target) ? ".zip" : ".tar.gz"}`;
}

/** What is in every archive beside the binary, by its name there. */
export async function companions(): Promise<ReadonlyMap<string, Uint8Array>> {
  const octets = (text: string) => new TextEncoder().encode(text);
  const copied = await Promise.all(
    ["README.md", "LICENSE", "CHANGELOG.md"].map(async (name) =>
      [name, await Deno.readFile(new URL(name, ROOT))] as const
    ),
  );
  return new Map([
    ...copied,
    [`${PROGRAM}.1`, octets(await manual())],
    // the names that the shells look for
    [`completions/${PROGRAM}.bash`, octets(await completionScript("bash"))],
    [`completions/_${PROGRAM}`, octets(await completionScript("zsh"))],
    [`completions/${PROGRAM}.fish`, octets(await completionScript("fish"))],
  ]);
}

/** The archive of a target. */
export function archive(
  target: Target,
  binary: Uint8Array,
  others: ReadonlyMap<string, Uint8Array>,
  date: Date,
): Uint8Array {
  const stem = archiveStem(target);
  const files: ArchiveFile[] = [
    { name: `${stem}/${binaryName(PROGRAM, target)}`, contents: binary, executable: true },
    ...[...others].map(([name, contents]) => ({ name: `${stem}/${name}`, contents })),
  ];
  return isWindows(target) ? zip(files, date) : tarGz(files, date);
}

/** Makes the binary of a target at a place. */
export type MakeBinary = (target: Target, place: string) => Promise<void>;

/** Makes archives and checksums in a folder; returns whether all targets could be had. */
export async function release(
  targets: readonly Target[],
  folder: string,
  makeBinary: MakeBinary,
  log: { out(line: string): void; err(line: string): void },
): Promise<boolean> {
  await Deno.mkdir(folder, { recursive: true });
  const [others, date, work] = [await companions(), await sourceDate(), await Deno.makeTempDir()];
  try {
    const done = await forEachTarget(targets, async (target) => {
      await removeIfThere(`${folder}/${archiveName(target)}`);
      const place = `${work}/${binaryName(PROGRAM, target)}`;
      await makeBinary(target, place);
      const contents = archive(target, await Deno.readFile(place), others, date);
      await Deno.writeFile(`${folder}/${archiveName(target)}`, contents);
    }, { done: (target) => log.out(`${folder}/${archiveName(target)}`), failed: log.err });
    await Deno.writeTextFile(`${folder}/SHA256SUMS`, await checksums(folder, done.map(archiveName)));
    log.out(`${folder}/SHA256SUMS`);
    if (done.length < targets.length) log.err(`${done.length} of ${targets.length} archives were made`);
    return done.length === targets.length;
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

async function main(args: readonly string[]): Promise<boolean> {
  const strangers: string[] = [];
  const { target, output = "dist/release" } = parseArgs(args, {
    string: ["target", "output"],
    unknown: (arg) => strangers.push(arg) > 0,
  });
  if (strangers.length > 0) throw new TypeError(`Unknown argument ${strangers[0]}`);
  const targets = target === undefined ? TARGETS : readTargets(String(target));
  const made = await bundle();
  const makeBinary: MakeBinary = (one, place) => compileFor(one, made, place);
  return await release(targets, String(output), makeBinary, { out: console.log, err: console.error });
}

if (import.meta.main) {
  await main(Deno.args).then((success) => Deno.exit(success ? 0 : 1), (error: Error) => {
    console.error(error.message);
    Deno.exit(1);
  });
}
