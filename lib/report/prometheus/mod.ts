/**
 * `--format prometheus`: all hosts of a run in one exposition, for the node exporter's textfile collector. A family has to
 * stand together, so nothing is written before the run ends.
 */
import { DEFAULT_PATHS } from "../../model/mod.ts";
import type { Renderer, RenderStyle } from "../renderer.ts";
import { guard } from "../text/style.ts";
import { expositionPieces } from "./exposition.ts";
import { familiesOf } from "./families.ts";
import { figuresOf, merged, type ReportFigures } from "./figures.ts";

/** See the file's head. */
export function prometheusRenderer({ paths = DEFAULT_PATHS }: RenderStyle): Renderer {
  // Of a host's reports on the same question the last one counts; those on different ones are told together.
  const byTarget = new Map<string, Map<string, ReportFigures>>();
  return {
    add(report) {
      const figures = figuresOf(report, paths);
      const target = guard(figures.target);
      byTarget.set(target, (byTarget.get(target) ?? new Map()).set(figures.question, figures));
      return "";
    },
    end() {
      const targets = [...byTarget.values()].map((runs) => merged([...runs.values()]));
      return expositionPieces(familiesOf(targets.toSorted(byName), true));
    },
  };
}

function byName(a: ReportFigures, b: ReportFigures): number {
  return a.target < b.target ? -1 : 1;
}
