/** Silence and delay. */
import { decodeMessage } from "../../ike/mod.ts";
import type { Exchange, Fault, Outgoing } from "./fault.ts";

/** Addresses that a counter remembers; beyond, it begins anew. */
const MAX_ADDRESSES = 4096;

/** Counts messages by the address that they come from. */
function counter(): (exchange: Exchange) => number {
  const counts = new Map<string, number>();
  return ({ between }) => {
    const { address } = between.remote;
    const count = (counts.get(address) ?? 0) + 1;
    if (counts.size >= MAX_ADDRESSES) counts.clear();
    counts.set(address, count);
    return count;
  };
}

/** `drop` */
export function drop(): Fault {
  return { lost: () => true };
}

/** `drop-first` */
export function dropFirst(messages: number): Fault {
  const count = counter();
  return { lost: (exchange) => count(exchange) <= messages };
}

/** `drop-every` */
export function dropEvery(nth: number): Fault {
  let count = 0;
  return { lost: () => ++count % nth === 0 };
}

/** `rate-limit` */
export function rateLimit(messages: number): Fault {
  const count = counter();
  return { lost: (exchange) => count(exchange) > messages };
}

/** `drop-stateless`: only what could become an SA is answered. */
export function dropStateless(): Fault {
  return {
    lost: ({ request }) => {
      const { header, payloads } = decodeMessage(request);
      return header?.majorVersion !== 2 || payloads.length === 0;
    },
  };
}

/** `drop-larger` */
export function dropLarger(octets: number): Fault {
  return { lost: ({ request }) => request.length > octets };
}

/** `loss`: of requests and answers, each by itself, the same in every run. */
export function loss(percent: number, seed: number): Fault {
  let state = seed >>> 0;
  // A linear congruential generator (Numerical Recipes): its high bits are random enough to lose packets by.
  const unlucky = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32) * 100 < percent;
  };
  return {
    lost: unlucky,
    answers: (_, answers) => {
      const left = answers.filter(() => !unlucky());
      return left.length === answers.length ? answers : left;
    },
  };
}

/** `delay` */
export function delay(ms: number): Fault {
  return { answers: (_, answers): Outgoing[] => answers.map((one) => ({ ...one, after: (one.after ?? 0) + ms })) };
}
