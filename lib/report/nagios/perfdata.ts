/**
 * Performance data: `'label'=value[UOM];[warn];[crit];[min];[max]`
 * (https://www.monitoring-plugins.org/doc/guidelines.html#AEN197).
 */
import type { PathReport, Report } from "../../model/mod.ts";
import { clean, octets } from "./clean.ts";

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

/** As many items as there is room for, whole, and in the order in which they came: what is graphed keeps its place. */
export class PerfdataLine {
  readonly #items = new Map<string, string>();
  #room: number;
  #left = 0;

  /** @param room octets of the whole line */
  constructor(room: number) {
    this.#room = room;
  }

  add(items: readonly string[]): void {
    for (const item of items) {
      const name = item.slice(0, item.lastIndexOf("'="));
      if (this.#items.has(name)) continue; // the same host was named twice
      const size = octets(item) + 1;
      if (this.#left > 0 || size > this.#room) this.#left++;
      else {
        this.#items.set(name, item);
        this.#room -= size;
      }
    }
  }

  /** Items for which there was no room. */
  get left(): number {
    return this.#left;
  }

  toString(): string {
    return [...this.#items.values()].join(" ");
  }
}
