/** The history of a path as a strip of characters, one for each round. */
import { alike, type Sample } from "./statistics.ts";

/** Characters for answers, the quickest first, and for rounds without one. */
interface Alphabet {
  readonly levels: string;
  readonly none: string;
}

const BLOCKS: Alphabet = { levels: "▁▂▃▄▅▆▇█", none: "×" };
const ASCII: Alphabet = { levels: "_.-=+*#@", none: "x" };

/** Differences below this many milliseconds are drawn as none: the strip is for what can be felt. */
const LEAST_SPAN_MS = 2;

/**
 * The last rounds, at most `width` of them. The height tells an answer's time between the best and the worst of what is
 * drawn; a retransmission that was needed shows as time, as the answer is timed from the last request.
 */
export function strip(samples: readonly Sample[], width: number, ascii: boolean): string {
  const { levels, none } = ascii ? ASCII : BLOCKS;
  const drawn = samples.slice(-Math.max(width, 0));
  const times = alike(drawn).flatMap(({ answerMs }) => answerMs ?? []);
  const best = Math.min(...times);
  const span = Math.max(Math.max(...times) - best, LEAST_SPAN_MS);
  const level = (ms: number) => {
    return Math.min(levels.length - 1, Math.max(0, Math.floor(((ms - best) / span) * levels.length)));
  };
  return width <= 0
    ? ""
    : drawn.map(({ answerMs }) => answerMs === undefined ? none : levels[level(answerMs)]!).join("");
}
