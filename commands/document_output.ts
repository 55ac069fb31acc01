/** One document that a command makes: on standard output, or in the file of `--output`. */
import { failureLine, OutputError, ToldFailure } from "../lib/cli/failure.ts";
import { unlessInterrupted } from "../lib/cli/interrupt.ts";
import { type Terminal, textWidth, wantsColor } from "../lib/cli/terminal.ts";
import type { ExitCode } from "../lib/model/mod.ts";
import type { TextStyle } from "../lib/report/text/mod.ts";

/** Where the document goes, and how it looks there. */
export interface DocumentOptions {
  readonly output?: string;
  readonly color?: boolean;
}

/** What a command makes. */
export interface Made {
  readonly text: string;
  readonly exit: ExitCode;
}

/**
 * Lets a command make its document and puts it where it belongs. A file is opened before any work, so that what cannot be
 * written is said at once, and is replaced whole or not at all.
 *
 * @param failed the document of a failure, where scripts read it: it stands in the place of the other
 */
export async function withDocument(
  { output, color }: DocumentOptions,
  terminal: Terminal,
  make: (style: TextStyle) => Promise<Made>,
  failed?: (message: string) => string,
): Promise<ExitCode> {
  const place = await openPlace(output, terminal);
  const style = { width: textWidth(place.terminal), color: wantsColor(color, place.terminal), verbose: false };
  let made: Made;
  try {
    made = await unlessInterrupted(() => make(style));
  } catch (error) {
    if (failed === undefined || error instanceof OutputError) {
      place.discard();
      throw error;
    }
    place.put(failed(failureLine(error)));
    throw new ToldFailure(error);
  }
  place.put(made.text);
  return made.exit;
}

interface Place {
  /** For width and colour. */
  readonly terminal: Terminal;
  put(text: string): void;
  discard(): void;
}

async function openPlace(output: string | undefined, terminal: Terminal): Promise<Place> {
  if (output === undefined || output === "-") {
    return { terminal, put: (text) => terminal.out.write(text), discard: () => {} };
  }
  const { openAtomic } = await import("../lib/cli/atomic_file.ts");
  const file = openAtomic(output);
  return {
    terminal: { ...terminal, out: { isTerminal: false, width: undefined, write: file.write } },
    put(text) {
      try {
        file.write(text);
        file.commit();
      } finally {
        file.discard();
      }
    },
    discard: () => file.discard(),
  };
}
