/** Help comes from the tables, and its examples work. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { COMMANDS } from "../../commands/mod.ts";
import { environmentName } from "../../lib/cli/option.ts";
import { parseOptions } from "../../lib/cli/options.ts";
import { columns } from "../../lib/cli/wrap.ts";
import { assertSnapshot } from "../snapshot.ts";
import { runCli } from "./run_cli.ts";

const snapshot = (name: string) => new URL(`snapshots/${name}.txt`, import.meta.url);

/** Words of a shell command line, as far as the examples quote. */
function shellWords(line: string): string[] {
  const command = line.replace(/\s[<>|].*$/, "");
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2]!);
}

for (const width of [60, 80, 120]) {
  Deno.test(`help: the program's, at ${width} columns`, async () => {
    const { code, stdout, stderr } = await runCli(["--help"], { width });
    assertEquals([code, stderr], [0, ""]);
    await assertSnapshot(stdout, snapshot(`help-${width}`));
    assertEquals(stdout, (await runCli(["help"], { width })).stdout);
  });
}

for (const [name, load] of Object.entries(COMMANDS)) {
  Deno.test(`help: ${name} names every option and its variable, and fits the width`, async () => {
    const command = await load();
    const { code, stdout } = await runCli([name, "-h"], { width: 80 });
    assertEquals([command.name, code], [name, 0]);
    for (const option of Object.keys(command.options)) {
      assertStringIncludes(stdout, option);
      assertStringIncludes(stdout, environmentName(option));
    }
    for (const line of stdout.split("\n")) assert(columns(line) <= 80 || line.startsWith(`  ike-tcp ${name}`), line);
    await assertSnapshot(stdout, snapshot(`help-${name}`));
  });

  Deno.test(`help: the examples of ${name} are command lines that parse`, async () => {
    const command = await load();
    for (const { args } of command.examples) {
      const [first, ...rest] = shellWords(args);
      assertEquals(first, name);
      const { operands } = parseOptions(rest, command.options, () => undefined);
      const [min, max] = command.operandCount;
      assert(operands.length >= min && operands.length <= max, args);
    }
  });

  Deno.test(`help: ${name} has no option whose short letter another one has`, async () => {
    const letters = Object.values((await load()).options).flatMap(({ short }) => short ?? []);
    assertEquals(new Set([...letters, "h"]).size, letters.length + 1);
  });
}
