/** The search for a SHA-1 preimage without WebAssembly. */
import { BATCH, type BatchSearch, isPreimage, type Varying } from "./sha1_batch.ts";
import { DECISIVE_ROUNDS, decisiveWord, expand, INITIAL, runRounds } from "./sha1_block.ts";

/** What `Sha1Lanes` does, one candidate after the other: some ten times slower, and easy to follow. */
export class Sha1Plain implements BatchSearch {
  readonly #varying: Varying;
  readonly #schedule = new Int32Array(80);

  constructor(varying: Varying) {
    this.#varying = varying;
  }

  search(block: Int32Array, hash: Int32Array): number | undefined {
    const { word, shift } = this.#varying;
    const schedule = this.#schedule;
    schedule.set(block);
    const before = INITIAL.slice();
    runRounds(before, schedule, 0, word);
    const wanted = decisiveWord(hash);
    const state = new Int32Array(5);
    for (let candidate = 0; candidate < BATCH; candidate++) {
      schedule[word] = block[word]! ^ (candidate << shift);
      expand(schedule);
      state.set(before);
      runRounds(state, schedule, word, DECISIVE_ROUNDS);
      if (state[0] === wanted && isPreimage(block, this.#varying, candidate, hash)) return candidate;
    }
    return undefined;
  }
}
