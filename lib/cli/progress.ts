/** One line on standard error that says what a run is waiting for, on a terminal only. */
import { escapeText } from "../wire/escape.ts";
import type { Output } from "./terminal.ts";

/** See the file's head. The line is overwritten in place, and gone before anything else is written. */
export class Progress {
  readonly #hosts = new Map<string, number>();
  #shown = 0;

  /** @param wanted `false` with `--quiet` */
  constructor(private readonly output: Output, private readonly wanted: boolean) {}

  /** A host's run begins. */
  begin(host: string): void {
    this.#hosts.set(host, 0);
    this.#show();
  }

  /** A path of a host has ended. */
  path(host: string): void {
    this.#hosts.set(host, (this.#hosts.get(host) ?? 0) + 1);
    this.#show();
  }

  /** A host's run has ended. */
  end(host: string): void {
    this.#hosts.delete(host);
    this.clear();
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#shown === 0) return;
    this.output.write(`\r${" ".repeat(this.#shown)}\r`);
    this.#shown = 0;
  }

  #show(): void {
    if (!this.wanted || !this.output.isTerminal) return;
    this.clear();
    const parts = [...this.#hosts].map(([host, done]) =>
      `${escapeText(host)}: ${done} ${done === 1 ? "path" : "paths"} done`
    );
    const line = `probing ${parts.join(", ")} ...`.slice(0, (this.output.width ?? 80) - 1);
    this.output.write(line);
    this.#shown = line.length;
  }
}
