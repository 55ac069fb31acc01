/** Breaking text into lines. */
import { escapeText } from "../wire/escape.ts";

/** Columns that text takes on a terminal: one for each character, two for wide ones, none for colour codes. */
export function columns(text: string): number {
  let count = 0;
  // deno-lint-ignore no-control-regex
  for (const character of text.replace(/\x1b\[[0-9;]*m/g, "")) count += isWide(character.codePointAt(0)!) ? 2 : 1;
  return count;
}

/** East Asian Wide and Fullwidth, and emoji (UAX #11), coarsely: enough to keep tables straight. */
function isWide(code: number): boolean {
  if (code < 0x1100) return false;
  return code <= 0x115f || (code >= 0x2e80 && code <= 0xa4cf) || (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) || (code >= 0xfe30 && code <= 0xfe6f) || (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) || (code >= 0x1f300 && code <= 0x1faff) || (code >= 0x20000 && code <= 0x3fffd);
}

/** Where a line may be broken: at a space, but not between a number and its unit. */
const BREAK = /(?<!\d) | (?!(?:ms|s|min|h)\b)/;

/** The pieces that stay together: words, and whole commands in backticks. */
function pieces(text: string): string[] {
  return text.split(/(?<=^|[\s(])(`[^`]*`\S*)(?=\s|$)/).flatMap((part, i) =>
    i % 2 === 1 ? [part] : part.trim() === "" ? [] : part.trim().split(BREAK)
  );
}

/**
 * Lines of at most `width` columns, broken at spaces. What must stay in one piece to be copied (a longer word, a command in
 * backticks) has a line of its own when it is longer than a line.
 */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of pieces(text)) {
    if (line !== "" && columns(line) + 1 + columns(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** A paragraph behind a first-line lead (`- `, `  certain: `): further lines are indented as far as the lead goes. */
export function hang(lead: string, text: string, width: number, indent: number = columns(lead)): string[] {
  const lines = wrap(text, Math.max(width - indent, 20));
  return lines.map((line, i) => (i === 0 ? lead.padEnd(indent) : " ".repeat(indent)) + line);
}

/** The beginning of a text that takes at most so many columns; a mark where it was cut. */
export function fitted(text: string, width: number): string {
  if (columns(text) <= width) return text;
  let kept = "";
  let used = 1;
  for (const character of text) {
    used += columns(character);
    if (used > width) break;
    kept += character;
  }
  return width < 1 ? "" : `${kept}…`;
}

/** Columns of the longest text, as it is shown. */
export function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, columns(escapeText(text))), 0);
}
