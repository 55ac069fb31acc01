/** A test's hold on `watcher.ts`: it asks for rounds, and gets what came of them. */
import { TextLineStream } from "@std/streams";
import { fromSources, type Testbed } from "../testbed/mod.ts";
import type { WatchedRound, WatcherSettings } from "./watcher.ts";

const WATCHER = decodeURIComponent(new URL("watcher.ts", import.meta.url).pathname);

/** A watcher that runs in the client's namespace. */
export class Watching implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #orders: WritableStreamDefaultWriter<Uint8Array>;
  readonly #answers: ReadableStreamDefaultReader<string>;

  constructor(bed: Testbed, settings: WatcherSettings) {
    const [program = "", ...args] = ["ip", "netns", "exec", `${bed.prefix}-client`, ...fromSources(WATCHER)];
    const options = { stdin: "piped", stdout: "piped", stderr: "inherit" } as const;
    this.#child = new Deno.Command(program, { args: [...args, JSON.stringify(settings)], ...options }).spawn();
    this.#orders = this.#child.stdin.getWriter();
    const text = this.#child.stdout.pipeThrough(new TextDecoderStream());
    this.#answers = text.pipeThrough(new TextLineStream()).getReader();
  }

  /** Has so many rounds done. */
  async rounds(count: number): Promise<WatchedRound[]> {
    await this.#orders.write(new TextEncoder().encode(`${count}\n`));
    const rounds: WatchedRound[] = [];
    while (rounds.length < count) {
      const { value } = await this.#answers.read();
      if (value === undefined) throw new Error(`Cannot watch: it ended after ${rounds.length} of ${count} rounds`);
      rounds.push(JSON.parse(value));
    }
    return rounds;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#orders.close().catch(() => {});
    await this.#answers.cancel();
    await this.#child.status;
  }
}
