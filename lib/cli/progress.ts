/** One line on standard error that says what a run is waiting for, on a terminal only. */
import { escapeText } from "../wire/escape.ts";
import type { StatusLine } from "./status_line.ts";

/** Who is told how a run goes on. */
export interface Progress {
  /** A host's run begins. */
  begin(host: string): void;
  /** A path of a host has begun. */
  pathBegins(host: string, id: string): void;
  /** A path of a host has ended. */
  pathEnds(host: string, id: string): void;
  /** A host's run is at its n-th control experiment. */
  experiment(host: string, n: number): void;
  /** A host's run has ended, with this verdict. */
  end(host: string, verdict: string): void;
  /** The whole run is over. */
  close(): void;
}

/** For one host: its paths. */
export class PathProgress implements Progress {
  readonly #waiting = new Set<string>();
  #experiments = 0;

  constructor(private readonly line: StatusLine) {}

  begin(host: string): void {
    this.#show(host);
  }

  pathBegins(host: string, id: string): void {
    this.#waiting.add(id);
    this.#show(host);
  }

  pathEnds(host: string, id: string): void {
    this.#waiting.delete(id);
    this.#show(host);
  }

  experiment(host: string, n: number): void {
    if (this.#experiments >= n) return;
    this.#experiments = n;
    this.#show(host);
  }

  end(): void {
    this.line.clear();
  }

  close(): void {
    this.line.clear();
  }

  #show(host: string): void {
    if (!this.line.visible) return;
    const specs = [...new Set([...this.#waiting].map((id) => id.split("@", 1)[0]!))];
    const paths = specs.length === 0 ? "" : `: waiting for ${specs.join(", ")}`;
    const state = this.#experiments > 0 ? `: finding out why (experiment ${this.#experiments})` : paths;
    this.line.show(`probing ${escapeText(host)}${state}`);
  }
}
