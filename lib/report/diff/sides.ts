/** Two runs side by side: what the comparisons look things up in. */
import { View } from "../../diagnose/view.ts";
import type { Change, PathReport, Report } from "../../model/mod.ts";
import type { Pairing } from "./pair.ts";

/** One run. */
export interface Side {
  readonly report: Report;
  readonly view: View;
}

/** Both runs, and which path is which. */
export interface Sides {
  readonly a: Side;
  readonly b: Side;
  readonly pairing: Pairing;
}

/** A path of both runs. */
export interface PathPair {
  readonly a: PathReport;
  readonly b: PathReport;
}

/** A run, ready to be looked at. */
export function sideOf(report: Report): Side {
  return { report, view: new View(report) };
}

/** The paths that both runs tried, in the order of A. */
export function pathPairs({ a, b, pairing }: Sides): PathPair[] {
  return pairing.paths.map(([from, to]) => ({ a: a.view.path(from)!, b: b.view.path(to)! }));
}

/** The same change on several paths is one change. */
export function merged(changes: readonly Change[]): Change[] {
  const groups = new Map<string, Change>();
  for (const change of changes) {
    const key = JSON.stringify({ ...change, paths: undefined });
    const known = groups.get(key);
    groups.set(
      key,
      known === undefined ? change : { ...change, paths: [...new Set([...known.paths, ...change.paths])] },
    );
  }
  return [...groups.values()];
}

/** A sentence without what differs between two runs of the same thing: times, counts, and ports that were free. */
export function steady(sentence: string): string {
  return sentence
    .replace(/(?:less than )?\d+(?:\.\d+)? ?(?:µs|ms|s|min|h|%)(?![A-Za-z0-9])/g, "#")
    .replace(/\bport \d{1,5}\b/g, "port #")
    .replace(/\b\d+ (?:of \d+ )?(times?|requests?|octets?|copies|copy)\b/g, "# $1");
}
