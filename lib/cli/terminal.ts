/** What a command may do to the terminal, and what it may know of it. Tests give commands another one. */

/** One of the two output streams. */
export interface Output {
  readonly isTerminal: boolean;
  /** Columns, where it is a terminal. */
  readonly width: number | undefined;
  /** Writes text. A closed pipe is no error: the rest is dropped. */
  write(text: string): void;
}

/** Standard output and error, and the environment. */
export interface Terminal {
  readonly out: Output;
  readonly err: Output;
  environment(name: string): string | undefined;
}

/** Columns for text that goes into a file or a pipe. */
export const DEFAULT_WIDTH = 100;

/** Columns to wrap at: the terminal's, within reason; `COLUMNS` where it is set; else {@linkcode DEFAULT_WIDTH}. */
export function textWidth(terminal: Terminal): number {
  const set = Number(terminal.environment("COLUMNS"));
  const width = Number.isInteger(set) && set > 0 ? set : terminal.out.width ?? DEFAULT_WIDTH;
  return Math.min(Math.max(width, 40), 140);
}

/** Colour: as the option says; else on a terminal that is not `dumb`, unless NO_COLOR is set (https://no-color.org). */
export function wantsColor(option: boolean | undefined, terminal: Terminal): boolean {
  if (option !== undefined) return option;
  if ((terminal.environment("NO_COLOR") ?? "") !== "") return false;
  return terminal.out.isTerminal && terminal.environment("TERM") !== "dumb";
}

class Stream implements Output {
  readonly isTerminal: boolean;
  #closed = false;

  constructor(private readonly stream: typeof Deno.stdout) {
    this.isTerminal = stream.isTerminal();
  }

  get width(): number | undefined {
    if (!this.isTerminal) return undefined;
    try {
      return Deno.consoleSize().columns || undefined;
    } catch {
      return undefined; // no terminal at all behind standard input, output and error
    }
  }

  write(text: string): void {
    const octets = new TextEncoder().encode(text);
    try {
      for (let at = 0; at < octets.length && !this.#closed;) at += this.stream.writeSync(octets.subarray(at));
    } catch (error) {
      if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
      this.#closed = true;
    }
  }
}

/** The real terminal. */
export function systemTerminal(): Terminal {
  return {
    out: new Stream(Deno.stdout),
    err: new Stream(Deno.stderr),
    environment: (name) => Deno.env.get(name),
  };
}
