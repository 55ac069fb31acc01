/** Running the tool itself, as a user would: `deno run` with exactly its permissions, or the compiled binary. */
import { PERMISSIONS } from "../../.ci/permissions.ts";
import type { Report } from "../../lib/model/mod.ts";
import type { Output, RunOptions } from "./command.ts";
import { assertSound } from "./report.ts";
import type { Testbed } from "./testbed.ts";

const MAIN = decodeURIComponent(new URL("../../main.ts", import.meta.url).pathname);

/** The command that runs a program of ours from its sources, with the permissions that the tool has. */
export function fromSources(file: string): readonly string[] {
  return [Deno.execPath(), "run", "--quiet", "--no-prompt", "--cached-only", ...PERMISSIONS, file];
}

/** The command that runs the sources. */
export const SOURCES: readonly string[] = fromSources(MAIN);

/** The compiled binary that is under test, if any: IKE_TCP_BINARY names it. */
export const BINARY: string | undefined = Deno.env.get("IKE_TCP_BINARY");

/** Runs the tool in the client's namespace: the compiled binary where there is one, else the sources. */
export function tool(bed: Testbed, args: readonly string[], options?: RunOptions): Promise<Output> {
  return bed.inClient([...(BINARY === undefined ? SOURCES : [BINARY]), ...args], options);
}

/** The JSON report of a probe, and how the program ended. */
export interface Probed {
  readonly report: Report;
  readonly code: number;
  readonly stderr: string;
}

/** Probes from the client's namespace, with `--format json`; the report is checked against the schema. */
export async function probe(bed: Testbed, ...args: string[]): Promise<Probed> {
  const { code, stdout, stderr } = await tool(bed, ["probe", "--format", "json", ...args]);
  const report = readReport(stdout, stderr);
  assertSound(report, code);
  return { report, code, stderr };
}

function readReport(stdout: string, stderr: string): Report {
  try {
    return JSON.parse(stdout);
  } catch (error) {
    throw new Error(`Cannot read the report: ${error}\n${stdout.slice(0, 2000)}\n${stderr}`);
  }
}
