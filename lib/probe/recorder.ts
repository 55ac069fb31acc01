/** Writes down what happens, as events in order of time. It knows nothing of what they mean. */
import type { Event, Unstamped } from "../model/mod.ts";
import { hex } from "../wire/mod.ts";

/** Octets of one packet that an event keeps; longer ones are cut, and their length says so. */
const MAX_DATA = 16_384;
/** Octets and events of one path that are kept: a flood must not fill the memory. */
const MAX_PATH_OCTETS = 262_144;
const MAX_PATH_EVENTS = 2_000;

/**
 * A length of time, in milliseconds with microsecond digits. Never negative: an answer can be stamped a moment before the
 * call that sent its question returns.
 */
export function roundMs(ms: number): number {
  return Math.max(0, Math.round(ms * 1000) / 1000);
}

/** See the file's head. */
export class Recorder {
  readonly events: Event[] = [];
  readonly #start: number;
  readonly #onEvent: ((event: Event) => void) | undefined;
  readonly #used = new Map<string | null, { octets: number; events: number }>();
  #flows = 0;
  #isClosed = false;

  /** @param start The clock's reading at the start of the run. */
  constructor(start: number, onEvent?: (event: Event) => void) {
    this.#start = start;
    this.#onEvent = onEvent;
  }

  /** The report is made: what still happens is none of it. */
  close(): void {
    this.#isClosed = true;
  }

  /** A number for a new socket or connection. */
  nextFlow(): number {
    return this.#flows++;
  }

  /** Milliseconds since the start of the run. */
  since(now: number): number {
    return roundMs(now - this.#start);
  }

  /** @param at The clock's reading when it happened. */
  record(event: Unstamped, at: number): void {
    if (this.#isClosed) return;
    const used = this.#used.get(event.path) ?? { octets: 0, events: 0 };
    this.#used.set(event.path, used);
    const carries = event.kind === "received" || event.kind === "message" || event.kind === "icmp";
    if (carries && used.events >= MAX_PATH_EVENTS) return;
    used.events++;
    const stamped = this.#bounded({ t_ms: this.since(at), ...event } as Event, used);
    let i = this.events.length;
    while (i > 0 && this.events[i - 1]!.t_ms > stamped.t_ms) i--;
    this.events.splice(i, 0, stamped);
    this.#onEvent?.(stamped);
  }

  #bounded(event: Event, used: { octets: number }): Event {
    if (!("data" in event)) return event;
    const room = Math.max(0, Math.min(MAX_DATA, MAX_PATH_OCTETS - used.octets));
    const data = event.data.slice(0, room * 2);
    used.octets += data.length / 2;
    return data.length === event.data.length ? event : { ...event, data };
  }
}

/** Hex of as much as an event keeps: spares a flood the conversion. */
export function eventData(bytes: Uint8Array): { data: string; octets: number } {
  return { data: hex(bytes.subarray(0, MAX_DATA)), octets: bytes.length };
}
