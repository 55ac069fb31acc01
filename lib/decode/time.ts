/** Times of packets as text. */

const NS_IN_MS = 1_000_000n;
/** Beyond the year 9999 no text of this form has a meaning. */
const LAST_MS = 253_402_300_799_999n;

/** RFC 3339, UTC, with microseconds, or nanoseconds where there are any. */
export function formatTime(ns: bigint): string {
  const ms = ns / NS_IN_MS;
  const whole = new Date(Number(ms < 0n ? 0n : ms > LAST_MS ? LAST_MS : ms)).toISOString().slice(0, -1);
  const rest = String(ns < 0n ? 0n : ns % NS_IN_MS).padStart(6, "0");
  return `${whole}${rest.endsWith("000") ? rest.slice(0, 3) : rest}Z`;
}
