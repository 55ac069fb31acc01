/** `--format text`: what an engineer reads in ten seconds. */
import type { Report } from "../model/mod.ts";
import { escapeText } from "../wire/mod.ts";
import { formatMs } from "./units.ts";

/** How text is laid out. */
export interface TextStyle {
  /** Columns. */
  readonly width: number;
  readonly color: boolean;
  /** With a dump of every message. */
  readonly verbose: boolean;
}

/** The report as text with a final newline. */
export function renderText(report: Report, _style: TextStyle): string {
  const lines = report.paths.map((path) =>
    `${path.id}  ${path.state}  ${path.ike?.outcome ?? path.reason ?? ""}  ${formatMs(path.timing_ms.total)}`
  );
  for (const f of report.findings) lines.push(`${f.severity}: ${f.code}: ${f.summary}`);
  lines.push(`${report.verdict.code}: ${report.verdict.summary}`);
  return lines.map(escapeText).join("\n") + "\n";
}
