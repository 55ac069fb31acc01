/** What `deno compile` can make binaries for. */

/** The six targets of Deno 2.9; older ones lack Windows on ARM. */
export const TARGETS = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
  "x86_64-pc-windows-msvc",
  "aarch64-pc-windows-msvc",
] as const;
/** One of {@linkcode TARGETS}. */
export type Target = (typeof TARGETS)[number];

/** Stands for this machine's own target. */
const HOST = "host";

/**
 * The targets that a command line asks for: a comma list; `host` is this machine.
 *
 * @throws {TypeError} one sentence
 */
export function readTargets(text: string): Target[] {
  const names = text.split(",").map((name) => name.trim()).filter((name) => name !== "");
  const found = names.map((name) => {
    const target = TARGETS.find((known) => known === (name === HOST ? Deno.build.target : name));
    if (target === undefined) {
      throw new TypeError(`Cannot compile for "${name}": possible are ${[HOST, ...TARGETS].join(", ")}`);
    }
    return target;
  });
  if (found.length === 0) throw new TypeError("--target needs a target");
  return [...new Set(found)];
}

/** Whether it is Windows, where programs end in `.exe` and archives are zip files. */
export function isWindows(target: string): boolean {
  return target.includes("windows");
}

/**
 * Why a target cannot be compiled for here, or undefined.
 *
 * @param runtime `DENORT_BIN`: a runtime that takes the place of the one that Deno downloads, whatever the target
 */
export function obstacle(
  target: string,
  runtime: string | undefined,
  host: string = Deno.build.target,
): string | undefined {
  if (runtime === undefined || runtime === "" || target === host) return undefined;
  return `DENORT_BIN names a runtime for this machine (${host}), and the binary would be one for it`;
}
