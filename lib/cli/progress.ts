/** One line on standard error that says what a run is waiting for, on a terminal only. */
import { escapeText } from "../wire/escape.ts";
import type { Output } from "./terminal.ts";

/** See the file's head. The line is overwritten in place, and gone before anything else is written. */
export class Progress {
  readonly #hosts = new Map<string, { readonly waiting: Set<string>; experiments: number }>();
  #shown = "";

  /** @param wanted `false` with `--quiet` */
  constructor(private readonly output: Output, private readonly wanted: boolean) {}

  /** A host's run begins. */
  begin(host: string): void {
    this.#hosts.set(host, { waiting: new Set(), experiments: 0 });
    this.#show();
  }

  /** A path of a host has begun. */
  pathBegins(host: string, id: string): void {
    this.#hosts.get(host)?.waiting.add(id);
    this.#show();
  }

  /** A path of a host has ended. */
  pathEnds(host: string, id: string): void {
    this.#hosts.get(host)?.waiting.delete(id);
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
    const line = `probing ${[...this.#hosts.keys()].map((host) => this.#state(host)).join("; ")}`
      .slice(0, (this.output.width ?? 80) - 1);
    if (line === this.#shown) return;
    this.clear();
    this.output.write(line);
    this.#shown = line;
  }

  /** What a host's run waits for. */
  #state(host: string): string {
    const { waiting, experiments } = this.#hosts.get(host)!;
    const specs = [...new Set([...waiting].map((id) => id.split("@", 1)[0]!))];
    const paths = specs.length === 0 ? "" : `: waiting for ${specs.join(", ")}`;
    return `${escapeText(host)}${experiments > 0 ? `: finding out why (experiment ${experiments})` : paths}`;
  }
}
