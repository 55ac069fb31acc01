/**
 * A list of hosts as text: one on each line, with options of its own behind it.
 *
 * ```text
 * # the branch offices
 * vpn1.example.org
 * vpn2.example.org  --paths udp-4500,tcp-4500 --timeout 5   # a slow line
 * 192.0.2.7         --server-name "vpn3.example.org"
 * ```
 */

/** One line that says something. */
export interface ListLine {
  /** From 1. */
  readonly number: number;
  readonly words: readonly string[];
  /** Why it cannot be taken apart. */
  readonly fault?: string;
}

/** What may stand in a line: a comment, a piece of a word in quotes, one without, or the space between words. */
const PIECE = /(#.*)|"([^"]*)"|'([^']*)'|([^\s"'#][^\s"']*)|(\s+)|(.)/suy;

/** The lines of a list, without those that are empty or comments. Lines end with LF, CRLF or CR. */
export function* parseList(text: string): Generator<ListLine> {
  let number = 0;
  for (const [line] of text.matchAll(/[^\r\n]*(?:\r\n|\r|\n|$)/g)) {
    const read = readLine(line, ++number);
    if (read.words.length > 0 || read.fault !== undefined) yield read;
  }
}

/** Words are separated by white space; quotes, single or double, keep it; `#` at the start of a word begins a comment. */
function readLine(line: string, number: number): ListLine {
  const words: string[] = [];
  let word: string | undefined;
  for (PIECE.lastIndex = 0; PIECE.lastIndex < line.length;) {
    const [, comment, double, single, plain, space, quote] = PIECE.exec(line)!;
    if (quote !== undefined) return { number, words, fault: `a ${quote} opens a quotation that does not end` };
    if (comment !== undefined && word === undefined) break;
    if (space === undefined) word = (word ?? "") + (double ?? single ?? plain ?? comment);
    else if (word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  return { number, words: word === undefined ? words : [...words, word] };
}
