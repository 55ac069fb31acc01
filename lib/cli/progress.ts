/** One line on standard error that says what a run is waiting for, on a terminal only. */
import { escapeText } from "../wire/escape.ts";
import type { Output } from "./terminal.ts";

/** See the file's head. The line is overwritten in place, and gone before anything else is written. */
export class Progress {
  readonly #hosts = new Map<string, { paths: number; experiments: number }>();
  #shown = "";

  /** @param wanted `false` with `--quiet` */
  constructor(private readonly output: Output, private readonly wanted: boolean) {}

  /** A host's run begins. */
  begin(host: string): void {
    this.#hosts.set(host, { paths: 0, experiments: 0 });
    this.#show();
  }

  /** A path of a host has ended. */
  path(host: string): void {
    const state = this.#hosts.get(host);
    if (state === undefined) return;
    state.paths++;
    this.#show();
  }

  /** A host's run is at its n-th control experiment. */
  experiment(host: string, n: number): void {
    const state = this.#hosts.get(host);
    if (state === undefined || state.experiments >= n) return;
    state.experiments = n;
    this.#show();
  }

  /** A host's run has ended. */
  end(host: string): void {
    this.#hosts.delete(host);
    this.clear();
  }

  /** Takes the line away, with what the terminal has echoed behind it (^C). */
  clear(): void {
    if (this.#shown !== "") this.output.write("\r\x1b[K");
    this.#shown = "";
  }

  #show(): void {
    if (!this.wanted || !this.output.isTerminal) return;
    const hosts = [...this.#hosts].map(([host, { paths, experiments }]) =>
      `${escapeText(host)}: ${paths} ${paths === 1 ? "path" : "paths"} done` +
      (experiments === 0 ? "" : `, experiment ${experiments}`)
    );
    const line = `probing ${hosts.join("; ")} ...`.slice(0, (this.output.width ?? 80) - 1);
    if (line === this.#shown) return;
    this.clear();
    this.output.write(line);
    this.#shown = line;
  }
}
