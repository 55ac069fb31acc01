/**
 * Performance data: `'label'=value[UOM];[warn];[crit];[min];[max]`
 * (https://www.monitoring-plugins.org/doc/guidelines.html#AEN197).
 */
import type { PathReport, Report } from "../../model/mod.ts";
import { clean } from "./clean.ts";

/**
 * One item for each path, in the order of the report, whatever became of the path: milliseconds from the beginning of the
 * TCP connection, or from the request, to the answer; `U` (undetermined) where no answer came.
 *
 * @param isOneOfSeveral The host is one of several: its name tells apart what two names of one address measure.
 */
export function perfdata({ paths, target }: Report, isOneOfSeveral: boolean): string[] {
  return paths.map((path) => {
    const isNamed = isOneOfSeveral && target.host !== path.address;
    return `'${label(isNamed ? `${path.id}/${target.host}` : path.id)}'=${value(path)};;;0`;
  });
}

/** Quotes and equals signs have no place in a label, and blanks trouble those who read it. */
function label(text: string): string {
  return clean(text).replaceAll(/['=\s]/g, "_");
}

function value({ state, timing_ms: { connect = 0, tls = 0, answer } }: PathReport): string {
  const ms = connect + tls + (answer ?? 0);
  if (state !== "answered" || answer === undefined || !(ms >= 0 && ms < 1e12)) return "U";
  return `${ms.toFixed(3)}ms`;
}
