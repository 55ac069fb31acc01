/**
 * Reads the output of a monitoring plugin by the grammar of the guidelines, as strictly as they are written
 * (https://www.monitoring-plugins.org/doc/guidelines.html#PLUGOUTPUT).
 */
import { assert, assertEquals, assertNotMatch } from "@std/assert";

/** One item of performance data. */
export interface PerfItem {
  readonly label: string;
  /** `U` is undefined here. */
  readonly value?: number;
  readonly unit: string;
  readonly limits: readonly string[];
}

/** The output as read. */
export interface PluginOutput {
  readonly status: "OK" | "WARNING" | "CRITICAL" | "UNKNOWN";
  readonly text: string;
  readonly perfdata: readonly PerfItem[];
  readonly long: readonly string[];
}

/** Nagios 3 reads no more. */
const MOST = 4096;

/** Throws for what a monitoring system would misread. */
export function readPluginOutput(output: string): PluginOutput {
  assert(new TextEncoder().encode(output).length <= MOST, `${output.length} characters are too many`);
  // deno-lint-ignore no-control-regex
  assertNotMatch(output.replaceAll("\n", ""), /[\x00-\x1f\x7f-\x9f]|\p{Cf}/u);
  assert(output.endsWith("\n"));
  const [first, ...long] = output.slice(0, -1).split("\n") as [string, ...string[]];
  const match = /^IKE (OK|WARNING|CRITICAL|UNKNOWN) - ([^|]+?)(?: \| ([^|]+))?$/.exec(first);
  assert(match !== null, first);
  // a pipe in the long text would begin performance data
  for (const line of long) assert(!line.includes("|") && line.trim() !== "", line);
  assertNotMatch(output, /<[a-z/!?]/i);
  return { status: match[1] as PluginOutput["status"], text: match[2]!, perfdata: readPerfdata(match[3] ?? ""), long };
}

function readPerfdata(text: string): PerfItem[] {
  const items: PerfItem[] = [];
  const pattern = /'([^'=|\s]+)'=(U|-?\d+(?:\.\d+)?)(ms)?((?:;[-0-9.:~@]*){0,4})(?: |$)/y;
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex;
    const item = pattern.exec(text);
    assert(item !== null, `no performance data at ${at}: ${text}`);
    const [, label, value, unit = "", limits] = item as unknown as [string, string, string, string?, string?];
    assertEquals(value === "U", unit === "", item[0]);
    const number = value === "U" ? {} : { value: Number(value) };
    items.push({ label, ...number, unit, limits: limits!.split(";").slice(1) });
  }
  const labels = items.map(({ label }) => label);
  assertEquals(labels.length, new Set(labels).size, `a label twice: ${labels.join(" ")}`);
  return items;
}
