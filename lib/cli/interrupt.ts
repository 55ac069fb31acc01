/** Ctrl-C: the first ends the run in order, the second at once. */

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

/**
 * A signal that aborts on SIGINT and SIGTERM. The second one ends the program with exit code 3, whatever it is doing.
 * `release` gives the signals back.
 */
export function interruptible(): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  const names: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  let first: number | undefined;
  const listener = () => {
    const now = performance.now();
    const meaning = pressed(first, now);
    first ??= now;
    if (meaning === "end") controller.abort();
    if (meaning === "at once") Deno.exit(3);
  };
  for (const name of names) Deno.addSignalListener(name, listener);
  const release = () => names.forEach((name) => Deno.removeSignalListener(name, listener));
  return { signal: controller.signal, release };
}
