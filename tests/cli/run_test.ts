/** The frame around commands: whatever a command does wrong, it ends in one line and exit code 3. */
import { assertEquals } from "@std/assert";
import { defineCommand } from "../../lib/cli/command.ts";
import { runProgram } from "../../lib/cli/run.ts";
import type { ExitCode } from "../../lib/model/mod.ts";
import { fakeTerminal } from "./fake_terminal.ts";

async function run(
  body: () => Promise<ExitCode>,
  more: { outlivesDefects?: true } = {},
): Promise<[code: number, stderr: string, failures: string[]]> {
  const command = defineCommand({
    name: "bad",
    summary: "",
    operands: "",
    operandCount: [0, 0],
    description: [],
    options: {},
    examples: [],
    run: body,
    ...more,
  });
  const terminal = fakeTerminal();
  const failures: string[] = [];
  const code = await runProgram(["bad"], { bad: () => Promise.resolve(command) }, terminal, (message) => {
    failures.push(message);
    return Promise.resolve();
  });
  return [code, terminal.stderr(), failures];
}

const LINE = "internal error: out of luck";
const EXPECTED: [number, string, string[]] = [3, `ike-tcp: ${LINE}\n`, [LINE]];

Deno.test("run: a command that throws", async () => {
  assertEquals(await run(() => Promise.reject(new Error("out of luck\n  at somewhere"))), EXPECTED);
  assertEquals(await run(() => Promise.reject("out of luck")), EXPECTED);
});

Deno.test("run: a timer that throws while the command waits", async () => {
  const ended = await run(() => {
    setTimeout(() => {
      throw new Error("out of luck");
    });
    return new Promise(() => {});
  });
  assertEquals(ended, EXPECTED);
});

Deno.test("run: a promise that nobody looks after", async () => {
  const ended = await run(() => {
    Promise.reject(new Error("out of luck"));
    return new Promise(() => {});
  });
  assertEquals(ended, EXPECTED);
});

Deno.test("run: the exit code is the command's", async () => {
  assertEquals(await run(() => Promise.resolve(2)), [2, "", []]);
});

Deno.test("run: a command that serves many outlives a defect in a callback, and tells it", async () => {
  const body = async (): Promise<ExitCode> => {
    Promise.reject(new Error("out of luck"));
    await new Promise((resolve) => setTimeout(resolve, 20));
    setTimeout(() => {
      throw new Error("out of luck");
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    return 0;
  };
  assertEquals(await run(body, { outlivesDefects: true }), [0, `ike-tcp: ${LINE}\n`.repeat(2), []]);
});
