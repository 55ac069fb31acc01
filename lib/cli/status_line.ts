/** A line on a terminal that is overwritten in place, and gone before anything else is written. */
import type { Output } from "./terminal.ts";
import { fitted } from "./wrap.ts";

/** See the file's head. Elsewhere than on a terminal nothing is written. */
export class StatusLine {
  #shown = "";

  /** @param wanted `false` with `--quiet` */
  constructor(private readonly output: Output, private readonly wanted: boolean) {}

  /** Whether there is a line at all. */
  get visible(): boolean {
    return this.wanted && this.output.isTerminal;
  }

  /** Shows a line, as far as the terminal is wide now. */
  show(text: string): void {
    if (!this.visible) return;
    const line = fitted(text, (this.output.width ?? 80) - 1);
    if (line === this.#shown) return;
    this.clear();
    this.output.write(line);
    this.#shown = line;
  }

  /** Takes the line away, with what the terminal has echoed behind it (^C). */
  clear(): void {
    if (this.#shown !== "") this.output.write("\r\x1b[K");
    this.#shown = "";
  }

  /** Lets somebody else write to the terminal, and shows the line again below. */
  aside(write: () => void): void {
    const shown = this.#shown;
    this.clear();
    write();
    if (shown === "") return;
    this.output.write(shown);
    this.#shown = shown;
  }
}
