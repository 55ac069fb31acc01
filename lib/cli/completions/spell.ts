/** How options and words are written, in whatever shell. */
import type { Switch, Word, WordList } from "./grammar.ts";

/** The option as it can stand on the command line: `--timeout`, `-t`. */
export function spellings({ long, short }: Switch): string[] {
  return [`--${long}`, ...short === undefined ? [] : [`-${short}`]];
}

/** What may stand before a word, and the words that may stand behind it. */
export interface Scope {
  /** `tcp`, for `tcp:` and `tcp-4500:`. */
  readonly name: string;
  readonly words: readonly Word[];
}

/** The scopes of a list. */
export function scopesOf({ scopes = {} }: WordList): Scope[] {
  return Object.entries(scopes).map(([name, words]) => ({ name, words }));
}

/** The scopes as words that lead on to others: `tcp:`. */
export function leadingWords(list: WordList): Word[] {
  return scopesOf(list).map(({ name }) => [`${name}:`, `only on ${name.toUpperCase()}`]);
}
