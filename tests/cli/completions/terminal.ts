/**
 * A pseudo-terminal with a shell in it, by `script` of util-linux: keys go in as somebody types them, so that it is the
 * shell's own line editor that calls the completions.
 */

/** What is missing for this, or undefined. */
export function missingForTerminal(): string | undefined {
  return says("script", "--version").includes("util-linux") ? undefined : "script of util-linux";
}

/** What a program prints; nothing when there is no such program. */
export function says(program: string, ...args: string[]): string {
  try {
    return new TextDecoder().decode(new Deno.Command(program, { args, stderr: "null" }).outputSync().stdout);
  } catch {
    return "";
  }
}

/** After so many milliseconds nothing will come any more. */
const PATIENCE_MS = 20_000;

/** See the file's head. */
export class PseudoTerminal implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #keys: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reading: Promise<void>;
  #screen = "";

  /** @param command a line for `sh` */
  constructor(command: string, env: Record<string, string>, cwd: string) {
    const args = ["--quiet", "--return", "--command", command, "/dev/null"];
    this.#child = new Deno.Command("script", { args, env, cwd, stdin: "piped", stdout: "piped", stderr: "null" })
      .spawn();
    this.#keys = this.#child.stdin.getWriter();
    this.#reading = this.#read();
  }

  async #read(): Promise<void> {
    for await (const part of this.#child.stdout.pipeThrough(new TextDecoderStream())) this.#screen += part;
  }

  /** Everything that was shown so far. */
  get screen(): string {
    return this.#screen;
  }

  async type(keys: string): Promise<void> {
    await this.#keys.write(new TextEncoder().encode(keys));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // the shell has gone already
    }
    await this.#keys.close().catch(() => {});
    await Promise.all([this.#child.status, this.#reading]);
  }
}

/**
 * Waits until `look` finds something.
 *
 * @throws {Error} with what `told` says, when it does not
 */
export async function eventually<T>(look: () => T | undefined, told: () => string): Promise<T> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`Cannot wait any longer:\n${told()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
