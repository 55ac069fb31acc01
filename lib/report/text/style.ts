/** How text is laid out, and colours that carry no meaning that the words do not carry too. */
import { escapeText } from "../../wire/escape.ts";

/** What a renderer of text needs to know of the place where it is read. */
export interface TextStyle {
  /** Columns. */
  readonly width: number;
  readonly color: boolean;
  /** With a dump of every message. */
  readonly verbose: boolean;
  /** Of many hosts too, whole reports, not a line each; `false`: lines for a few as well. */
  readonly details?: boolean;
  /** Lines of hosts are cut to the width: somebody looks at them on a terminal. */
  readonly cut?: boolean;
}

/** SGR parameters (ECMA-48 §8.3.117). */
const SGR = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;
/** A colour or weight. */
export type Ink = keyof typeof SGR;

/** Text in a colour, where colour is wanted. */
export function paint(style: TextStyle, text: string, ...inks: readonly Ink[]): string {
  if (!style.color || inks.length === 0 || text === "") return text;
  return `\x1b[${inks.map((ink) => SGR[ink]).join(";")}m${text}\x1b[0m`;
}

/**
 * A sentence of a report, made safe once more. Its quotations are escaped already, so backslashes stay as they are; but a
 * saved report can come from anybody.
 */
export function guard(sentence: string): string {
  return sentence.split("\\").map(escapeText).join("\\");
}
