/** Every option of every command can be given as a variable: the cases come from the tables. */
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { COMMANDS } from "../../commands/mod.ts";
import { UsageError } from "../../lib/cli/failure.ts";
import { environmentName, type Option, type OptionTable } from "../../lib/cli/option.ts";
import { parseOptions } from "../../lib/cli/options.ts";
import { runLine } from "./examples/run_line.ts";
import { runCli } from "./run_cli.ts";

/** Two texts that an option takes, what they mean, and one that it refuses, if there is any. */
interface Case {
  readonly text: string;
  readonly means: unknown;
  readonly other: readonly [args: string[], means: unknown];
  readonly bad?: string;
}

function caseOf(name: string, option: Option): Case {
  const args = (text: string) => [`--${name}`, text];
  switch (option.type) {
    case "boolean":
      return { text: "yes", means: true, other: [[`--no-${name}`], false], bad: "maybe" };
    case "string": {
      const [last = "one", first = "two"] = [option.choices?.at(-1), option.choices?.[0]];
      return { text: last, means: last, other: [args(first), first], ...option.choices && { bad: "nonsense" } };
    }
    case "number": {
      const { min = 0, max = min + 100 } = option;
      return { text: String(min), means: min, other: [args(String(max)), max], bad: "many" };
    }
    case "duration": {
      const { min = 0, max = min + 5000 } = option;
      return { text: `${min}ms`, means: min, other: [args(`${max}ms`), max], bad: "soon" };
    }
    case "list": {
      const separator = "separator" in option ? option.separator : ",";
      return { text: `a ${separator} b`, means: ["a", "b"], other: [args("c"), ["c"]] };
    }
  }
}

function read(table: OptionTable, args: readonly string[], environment: Readonly<Record<string, string>>) {
  return parseOptions(args, table, (name) => environment[name]);
}

for (const [name, load] of Object.entries(COMMANDS)) {
  const { options: table } = await load();
  if (Object.keys(table).length === 0) continue;

  Deno.test(`environment: every option of ${name} as a variable; the command line wins; a bad value names the variable`, () => {
    for (const [option, entry] of Object.entries(table)) {
      const variable = environmentName(option);
      const { text, means, other: [args, meansOther], bad } = caseOf(option, entry);
      const set = read(table, [], { [variable]: text });
      assertEquals([set.options[option], set.variables], [means, [variable]], variable);
      const won = read(table, args, { [variable]: bad ?? text });
      assertEquals([won.options[option], won.variables], [meansOther, []], `${variable} and ${args}`);
      const empty = read(table, [], { [variable]: "" });
      assertEquals(empty.options[option], read(table, [], {}).options[option], `${variable}=`);
      if (bad === undefined) continue;
      const { message } = assertThrows(() => read(table, [], { [variable]: bad }), UsageError);
      assertStringIncludes(message, `Cannot read ${variable} "${bad}": expected `);
    }
  });

  Deno.test(`environment: booleans of ${name}: 1 and 0, and what neither variable nor argument says`, () => {
    for (const [option, entry] of Object.entries(table)) {
      if (entry.type !== "boolean") continue;
      const value = (environment: Record<string, string>, ...args: string[]) =>
        read(table, args, environment).options[option];
      const variable = environmentName(option);
      for (const text of ["1", "true", "ON"]) assertEquals(value({ [variable]: text }), true);
      for (const text of ["0", "false", "Off", "no"]) assertEquals(value({ [variable]: text }), false);
      assertEquals(value({ [variable]: "0" }, `--${option}`), true);
      assertEquals(value({}), entry.negatable ? undefined : false);
    }
  });

  Deno.test(`environment: no two options of ${name} share a variable`, () => {
    const names = Object.keys(table).map(environmentName);
    assertEquals(new Set(names).size, names.length);
    for (const variable of names) assert(/^IKE_TCP_[A-Z0-9_]+$/.test(variable), variable);
  });
}

Deno.test("environment: a value that only the command finds wrong: the variables that had a say are named", async () => {
  const environment = { IKE_TCP_SOURCE: "nowhere", IKE_TCP_QUICK: "1" };
  const { code, stderr } = await runCli(["probe", "192.0.2.1"], { environment });
  assertEquals(code, 3);
  assertEquals(
    stderr,
    'ike-tcp: Cannot read --source "nowhere": expected an IP address; the environment has IKE_TCP_SOURCE, IKE_TCP_QUICK ' +
      "(see ike-tcp probe --help)\n",
  );
  const given = await runCli(["probe", "--source", "nowhere", "192.0.2.1"], { environment: { IKE_TCP_SOURCE: "::1" } });
  assertEquals(given.stderr.includes("environment"), false);
});

Deno.test({
  name: "environment: the process's own",
  ignore: Deno.build.os === "windows",
  async fn() {
    const line =
      "IKE_TCP_FORMAT=jsonl IKE_TCP_PATHS='tcp-4500, udp-500' IKE_TCP_QUICK=1 ike-tcp probe vpn.example.com -4";
    const { code, stdout, stderr } = await runLine(line);
    assertEquals([code, stderr], [0, ""]);
    const { options, paths } = JSON.parse(stdout);
    assertEquals(options.mode, "quick");
    assertEquals(paths.map(({ id }: { id: string }) => id).toSorted(), ["tcp-4500@203.0.113.1", "udp-500@203.0.113.1"]);
  },
});
