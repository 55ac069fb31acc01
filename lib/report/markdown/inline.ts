/**
 * Sentences as Markdown. Text of the network stands in them, and a ticket is read by many and acted on by robots: nothing
 * of it may become a link, an image, HTML, a mention, a reference to an issue or a command.
 *
 * A backslash is no help against the latter: GitHub and GitLab look for mentions and references in the text that is left
 * when Markdown is done. What they leave alone is code. So a word stays as it is only when it consists of letters, digits
 * and harmless punctuation; every other one becomes a code span. That is also how names and addresses should look.
 */
import { guard } from "../text/style.ts";

/** Characters that mean nothing inside a word, wherever it stands in a line that begins with words of our own. */
const PLAIN = /^(?:[a-zA-Z0-9,;.?'"()/=+-]|\P{ASCII})*$/u;
/** What is linked though it looks plain: hosts by name, commits, issues of GitHub. */
const LINKED = /www\.|^[0-9a-f]{7,}$|^GH-\d/i;
/** Numbers with a sign or unit: `<0.1`, `50%`. */
const NUMBER = /^<?\d+(?:\.\d+)?%?$/;

/** A sentence of a report. */
export function inline(sentence: string): string {
  // Commands stand in backticks in our own sentences; whoever else writes some gets code as well.
  const parts = guard(sentence).trim().split(/`([^`]+)`/);
  return join(parts.flatMap((part, i) => i % 2 === 1 ? [code(part)] : part.split(/(?<= )/).flatMap(word)));
}

/** A sentence in a cell of a table: a pipe would end the cell, in code too, so it is spelled as other octets are. */
export function cell(sentence: string): string {
  return inline(sentence.replaceAll("|", "\\x7c"));
}

/** A code span (CommonMark §6.1). Text that begins or ends with a backtick or a blank is set off by blanks. */
export function code(text: string): string {
  const runs = [...text.matchAll(/`+/g)].map(([run]) => run.length);
  const fence = "`".repeat(Math.max(0, ...runs) + 1);
  const pad = /^[` ]|[` ]$/.test(text) ? " " : "";
  return text === "" ? "" : `${fence}${pad}${text}${pad}${fence}`;
}

/** One word with the blank behind it; punctuation around it is left outside of its code. */
function word(text: string): string[] {
  const [, lead, core, trail] = /^(["'(]*)(.*?)([)"'.,:; ]*)$/s.exec(text) as unknown as [
    string,
    string,
    string,
    string,
  ];
  const isPlain = NUMBER.test(core) || (PLAIN.test(core) && !LINKED.test(core));
  return isPlain ? [text] : [lead, code(core), trail];
}

/** Two runs of backticks must not become one. */
function join(parts: readonly string[]): string {
  return parts.reduce((text, part) => text + (text.endsWith("`") && part.startsWith("`") ? " " : "") + part, "");
}
