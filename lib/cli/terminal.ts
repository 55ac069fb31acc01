/** What a command may do to the terminal, and what it may know of it. Tests give commands another one. */

import { escapeText } from "../wire/escape.ts";
import { OutputError } from "./failure.ts";

/** One of the two output streams. */
export interface Output {
  readonly isTerminal: boolean;
  /** Columns, where it is a terminal. */
  readonly width: number | undefined;
  /** Rows, where it is a terminal. */
  readonly height?: number | undefined;
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
    return this.#size()?.columns || undefined;
  }

  get height(): number | undefined {
    return this.#size()?.rows || undefined;
  }

  #size(): { columns: number; rows: number } | undefined {
    if (!this.isTerminal) return undefined;
    try {
      return Deno.consoleSize();
    } catch {
      return undefined; // no terminal at all behind standard input, output and error
    }
  }

  write(text: string): void {
    try {
      for (const piece of atomicPieces(new TextEncoder().encode(text))) {
        if (!this.#closed) this.#writeAll(piece);
      }
    } catch (error) {
      this.#closed = true;
      if (error instanceof Deno.errors.BrokenPipe) return;
      throw new OutputError(
        `Cannot write the output: ${escapeText(error instanceof Error ? error.message : String(error))}`,
      );
    }
  }

  /** A pipe can be non-blocking when a parent (Node, for one) shares it with us: then its reader is waited for. */
  #writeAll(octets: Uint8Array): void {
    for (let at = 0; at < octets.length;) {
      try {
        at += this.stream.writeSync(octets.subarray(at));
      } catch (error) {
        if (!(error instanceof Deno.errors.WouldBlock)) throw error;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
      }
    }
  }
}

/** What a pipe takes as a whole or not at all, on Linux (pipe(7)). */
const PIPE_BUF = 4096;

/**
 * Whole lines, or a part of a longer one, at most PIPE_BUF octets each: what Deno's line buffer hands on at once, so that a
 * pipe that is full has taken nothing of the piece, and it can be written again.
 */
function* atomicPieces(octets: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < octets.length;) {
    const longest = octets.subarray(at, at + PIPE_BUF);
    const lines = longest.subarray(0, longest.lastIndexOf(10) + 1);
    const piece = lines.length > 0 ? lines : longest;
    yield piece;
    at += piece.length;
  }
}

/** A variable; one that the program may not read (`--allow-env` that lacks it) counts as not set. */
export function environmentVariable(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}

/** The real terminal. */
export function systemTerminal(): Terminal {
  return {
    out: new Stream(Deno.stdout),
    err: new Stream(Deno.stderr),
    environment: environmentVariable,
  };
}
