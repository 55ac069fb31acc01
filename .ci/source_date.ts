/** The one time that goes into what is built, so that two builds of the same sources are the same octets. */
import { environmentVariable } from "../lib/cli/terminal.ts";
import { VERSION_DATE } from "../lib/cli/version.ts";

const ROOT = decodeURIComponent(new URL("../", import.meta.url).pathname);

/**
 * SOURCE_DATE_EPOCH where it is set (https://reproducible-builds.org/specs/source-date-epoch/), else that of the last
 * commit, else the version's day.
 */
export async function sourceDate(): Promise<Date> {
  const seconds = environmentVariable("SOURCE_DATE_EPOCH") || await lastCommit();
  return /^\d+$/.test(seconds) ? new Date(1000 * Number(seconds)) : new Date(`${VERSION_DATE}T00:00:00Z`);
}

/** Seconds, or nothing where there is no git. */
async function lastCommit(): Promise<string> {
  try {
    const args = ["log", "--max-count=1", "--format=%ct"];
    const { stdout } = await new Deno.Command("git", { args, cwd: ROOT, stderr: "null" }).output();
    return new TextDecoder().decode(stdout).trim();
  } catch {
    return "";
  }
}
