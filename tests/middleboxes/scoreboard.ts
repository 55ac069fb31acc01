/** Registers one test for each row, and says at the end how many were right. */
import { isRequired, missingPrerequisite } from "../testbed/prerequisite.ts";
import { judge } from "./judge.ts";
import type { Row } from "./row.ts";

/** Options that ask for more time than a probe takes by itself. */
const PATIENT = ["--deep", "--timeout", "-t", "--nat-search"];

/**
 * Registers the rows; when all tests of the module are through, prints `N of M right` and each wrong row. On a machine that
 * lacks what real gateways need, their rows are one ignored test that says so; where they are required, one that fails.
 */
export function registerRows(rows: readonly Row[]): void {
  const wrong: string[] = [];
  let right = 0;
  const missing = rows.some(({ venue }) => venue === "netns") ? missingPrerequisite() : undefined;
  if (missing !== undefined) registerMissing(missing);
  for (const row of rows.filter(({ venue }) => venue !== "netns" || missing === undefined)) {
    // A process, a worker or a socket of a row may end a moment after its report.
    Deno.test({ name: `${row.venue}: ${row.name}`, sanitizeOps: false, sanitizeResources: false }, async () => {
      const faults = await run(row);
      if (faults.length === 0) return void right++;
      wrong.push(`${row.venue}: ${row.name}\n${faults.map((fault) => `    ${fault}`).join("\n")}`);
      throw new Error(`${faults.join("\n")}`);
    });
  }
  globalThis.addEventListener("unload", () => {
    const ran = right + wrong.length;
    const skipped = ran === rows.length ? "" : ` (${rows.length - ran} not run)`;
    console.log([`middleboxes: ${right} of ${ran} right${skipped}`, ...wrong].join("\n  "));
  });
}

function registerMissing(missing: string): void {
  Deno.test({
    name: `netns: ${missing}`,
    ignore: !isRequired(),
    fn: () => {
      throw new Error(`Cannot run the rows with real gateways: ${missing}`);
    },
  });
}

async function run(row: Row): Promise<string[]> {
  if (row.seeds === undefined) return await runOnce(row);
  const seeds = Array.from({ length: row.seeds }, (_, i) => i + 1);
  const faults = await Promise.all(
    seeds.map(async (seed) => (await runOnce(row, seed)).map((fault) => `seed ${seed}: ${fault}`)),
  );
  return faults.flat();
}

async function runOnce(row: Row, seed?: number): Promise<string[]> {
  try {
    const patient = row.options?.some((option) => PATIENT.includes(option)) ?? false;
    return judge(row.expect, await row.run(seed), { patient, realTime: row.venue !== "sim" });
  } catch (error) {
    return [error instanceof Error ? `${error.name}: ${error.message}` : String(error)];
  }
}
