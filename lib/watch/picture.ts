/** What a run found each path to be, in as few words as a change needs: what differs here is worth telling. */
import { View } from "../diagnose/view.ts";
import type { PathState, Report } from "../model/mod.ts";

/**
 * `works`: a client could use the path. `answers`: IKE answers, and does not accept. Else the path's state; `unresolved`
 * and `interrupted` for all of a run that has no paths to show.
 */
export type Look = "works" | "answers" | Exclude<PathState, "answered">;

/** Looks by path id. */
export type Picture = ReadonlyMap<string, Look>;

/** One path that has changed; undefined: it was not there, or is there no more. */
export interface Change {
  readonly path: string;
  readonly from: Look | undefined;
  readonly to: Look | undefined;
}

/** The picture that a report shows. */
export function pictureOf(report: Report): Picture {
  const view = new View(report);
  return new Map(report.paths.map((path): [string, Look] => {
    if (path.state !== "answered") return [path.id, path.state];
    return [path.id, view.works(path) ? "works" : "answers"];
  }));
}

/** Paths that look otherwise than before, in the order of the later picture. */
export function changes(before: Picture, after: Picture): Change[] {
  const paths = new Set([...after.keys(), ...before.keys()]);
  return [...paths].flatMap((path) => {
    const [from, to] = [before.get(path), after.get(path)];
    return from === to ? [] : [{ path, from, to }];
  });
}
