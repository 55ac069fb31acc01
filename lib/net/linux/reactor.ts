/**
 * One epoll for all sockets. Its wait runs on a thread of the runtime's pool and holds the process only while sockets are
 * open: closing the last one wakes it through an eventfd and ends it.
 */
import { c } from "./libc.ts";

/** Readiness, as epoll tells it. */
export const READY = { IN: 0x1, OUT: 0x4, ERR: 0x8, HUP: 0x10 } as const;

const CTL = { ADD: 1, DEL: 2, MOD: 3 } as const;
const CLOEXEC = 0o2000000;
const NONBLOCK = 0o4000;
/** struct epoll_event is packed on x86_64 only. */
const EVENT = Deno.build.arch === "x86_64" ? { size: 12, data: 4 } : { size: 16, data: 8 };
const BATCH = 256;

/** What a socket does when it is ready. */
export type Ready = (events: number) => void;

class Reactor {
  readonly #epoll: number;
  readonly #wake: number;
  readonly #watched = new Map<number, Ready>();
  readonly #events = new Uint8Array(EVENT.size * BATCH);
  #running: Promise<void> | undefined;

  constructor() {
    this.#epoll = c().epoll_create1(CLOEXEC);
    this.#wake = c().eventfd(0, CLOEXEC | NONBLOCK);
    this.#control(CTL.ADD, this.#wake, READY.IN);
  }

  /** Calls `ready` whenever one of `events` (or an error) is there. */
  add(fd: number, events: number, ready: Ready): void {
    this.#watched.set(fd, ready);
    this.#control(CTL.ADD, fd, events);
    this.#running ??= this.#run();
  }

  /** Watches for something else from now on; 0: only for errors. */
  change(fd: number, events: number): void {
    this.#control(CTL.MOD, fd, events);
  }

  /** Must come before the descriptor is closed: its number could be given to another one. */
  remove(fd: number): void {
    if (!this.#watched.delete(fd)) return;
    this.#control(CTL.DEL, fd, 0);
    if (this.#watched.size === 0) c().write(this.#wake, new Uint8Array(BigUint64Array.of(1n).buffer), 8n);
  }

  /** Resolves when no wait is under way. */
  async idle(): Promise<void> {
    while (this.#watched.size === 0 && this.#running !== undefined) await this.#running;
  }

  #control(operation: number, fd: number, events: number): void {
    const event = new Uint8Array(EVENT.size);
    const view = new DataView(event.buffer);
    view.setUint32(0, events, true);
    view.setInt32(EVENT.data, fd, true);
    c().epoll_ctl(this.#epoll, operation, fd, event);
  }

  async #run(): Promise<void> {
    while (this.#watched.size > 0) {
      const count = await c().epoll_wait(this.#epoll, this.#events, BATCH, -1);
      const view = new DataView(this.#events.buffer);
      // -1: interrupted by a signal.
      for (let i = 0; i < count; i++) {
        const fd = view.getInt32(i * EVENT.size + EVENT.data, true);
        if (fd === this.#wake) c().read(this.#wake, new Uint8Array(8), 8n);
        else this.#watched.get(fd)?.(view.getUint32(i * EVENT.size, true));
      }
    }
    this.#running = undefined;
    // A socket may have come while the last wait was being taken down.
    if (this.#watched.size > 0) this.#running = this.#run();
  }
}

let shared: Reactor | undefined;

/** The process's reactor. */
export function reactor(): Reactor {
  return shared ??= new Reactor();
}
