/** The progress of a run over many hosts: how many have ended and how, how fast it goes, and how long it will take. */
import type { Progress } from "./progress.ts";
import type { StatusLine } from "./status_line.ts";

/** The line is made anew so often, in milliseconds: often enough to be alive, seldom enough to be read. */
const EVERY_MS = 200;

/** The pace is that of the last so many milliseconds, so that a slow beginning does not spoil the forecast. */
const PACE_MS = 15_000;

interface Moment {
  readonly at: number;
  readonly done: number;
}

/** See the file's head. */
export class HostProgress implements Progress {
  readonly #counts = new Map<string, number>();
  readonly #moments: Moment[];
  #done = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  /**
   * @param verdicts in the order in which they are counted out
   * @param now milliseconds of a monotonic clock
   */
  constructor(
    private readonly line: StatusLine,
    private readonly total: number,
    private readonly verdicts: readonly string[],
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#moments = [{ at: now(), done: 0 }];
    if (line.visible) this.#timer = setInterval(() => this.show(), EVERY_MS);
    this.show();
  }

  begin(): void {}
  pathBegins(): void {}
  pathEnds(): void {}
  experiment(): void {}

  end(_host: string, verdict: string): void {
    this.#done++;
    this.#counts.set(verdict, (this.#counts.get(verdict) ?? 0) + 1);
  }

  close(): void {
    clearInterval(this.#timer);
    this.line.clear();
  }

  /** Makes the line anew. */
  show(): void {
    if (!this.line.visible) return;
    const now = this.now();
    const moments = this.#moments;
    moments.push({ at: now, done: this.#done });
    while (moments.length > 2 && moments[1]!.at <= now - PACE_MS) moments.shift();
    const pace = (this.#done - moments[0]!.done) / Math.max(now - moments[0]!.at, 1);
    const counted = this.verdicts.filter((code) => this.#counts.has(code)).map((code) =>
      `${this.#counts.get(code)} ${code}`
    );
    const parts = [
      `${this.#done} of ${this.total}`,
      ...(counted.length > 0 ? [counted.join(", ")] : []),
      ...(pace > 0 ? [`${perSecond(pace * 1000)} hosts/s`, `${timeLeft((this.total - this.#done) / pace)} left`] : []),
    ];
    this.line.show(parts.join("  "));
  }
}

function perSecond(pace: number): string {
  return pace < 9.95 ? pace.toFixed(1) : pace.toFixed(0);
}

/** `9 s`, `2:05 min`, `1:04 h`. */
function timeLeft(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  const two = (n: number) => String(n).padStart(2, "0");
  return minutes < 100 ? `${minutes}:${two(seconds % 60)} min` : `${Math.floor(minutes / 60)}:${two(minutes % 60)} h`;
}
