/** Ctrl-C: the first ends the run in order, the second at once. */

/**
 * A signal that aborts on SIGINT and SIGTERM. The second one ends the program with exit code 3, whatever it is doing.
 * `release` gives the signals back.
 */
export function interruptible(): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  const names: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  const listener = () => {
    if (controller.signal.aborted) Deno.exit(3);
    controller.abort();
  };
  for (const name of names) Deno.addSignalListener(name, listener);
  const release = () => names.forEach((name) => Deno.removeSignalListener(name, listener));
  return { signal: controller.signal, release };
}
