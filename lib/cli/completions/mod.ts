/** Completion scripts for shells. A further shell is a file and a line here. */
import { bashCompletions } from "./bash.ts";
import { fishCompletions } from "./fish.ts";
import type { Grammar } from "./grammar.ts";
import { zshCompletions } from "./zsh.ts";

/** Shells that there are completions for. */
export const SHELLS = ["bash", "zsh", "fish"] as const;
/** One of {@linkcode SHELLS}. */
export type Shell = (typeof SHELLS)[number];

/** The script of a shell. */
export const COMPLETIONS: Readonly<Record<Shell, (grammar: Grammar) => string>> = {
  bash: bashCompletions,
  zsh: zshCompletions,
  fish: fishCompletions,
};
