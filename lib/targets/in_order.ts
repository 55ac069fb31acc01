/**
 * Results in the order of what was asked for, although they come in the order in which they are ready. What came too early
 * is kept, so whoever asks for more must not run ahead without bounds: {@linkcode InOrder.room}.
 */
export class InOrder<T> {
  readonly #kept = new Map<number, T | undefined>();
  #next = 0;
  #wake: (() => void) | undefined;

  /**
   * @param emit is given the results, in order
   * @param reach so far ahead of the first result that is still owed others may be asked for
   */
  constructor(readonly emit: (result: T) => void, readonly reach: number) {}

  /** The result of the n-th, from 0; undefined: there will be none. */
  put(index: number, result: T | undefined): void {
    this.#kept.set(index, result);
    const first = this.#next;
    while (this.#kept.has(this.#next)) {
      const result = this.#kept.get(this.#next);
      this.#kept.delete(this.#next++);
      if (result !== undefined) this.emit(result);
    }
    if (this.#next > first) this.#wake?.();
  }

  /** Resolves when the n-th may be asked for. One call at a time. */
  async room(index: number): Promise<void> {
    while (index >= this.#next + this.reach) await new Promise<void>((resolve) => this.#wake = resolve);
    this.#wake = undefined;
  }
}
