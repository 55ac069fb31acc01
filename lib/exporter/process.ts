/** What this process says of itself, as far as it may ask. */
import process from "node:process";
import type { ProcessFigures } from "./own_metrics.ts";

/** The figures now. */
export function processFigures(): ProcessFigures {
  const cpuSeconds = cpuTime();
  return {
    started: Math.round(performance.timeOrigin) / 1000,
    residentOctets: Deno.memoryUsage().rss,
    ...(cpuSeconds !== undefined && { cpuSeconds }),
  };
}

/** Seconds; undefined where the runtime does not tell. */
function cpuTime(): number | undefined {
  try {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  } catch {
    return undefined;
  }
}
