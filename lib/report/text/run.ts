/** `--format text` of a whole run: reports of a few hosts, a line for each of many, and what came of all of them. */
import type { ExitCode, Report } from "../../model/mod.ts";
import { digestOf } from "../digest.ts";
import type { Renderer, RunScope } from "../renderer.ts";
import { Tally } from "../tally.ts";
import { hostLine } from "./host_line.ts";
import { renderText } from "./mod.ts";
import type { TextStyle } from "./style.ts";
import { summaryLines } from "./summary.ts";

/** So many whole reports are read, and more of them are not. */
const FEW = 8;

/** See the file's head. */
export function textRenderer(style: TextStyle): Renderer {
  let scope: RunScope | undefined;
  const tally = new Tally();
  const one = (report: Report): string => {
    const digest = digestOf(report);
    const isFirst = tally.total === 0;
    tally.add(digest);
    const details = style.details ?? (scope?.hosts ?? 1) <= FEW;
    if (!details && scope !== undefined) return `${hostLine(digest, scope.columns, style)}\n`;
    return (isFirst ? "" : "\n") + renderText(report, style);
  };
  return {
    begin: (known) => scope = known,
    add: one,
    end: (exit: ExitCode) => {
      if (scope === undefined || scope.hosts + (scope.earlier?.total ?? 0) <= 1) return [];
      return [`${tally.total === 0 ? "" : "\n"}${summaryLines(tally, scope, exit, style).join("\n")}\n`];
    },
  };
}
