/** Programs that run in the client's namespace beside a test. */
import type { Testbed } from "../testbed/mod.ts";

/** A running program; at the end of its scope it is ended by its number, and no other is. */
export class Background implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #reading: readonly Promise<void>[];
  #output = "";

  constructor(
    bed: Testbed,
    readonly command: readonly string[],
    options: { readonly env?: Record<string, string> } = {},
  ) {
    // `ip netns exec` becomes the program, so that the number is the program's.
    const args = ["netns", "exec", `${bed.prefix}-client`, ...command];
    this.#child = new Deno.Command("ip", { args, stdin: "null", stdout: "piped", stderr: "piped", ...options }).spawn();
    this.#reading = [this.#child.stdout, this.#child.stderr].map((stream) => this.#read(stream));
  }

  /** What it has written so far, to standard output and error. */
  get output(): string {
    return this.#output;
  }

  /** Waits until it has said something. */
  async says(pattern: RegExp, timeoutMs = 20_000): Promise<void> {
    const until = Date.now() + timeoutMs;
    while (!pattern.test(this.#output)) {
      if (Date.now() > until) throw new Error(`${this.command[0]} does not say ${pattern}:\n${this.#output}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Ends it in order; its exit code. */
  async end(signal: Deno.Signal = "SIGTERM"): Promise<number> {
    try {
      this.#child.kill(signal);
    } catch {
      // it has ended already
    }
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), 15_000);
    const { code } = await this.#child.status;
    clearTimeout(timer);
    await Promise.all(this.#reading);
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) this.#output += text;
  }
}
