/**
 * How long an error over UDP waits for something better: anybody could have forged it, so it is a hint and ends nothing by
 * itself (RFC 7296 §2.4, §2.21.1). Whoever forges it is nearer than the gateway, whose answer has its round trip to make.
 */

/** At least so many milliseconds. */
export const BETTER_ANSWER_MS = 500;

/** As far as it is known: one for the answer, and as much again for what the gateway does, or the network. */
const ROUND_TRIPS = 2;

/** @param roundTripMs To the gateway, as far as it is known by now. */
export function graceMs(roundTripMs = 0): number {
  return Math.max(BETTER_ANSWER_MS, ROUND_TRIPS * roundTripMs);
}
