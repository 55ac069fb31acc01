/**
 * What goes on behind the reports: connections that must not be closed yet (`lib/probe/parting.ts`). The result is out; the
 * program has to live a little longer.
 */
import { Interrupted } from "../lib/cli/failure.ts";
import { unlessInterrupted } from "../lib/cli/interrupt.ts";
import type { Terminal } from "../lib/cli/terminal.ts";
import { PROGRAM } from "../lib/cli/version.ts";

/** People who wait for longer than this are told what for, in milliseconds. */
const TOLD_AFTER_MS = 500;

/** See the file's head. */
export class Lingering {
  readonly #pending = new Set<Promise<void>>();

  /** For {@linkcode ProbeHooks.linger}. */
  readonly add = (rest: Promise<void>): void => {
    const tracked = rest.finally(() => this.#pending.delete(tracked));
    this.#pending.add(tracked);
  };

  /** Over when nothing goes on any more, or at Ctrl-C. */
  async end({ err }: Terminal): Promise<void> {
    if (this.#pending.size === 0) return;
    const tell = () => {
      const what = "a gateway has not answered the end of its SA yet, and its connection is left open for a moment";
      err.write(`${PROGRAM}: ${what} (Ctrl-C closes it)\n`);
    };
    const timer = err.isTerminal ? setTimeout(tell, TOLD_AFTER_MS) : undefined;
    try {
      await unlessInterrupted(() => Promise.all(this.#pending));
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}
