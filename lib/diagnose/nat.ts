/** What NAT_DETECTION_* and the search for their preimages say of one side (RFC 7296 §2.23). */
import type { PathReport } from "../model/mod.ts";
import { numberFact, textFact, type Trial, type View } from "./view.ts";

/** Which side is behind the translation. */
export type Side = "client" | "gateway";

/** Paths of an address on which a side shows as translated. */
export function translated(view: View, address: string, side: Side): PathReport[] {
  return view.at(address).filter((path) => path.ike?.nat[side] === "translated");
}

/** What stands behind a hash that did not match. */
export interface Preimage {
  readonly address: string;
  readonly port: number | undefined;
  readonly trial: Trial;
  readonly path: PathReport;
}

/** What the search found for a side of an address; undefined when it found nothing, or was not made. */
export function preimage(view: View, address: string, side: Side): Preimage | undefined {
  for (const trial of view.trialsAt(address, "nat-search")) {
    const found = textFact(trial, "address");
    if (trial.result !== "found" || trial.facts?.side !== side || found === undefined) continue;
    return { address: found, port: numberFact(trial, "port"), trial, path: view.path(trial.path)! };
  }
  return undefined;
}

/** The messages that carry a side's mismatch. */
export function mismatches(view: View, paths: readonly PathReport[], side: Side) {
  return paths.flatMap((path) =>
    view.messages(path).filter(({ event }) =>
      event.fit === "answer" &&
      (side === "client" ? event.nat?.destination_matches === false : event.nat?.source_matches === false)
    ).slice(0, 1)
  );
}
