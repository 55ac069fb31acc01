/** Ctrl-C: the first ends what is at work in order, the second the program at once. */
import { Interrupted } from "./failure.ts";

/**
 * Signals that come so soon after the first are the same Ctrl-C, in milliseconds: the terminal sends it to the whole
 * process group, and `timeout`, `npx` and `deno task` pass it on to their child once more.
 */
export const SAME_PRESS_MS = 250;

/**
 * What a signal means.
 *
 * @param first When the first one came, in milliseconds; undefined: this is the first one.
 */
export function pressed(first: number | undefined, now: number): "end" | "same" | "at once" {
  if (first === undefined) return "end";
  return now - first < SAME_PRESS_MS ? "same" : "at once";
}

const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];

/** Those at work, each within the one before: the last one is ended. */
const atWork: AbortController[] = [];
let first: number | undefined;

function onSignal(): void {
  const now = performance.now();
  const meaning = pressed(first, now);
  first ??= now;
  if (meaning === "end") atWork.at(-1)?.abort();
  if (meaning === "at once") Deno.exit(3);
}

/**
 * A signal that aborts on SIGINT and SIGTERM, unless somebody who has asked later is still at work. The second SIGINT ends
 * the program with exit code 3, whatever it is doing. `release` gives the signals back.
 */
export function interruptible(): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  if (atWork.length === 0) {
    first = undefined;
    for (const name of SIGNALS) Deno.addSignalListener(name, onSignal);
  }
  atWork.push(controller);
  const release = () => {
    const place = atWork.lastIndexOf(controller);
    if (place === -1) return;
    atWork.splice(place, 1);
    if (atWork.length === 0) { for (const name of SIGNALS) Deno.removeSignalListener(name, onSignal); }
  };
  return { signal: controller.signal, release };
}

/**
 * The result of what does not listen to signals, but for parts of it that do.
 *
 * @throws {Interrupted} when a signal comes outside of these; what it did is abandoned
 */
export async function unlessInterrupted<T>(work: () => Promise<T>): Promise<T> {
  const { signal, release } = interruptible();
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener("abort", () => reject(new Interrupted()));
  try {
    return await Promise.race([work(), promise]);
  } finally {
    release();
  }
}
