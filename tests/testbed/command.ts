/** Running programs: their whole output, and a deadline. */

/** What a program said, and how it ended. */
export interface Output {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options of {@linkcode run}. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** After this many milliseconds the program is killed; default 60,000. */
  readonly timeoutMs?: number;
  readonly cwd?: string | URL;
}

/**
 * Runs a program to its end.
 *
 * @throws {Error} when the deadline passes
 */
export async function run(command: readonly string[], options: RunOptions = {}): Promise<Output> {
  const { env, timeoutMs = 60_000, cwd } = options;
  const [program = "", ...args] = command;
  const child = new Deno.Command(program, { args, env, cwd, stdin: "null", stdout: "piped", stderr: "piped" }).spawn();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    // not SIGTERM: a program that hangs does not handle it
    child.kill("SIGKILL");
  }, timeoutMs);
  const { code, stdout, stderr } = await child.output();
  clearTimeout(timer);
  const text = new TextDecoder();
  const output = { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
  if (late) throw new Error(`Cannot run ${command.join(" ")}: no end after ${timeoutMs} ms\n${output.stderr}`);
  return output;
}

/**
 * Runs a program that has to succeed, and returns what it printed.
 *
 * @throws {Error} with its messages when it fails
 */
export async function succeed(command: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await run(command, options);
  if (code !== 0) throw new Error(`Cannot run ${command.join(" ")}: exit ${code}\n${stdout}${stderr}`);
  return stdout;
}
