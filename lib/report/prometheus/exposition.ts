/**
 * The Prometheus text exposition format 0.0.4
 * (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format).
 */
import { guard } from "../text/style.ts";

/** Names and values of a sample's labels, in the order in which they are written. */
export type Labels = Readonly<Record<string, string>>;

/** One value of a family. */
export interface Sample {
  readonly labels?: Labels;
  readonly value: number;
  /** What stands behind the family's name, in a histogram. */
  readonly suffix?: "_bucket" | "_sum" | "_count";
}

/** All samples of one name: they stand together, whatever they are about. */
export interface MetricFamily {
  readonly name: string;
  /** One sentence. */
  readonly help: string;
  readonly type: "gauge" | "counter" | "histogram";
  /** No two with the same labels. May be made while it is read. */
  readonly samples: Iterable<Sample>;
}

/** `Content-Type` of an HTTP answer with an exposition. */
export const EXPOSITION_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** The whole exposition as one text. */
export function writeExposition(families: Iterable<MetricFamily>): string {
  return [...expositionPieces(families)].join("");
}

/** Characters after which a piece is handed on. */
const PIECE = 60_000;

/** The exposition in pieces of whole lines, so that thousands of targets need no room for their text. */
export function* expositionPieces(families: Iterable<MetricFamily>): Generator<string> {
  let piece = "";
  for (const { name, help, type, samples } of families) {
    let isFirst = true;
    for (const sample of samples) {
      if (isFirst) piece += `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`;
      isFirst = false;
      piece += `${name}${sample.suffix ?? ""}${writeLabels(sample.labels)} ${writeNumber(sample.value)}\n`;
      if (piece.length < PIECE) continue;
      yield piece;
      piece = "";
    }
  }
  if (piece !== "") yield piece;
}

function writeLabels(labels: Labels = {}): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

/** Any UTF-8 is allowed; what a terminal would act on is spelled out all the same. */
function escapeLabel(value: string): string {
  return guard(value).replaceAll("\\", "\\\\").replaceAll('"', '\\"');
}

function escapeHelp(help: string): string {
  return help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

/** As Go's ParseFloat reads it. */
function writeNumber(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  return Number.isFinite(value) ? String(value) : value > 0 ? "+Inf" : "-Inf";
}
