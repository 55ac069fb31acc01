import { COMMANDS } from "./commands/mod.ts";
import { runProgram } from "./lib/cli/run.ts";
import { systemTerminal } from "./lib/cli/terminal.ts";

const exit = await runProgram(Deno.args, COMMANDS, systemTerminal(), async (...failure) => {
  const { reportFailure } = await import("./commands/failure.ts");
  reportFailure(...failure);
});
Deno.exit(exit);
