/** Text as mdoc(7), the language of manual pages that mandoc and groff both read: nothing of a text acts on the page. */
import { wrap } from "../wrap.ts";

/** Characters that roff would take for something else, or show as typographic ones: what is copied has to be ASCII. */
const SPECIAL: Readonly<Record<string, string>> = {
  "\\": "\\e",
  "-": "\\-",
  "'": "\\(aq",
  '"': "\\(dq",
  "`": "\\(ga",
  "^": "\\(ha",
  "~": "\\(ti",
};

/** Columns of the source: mandoc asks for less than 80. */
const SOURCE_WIDTH = 72;

/** A piece of text, wherever it stands. */
export function escapeRoff(text: string): string {
  const plain = text.replace(/[\\'"`^~-]/g, (character) => SPECIAL[character]!);
  // deno-lint-ignore no-control-regex
  return plain.replace(/[^\x00-\x7f]/gu, (character) => `\\[u${hex(character.codePointAt(0)!)}]`);
}

function hex(code: number): string {
  return code.toString(16).toUpperCase().padStart(4, "0");
}

/** Words behind a macro: one that looks like a macro or like a delimiter is none. */
export function macroText(text: string): string {
  return text.split(" ").map((word) =>
    `${/^(?:[A-Z%][A-Za-z0-9]{1,2}|[^A-Za-z0-9]+)$/.test(word) ? "\\&" : ""}${escapeRoff(word)}`
  )
    .join(" ");
}

/** Lines of running text: each sentence begins a line, and none begins with a control character. */
export function textLines(text: string): string[] {
  return text.split(/(?<=[a-z)][.?!]) +(?=[A-Z])/).flatMap((sentence) => wrap(sentence, SOURCE_WIDTH)).map((line) =>
    `${line.startsWith(".") ? "\\&" : ""}${escapeRoff(line)}`
  );
}

/** A list of terms with their meaning; a term is a line of macros. */
export function tagList(items: readonly (readonly [term: string, meaning: string])[]): string[] {
  if (items.length === 0) return [];
  return [".Bl -tag -width Ds", ...items.flatMap(([term, meaning]) => [`.It ${term}`, ...textLines(meaning)]), ".El"];
}

/** `YYYY-MM-DD` as mdoc wants it: `November 24, 2026`. */
export function mdocDate(date: string): string {
  const [year, month, day] = date.split("-").map(Number);
  const months = "January February March April May June July August September October November December".split(" ");
  return `${months[month! - 1]} ${day}, ${year}`;
}
