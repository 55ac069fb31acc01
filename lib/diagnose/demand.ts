/** Paths that somebody demands: those of `--require`, and those that an expectation names. */
import { formatPathSpec, type PathReport } from "../model/mod.ts";
import type { View } from "./view.ts";

/**
 * Demanded paths that do not work. A path that this machine could not even try (no IPv6 here) is forgiven where the same
 * transport and port work at another address.
 */
export function unmetPaths(view: View, demanded: readonly PathReport[]): PathReport[] {
  const met = new Set(demanded.filter((path) => view.works(path)).map((path) => formatPathSpec(path)));
  return demanded.filter((path) => !view.works(path) && !(path.state === "failed" && met.has(formatPathSpec(path))));
}
