/**
 * One epoll for all sockets. It waits on a thread of the runtime's pool, and holds the process only while sockets are open:
 * closing the last one wakes it through an eventfd.
 */
import { EPOLL, SOCK } from "./constants.ts";
import { c } from "./libc.ts";
import { checked } from "./socket.ts";

/** What a socket does when something happened on it. `events`: {@linkcode EPOLL}. */
export type Ready = (events: number) => void;

/** Sockets that are told of at once. */
const BATCH = 256;
/** The eventfd's place among the sockets' numbers. */
const WAKE = 0;
/** How often, and how long in microseconds, the last close waits for the thread to leave epoll_wait(). */
const FAREWELL = { turns: 500, pause: 20 } as const;

class Reactor {
  readonly #epoll: number;
  readonly #wake: number;
  readonly #events = new Uint8Array(new ArrayBuffer(EPOLL.EVENT.size * BATCH));
  readonly #view = new DataView(this.#events.buffer);
  readonly #change = new Uint8Array(new ArrayBuffer(EPOLL.EVENT.size));
  readonly #changeView = new DataView(this.#change.buffer);
  /** By a number of our own: the kernel gives a closed socket's descriptor to the next one at once. */
  readonly #sockets = new Map<number, { readonly fd: number; readonly ready: Ready }>();
  readonly #again = new Set<number>();
  #last = WAKE;
  #running = false;
  #waiting = false;

  constructor() {
    this.#epoll = checked(c().epoll_create1(SOCK.CLOEXEC), "epoll_create1");
    this.#wake = checked(c().eventfd(0, SOCK.CLOEXEC | SOCK.NONBLOCK), "eventfd");
    this.#control(EPOLL.CTL_ADD, this.#wake, EPOLL.IN, WAKE);
  }

  /**
   * Calls `ready` after every change on the socket, until {@linkcode remove}; answers the number to name it by.
   *
   * @param events What is of interest beside errors. Each datagram that leaves makes room, so that EPOLL.OUT wakes for it.
   */
  add(fd: number, ready: Ready, events: number): number {
    const id = ++this.#last;
    this.#sockets.set(id, { fd, ready });
    this.#control(EPOLL.CTL_ADD, fd, events | EPOLL.EDGE, id);
    if (!this.#running) this.#run();
    return id;
  }

  /** Calls `ready` once more, after the others had their turn: for who left something unread. */
  again(id: number): void {
    if (!this.#sockets.has(id)) return;
    this.#again.add(id);
    if (this.#waiting) this.#ring();
  }

  /** Must come before the descriptor is closed. */
  remove(id: number): void {
    const socket = this.#sockets.get(id);
    if (socket === undefined) return;
    this.#sockets.delete(id);
    this.#again.delete(id);
    this.#control(EPOLL.CTL_DEL, socket.fd, 0, id);
    if (this.#sockets.size === 0 && this.#waiting) this.#stop();
  }

  #control(operation: number, fd: number, events: number, id: number): void {
    this.#changeView.setUint32(0, events, true);
    this.#changeView.setBigUint64(EPOLL.EVENT.data, BigInt(id), true);
    checked(c().epoll_ctl(this.#epoll, operation, fd, this.#change), "epoll_ctl");
  }

  /**
   * Wakes the thread, and waits until it has left epoll_wait(), as its first event then shows: so nothing is under way any
   * more when the last socket's owner goes on. Bounded; were the thread slower, it would only end a little later.
   */
  #stop(): void {
    this.#ring();
    for (let turn = 0; turn < FAREWELL.turns && this.#view.getUint32(0, true) === 0; turn++) {
      c().usleep(FAREWELL.pause);
    }
  }

  #ring(): void {
    c().write(this.#wake, new BigUint64Array([1n]), 8n);
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#sockets.size > 0) {
      this.#view.setUint32(0, 0, true);
      this.#waiting = true;
      const count = await c().epoll_wait(this.#epoll, this.#events, BATCH, this.#again.size > 0 ? 0 : -1);
      this.#waiting = false;
      const again = [...this.#again];
      this.#again.clear();
      // A negative count: a signal interrupted the wait.
      for (const [id, events] of this.#take(count)) this.#tell(id, events);
      for (const id of again) this.#tell(id, EPOLL.IN | EPOLL.ERR);
    }
    this.#running = false;
  }

  #take(count: number): [id: number, events: number][] {
    const taken: [number, number][] = [];
    for (let i = 0; i < count; i++) {
      const at = i * EPOLL.EVENT.size;
      taken.push([
        Number(this.#view.getBigUint64(at + EPOLL.EVENT.data, true)),
        this.#view.getUint32(at, true),
      ]);
    }
    return taken;
  }

  #tell(id: number, events: number): void {
    if (id === WAKE) c().read(this.#wake, new Uint8Array(new ArrayBuffer(8)), 8n);
    else this.#sockets.get(id)?.ready(events);
  }
}

let shared: Reactor | undefined;

/** The process's reactor. */
export function reactor(): Reactor {
  return shared ??= new Reactor();
}
