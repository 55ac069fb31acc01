/** The ways in which a command ends without a result: the user's mistake, an output that takes nothing, and our mistake. */

import { escapeText } from "../wire/escape.ts";

/** The user asked for something that cannot be: shown as one line with a pointer to the help, exit code 3. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The result cannot be written: the disk is full, for one. A closed pipe is none of these. */
export class OutputError extends Error {
  override readonly name = "OutputError";
}

/** Ctrl-C, or another signal, before there was anything to keep. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";

  constructor() {
    super("interrupted");
  }
}

/**
 * A failure that stands already where the command's output goes, in the form that was asked for: only standard error is
 * still to be told, of its `cause`.
 */
export class ToldFailure extends Error {
  override readonly name = "ToldFailure";

  constructor(cause: unknown) {
    super("told", { cause });
  }
}

/** What went wrong, as one line for standard error: no stack trace, whatever was thrown. A usage error quotes escaped. */
export function failureLine(error: unknown): string {
  if ([UsageError, OutputError, Interrupted].some((kind) => error instanceof kind)) return (error as Error).message;
  const words = error instanceof Error ? error.message : String(error);
  return `internal error: ${escapeText(words.split("\n", 1)[0] || "no details")}`;
}
