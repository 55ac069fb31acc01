/** One line for one host: the verdict, the path that a client would use, how long its answer took, and what is wrong. */
import { columns, fitted } from "../../cli/wrap.ts";
import type { Digest } from "../digest.ts";
import { formatMs } from "../units.ts";
import { guard, paint, type TextStyle } from "./style.ts";
import { VERDICT_INK } from "./verdict.ts";

/** Columns of the longest verdict. */
const CODE = 8;
/** Columns of a host's name at most: longer ones push what follows to the right. */
const HOST = 40;
/** Columns of `udp-4500`. */
const PATH = 9;
/** Columns of `12.3 ms`. */
const TIME = 9;

/**
 * @param widest columns of the longest host of the run
 * @returns no final newline
 */
export function hostLine(digest: Digest, widest: number, style: TextStyle): string {
  const { host, code, path, answerMs, trouble } = digest;
  const name = guard(host);
  const word = code.toUpperCase();
  const cells = [
    word.padEnd(CODE),
    padded(name, Math.min(widest, HOST)),
    (path === undefined ? "-" : guard(path.split("@", 1)[0]!)).padEnd(PATH),
    (answerMs === undefined ? "-" : formatMs(answerMs)).padStart(TIME),
    ...(trouble === undefined ? [] : [guard(trouble)]),
  ];
  const line = cells.join("  ");
  return (style.cut ? fitted(line, style.width) : line).replace(word, paint(style, word, VERDICT_INK[code]));
}

function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - columns(text)));
}
