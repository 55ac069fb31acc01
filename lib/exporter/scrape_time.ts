/** How long a scrape may take: Prometheus says so in each request. */
import { UsageError } from "../cli/failure.ts";
import { escapeText } from "../wire/mod.ts";

/** Nobody gets more, and who says nothing gets this, in milliseconds. */
export const LONGEST_SCRAPE_MS = 120_000;

/**
 * Milliseconds until a scrape has to be answered.
 *
 * @param header `X-Prometheus-Scrape-Timeout-Seconds`
 * @param offsetMs so long before its end: the answer has to get there
 * @throws {UsageError} when the header cannot be read
 */
export function scrapeMs(header: string | undefined, offsetMs: number): number {
  if (header === undefined) return LONGEST_SCRAPE_MS;
  const seconds = Number(header);
  if (!/^\d*\.?\d+(?:e[+-]?\d+)?$/i.test(header) || !(seconds > 0)) {
    throw new UsageError(`Cannot read X-Prometheus-Scrape-Timeout-Seconds "${escapeText(header.slice(0, 60))}"`);
  }
  const ms = Math.min(seconds * 1000, LONGEST_SCRAPE_MS);
  // Where the offset would leave next to nothing, half of the time is better than none.
  return Math.max(ms - offsetMs, ms / 2);
}
