/** The program in this process, with a terminal that keeps what is written. */
import { COMMANDS } from "../../commands/mod.ts";
import { reportFailure } from "../../commands/failure.ts";
import { runProgram } from "../../lib/cli/run.ts";
import { fakeTerminal, type FakeTerminalOptions } from "./fake_terminal.ts";

/** How the program ended, and what it said. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program as `main.ts` does. */
export async function runCli(args: readonly string[], options?: FakeTerminalOptions): Promise<Ended> {
  const terminal = fakeTerminal(options);
  const code = await runProgram(args, COMMANDS, terminal, (...failure) => Promise.resolve(reportFailure(...failure)));
  return { code, stdout: terminal.stdout(), stderr: terminal.stderr() };
}
