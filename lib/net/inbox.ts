/** Things that come in for a listener, in order, and wait for their reader: bounded, one reader at a time. */

/** See the file's head. */
export class Inbox<T> {
  #waiting: T[] = [];
  #reader: ((item: T | undefined) => void) | undefined;
  #closed = false;

  /** `limit`: how many may wait. */
  constructor(readonly limit: number) {}

  get full(): boolean {
    return this.#waiting.length >= this.limit;
  }

  /** Hands over or keeps an item; answers false when there was no room, or nobody will ever come for it. */
  put(item: T): boolean {
    if (this.#closed || this.full) return false;
    const reader = this.#reader;
    this.#reader = undefined;
    if (reader !== undefined) reader(item);
    else this.#waiting.push(item);
    return true;
  }

  /** The next item; undefined once closed. */
  next(): Promise<T | undefined> {
    if (this.#reader !== undefined) throw new Error("Cannot read: another reader is waiting");
    const item = this.#waiting.shift();
    if (item !== undefined || this.#closed) return Promise.resolve(item);
    return new Promise((resolve) => this.#reader = resolve);
  }

  /** Ends it, and answers what nobody has taken. */
  close(): T[] {
    this.#closed = true;
    const left = this.#waiting;
    this.#waiting = [];
    this.#reader?.(undefined);
    this.#reader = undefined;
    return left;
  }
}
