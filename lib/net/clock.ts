/** Monotonic time and cryptographic randomness of the real machine. */
import type { Clock } from "./transport.ts";

/** The longest delay that a timer of the runtime takes, in milliseconds; longer ones would fire at once. */
const LONGEST_DELAY = 2 ** 31 - 1;

/** The most octets that the runtime's random source gives in one call. */
const RANDOM_CHUNK = 65536;

/** Milliseconds with microsecond digits, since the process began; steps of the wall clock do not touch it. */
function now(): number {
  return Math.round(performance.now() * 1000) / 1000;
}

/**
 * Calls `ring` once {@linkcode now} has reached `until` (never early, as a timer may be), and answers how to call that
 * off. For `Infinity` there is nothing to ring, and nothing that keeps the process alive.
 */
export function alarm(until: number, ring: () => void): () => void {
  if (until === Infinity) return () => {};
  let timer: ReturnType<typeof setTimeout>;
  const arm = () => {
    const left = until - now();
    timer = setTimeout(() => now() >= until ? ring() : arm(), Math.min(Math.max(Math.ceil(left), 0), LONGEST_DELAY));
  };
  arm();
  return () => clearTimeout(timer);
}

function sleep(until: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted || now() >= until) return resolve();
    const done = () => {
      cancel();
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const cancel = alarm(until, done);
    signal?.addEventListener("abort", done);
  });
}

/** The machine's clock. */
export const systemClock: Clock = { now, sleep };

/** Cryptographically random octets. */
export function systemRandom(length: number): Uint8Array {
  const octets = new Uint8Array(length);
  for (let at = 0; at < length; at += RANDOM_CHUNK) crypto.getRandomValues(octets.subarray(at, at + RANDOM_CHUNK));
  return octets;
}
