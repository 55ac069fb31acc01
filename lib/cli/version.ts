/** Who we are: the version stands in `deno.json`, and nowhere else. */
import config from "../../deno.json" with { type: "json" };
import type { Tool } from "../model/mod.ts";

/** Name of the program. */
export const PROGRAM = "ike-tcp";

/** Version of the program. */
export const VERSION: string = config.version;

/** The day that the version is of, for the man page: YYYY-MM-DD. The changelog says the same. */
export const VERSION_DATE = "2026-11-24";

/** The program, its runtime and its platform, as reports name them. */
export function thisTool(): Tool {
  const { os, arch } = Deno.build;
  return { name: PROGRAM, version: VERSION, runtime: `deno ${Deno.version.deno}`, platform: `${os} ${arch}` };
}

/** `ike-tcp 0.1.0 (deno 2.9.6, linux x86_64)`. */
export function versionLine(): string {
  const { name, version, runtime, platform } = thisTool();
  return `${name} ${version} (${runtime}, ${platform})`;
}
