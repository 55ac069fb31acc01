/** Short ways to say what a diagnosis must and must not contain. */
import { assert, assertEquals } from "@std/assert";
import { diagnose } from "../../lib/diagnose/mod.ts";
import type { Facts, Finding, FindingCode } from "../../lib/model/mod.ts";
import type { World } from "./facts.ts";

/** `problem udp-blocked certain`: one line for each finding. */
export function lines(world: World | Facts): string[] {
  return findings(world).map(({ severity, code, confidence }) => `${severity} ${code} ${confidence}`);
}

/** All findings. */
export function findings(world: World | Facts): Finding[] {
  return diagnose("facts" in world ? world.facts() : world).findings;
}

/** The one finding of a code. */
export function only(world: World | Facts, code: FindingCode): Finding {
  const found = findings(world).filter((finding) => finding.code === code);
  assertEquals(found.length, 1, `${code} in ${lines(world).join(", ") || "nothing"}`);
  return found[0]!;
}

/** The findings are these, no others. */
export function assertFindings(world: World | Facts, ...expected: readonly string[]): void {
  assertEquals(lines(world).toSorted(), [...expected].toSorted());
}

/** No finding has this code. */
export function assertNot(world: World | Facts, ...codes: readonly FindingCode[]): void {
  for (const finding of findings(world)) {
    assert(!codes.includes(finding.code), `${finding.code}: ${finding.summary}`);
  }
}
