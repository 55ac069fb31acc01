/**
 * `--format prometheus`: all hosts of a run in one exposition, for the node exporter's textfile collector. A family has to
 * stand together, so nothing is written before the run ends.
 */
import { DEFAULT_PATHS } from "../../model/mod.ts";
import type { Renderer, RenderStyle } from "../renderer.ts";
import { guard } from "../text/style.ts";
import { expositionPieces } from "./exposition.ts";
import { familiesOf } from "./families.ts";
import { figuresOf, type ReportFigures } from "./figures.ts";

/** See the file's head. */
export function prometheusRenderer({ paths = DEFAULT_PATHS }: RenderStyle): Renderer {
  // The last report of a target counts: two of them would be the same series twice.
  const byTarget = new Map<string, ReportFigures>();
  return {
    add(report) {
      byTarget.set(guard(report.target.input), figuresOf(report, paths));
      return "";
    },
    end: () => expositionPieces(familiesOf([...byTarget.values()].toSorted(byName), true)),
  };
}

function byName(a: ReportFigures, b: ReportFigures): number {
  return a.target < b.target ? -1 : 1;
}
