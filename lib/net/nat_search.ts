/** The search for the address and port behind a NAT_DETECTION hash, on all cores and off the main thread. */
import { NAT_HASH_LENGTH, type NatCandidates, type NatHash } from "../crypto/nat_search.ts";
import { formatAddress } from "../wire/mod.ts";
import { natCandidates, type NatGuess } from "./nat_candidates.ts";
import type { NatOrder, NatReply } from "./nat_worker.ts";

/** What to search for, and where to begin. */
export interface NatSearchRequest extends NatHash, NatGuess {}

/** Bounds of a search. */
export interface NatSearchOptions {
  /** Ends the search after so long. */
  readonly seconds: number;
  /** Ends the search at once. */
  readonly signal?: AbortSignal;
  /** Threads; default: one for each core, as far as {@linkcode MAX_WORKERS} goes. */
  readonly workers?: number;
}

/** What was hashed, as text. */
export interface NatEndpoint {
  readonly address: string;
  readonly port: number;
}

/** Each thread costs some megabytes and milliseconds, and with so many the private ranges take no time any more. */
const MAX_WORKERS = 16;

/** Candidates of one order: some 7 ms of work, so that time spent on messages does not count. */
const ORDER_SIZE = 2 ** 18;

/** Orders that a worker has at a time: while one is worked on, the next one waits already. */
const ORDERS_AHEAD = 2;

/**
 * Searches until the preimage is found, all candidates have been tried (some minutes), time is up, or the signal aborts.
 * Every answer is certain: all 160 bits of the hash were compared.
 *
 * @returns undefined when it was not found; at once when `hash` has not the 20 octets of a hash
 * @throws {RangeError} when an address of the request is none
 * @throws {Error} when the workers cannot run (the program's files are not readable, or not all in the binary)
 */
export function searchNatPreimage(
  request: NatSearchRequest,
  { seconds, signal, workers = Math.min(navigator.hardwareConcurrency, MAX_WORKERS) }: NatSearchOptions,
): Promise<NatEndpoint | undefined> {
  const { hash, initiatorSpi, responderSpi } = request;
  if (!(seconds > 0) || signal?.aborted || hash.length !== NAT_HASH_LENGTH) return Promise.resolve(undefined);
  const wanted = { hash, initiatorSpi, responderSpi };
  return new Promise((resolve, reject) => {
    const crew = new Crew(wanted, natCandidates(request, ORDER_SIZE), {
      found: (endpoint) => settle(() => resolve(endpoint)),
      failed: (error) => settle(() => reject(error)),
    });
    const stop = () => settle(() => resolve(undefined));
    const settle = (answer: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
      crew.dismiss();
      answer();
    };
    const timer = setTimeout(stop, 1000 * seconds);
    signal?.addEventListener("abort", stop);
    try {
      crew.hire(workers);
    } catch (error) {
      settle(() => reject(error));
    }
  });
}

interface CrewEvents {
  /** With undefined once nothing is left to try. */
  found(endpoint: NatEndpoint | undefined): void;
  failed(error: Error): void;
}

/** Workers that share one list of orders. */
class Crew {
  readonly #workers: Worker[] = [];
  readonly #wanted: NatHash;
  readonly #orders: Iterator<NatCandidates>;
  readonly #events: CrewEvents;
  #underWay = 0;

  constructor(wanted: NatHash, orders: Iterator<NatCandidates>, events: CrewEvents) {
    this.#wanted = wanted;
    this.#orders = orders;
    this.#events = events;
  }

  hire(count: number): void {
    for (let i = 0; i < count; i++) {
      const worker = new Worker(new URL("./nat_worker.ts", import.meta.url), { type: "module", name: "NAT search" });
      this.#workers.push(worker);
      worker.onmessage = ({ data }: MessageEvent<NatReply>) => this.#take(worker, data);
      worker.onerror = (event) => {
        event.preventDefault();
        this.#events.failed(new Error(`Cannot search for a NAT's address: ${event.message}`));
      };
      for (let ahead = 0; ahead < ORDERS_AHEAD; ahead++) this.#order(worker);
    }
  }

  dismiss(): void {
    for (const worker of this.#workers.splice(0)) worker.terminate();
  }

  #order(worker: Worker): void {
    const next = this.#orders.next();
    if (next.done === true) return;
    this.#underWay++;
    worker.postMessage({ wanted: this.#wanted, candidates: next.value } satisfies NatOrder);
  }

  #take(worker: Worker, reply: NatReply): void {
    this.#underWay--;
    if (reply) return this.#events.found({ address: formatAddress(reply.address), port: reply.port });
    this.#order(worker);
    if (this.#underWay === 0) this.#events.found(undefined);
  }
}
