/**
 * Reads the Prometheus text exposition format 0.0.4 as strictly as it is written down, so that tests need no Prometheus
 * (https://prometheus.io/docs/instrumenting/exposition_formats/#text-format-details).
 */
import { assert, assertEquals, assertMatch } from "@std/assert";

/** A sample as read. */
export interface ReadSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A family as read. */
export interface ReadFamily {
  readonly help: string;
  readonly type: string;
  readonly samples: readonly ReadSample[];
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const VALUE = /^(?:NaN|[+-]?Inf|[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)$/;

/** The families of an exposition by name. Throws for what a parser of Prometheus would refuse, or lint would complain of. */
export function readExposition(text: string): Map<string, ReadFamily> {
  const families = new Map<string, { help: string; type: string; samples: ReadSample[] }>();
  if (text === "") return families;
  assert(text.endsWith("\n"), "the last line must end with a line feed");
  let current = "";
  const seen = new Set<string>();
  const lines = text.slice(0, -1).split("\n");
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    const head = /^# HELP (\S+) (.+)$/.exec(line);
    if (head !== null) {
      current = head[1]!;
      assert(!families.has(current), `a second group of ${current}`);
      assertMatch(current, new RegExp(`${NAME.source}$`));
      const type = /^# TYPE (\S+) (gauge|counter)$/.exec(lines[++i] ?? "");
      assertEquals(type?.[1], current, "TYPE stands behind HELP");
      assertEquals(type![2] === "counter", current.endsWith("_total"), `${current} is a ${type![2]}`);
      families.set(current, { help: head[2]!, type: type![2]!, samples: [] });
      continue;
    }
    const { name, labels, value } = readSample(line);
    assertEquals(name, current, "samples of a family stand together, behind its TYPE");
    const series = JSON.stringify([name, Object.entries(labels).toSorted()]);
    assert(!seen.has(series), `the series ${series} stands there twice`);
    seen.add(series);
    families.get(name)!.samples.push({ labels, value });
  }
  for (const [name, { samples }] of families) assert(samples.length > 0, `${name} has no samples`);
  return families;
}

function readSample(line: string): { name: string; labels: Record<string, string>; value: number } {
  const name = NAME.exec(line)?.[0];
  assert(name !== undefined, line);
  let at = name.length;
  const labels: Record<string, string> = {};
  if (line[at] === "{") {
    at++;
    while (line[at] !== "}") {
      const match = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\[\\"n])*)"/.exec(line.slice(at));
      assert(match !== null, `no label at ${at}: ${line}`);
      const [whole, label, escaped] = match as unknown as [string, string, string];
      assert(!Object.hasOwn(labels, label), `label ${label} twice: ${line}`);
      labels[label] = escaped.replaceAll(/\\(.)/g, (_, c) => (c === "n" ? "\n" : c));
      at += whole.length;
      if (line[at] === ",") at++;
      else assertEquals(line[at], "}", line);
    }
    at++;
  }
  const rest = line.slice(at);
  assert(rest.startsWith(" ") && VALUE.test(rest.slice(1)), `no value, or something behind it: ${line}`);
  return { name, labels, value: Number(rest.slice(1).replace("Inf", "Infinity")) };
}
