/** Parsing under an option table. */
import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/cli/failure.ts";
import type { OptionTable } from "../../lib/cli/option.ts";
import { environmentName } from "../../lib/cli/option.ts";
import { parseOptions } from "../../lib/cli/options.ts";

const TABLE = {
  paths: { type: "list", value: "PATH", default: ["udp-500"], help: "" },
  groups: { type: "list", value: "GROUP", help: "" },
  timeout: { type: "duration", short: "t", value: "TIME", default: 3000, min: 100, max: 60_000, help: "" },
  retries: { type: "number", value: "N", default: 2, max: 10, help: "" },
  format: { type: "string", value: "FORMAT", default: "text", choices: ["text", "json"], help: "" },
  source: { type: "string", value: "ADDRESS", help: "" },
  ipv4: { type: "boolean", short: "4", help: "" },
  verbose: { type: "boolean", short: "v", help: "" },
  color: { type: "boolean", negatable: true, help: "" },
} as const satisfies OptionTable;

const DEFAULTS = {
  paths: ["udp-500"],
  groups: undefined,
  timeout: 3000,
  retries: 2,
  format: "text",
  source: undefined,
  ipv4: false,
  verbose: false,
  color: undefined,
};

function parse(args: string[], environment: Record<string, string> = {}) {
  return parseOptions(args, TABLE, (name) => environment[name]);
}

function refused(args: string[], environment?: Record<string, string>): string {
  return assertThrows(() => parse(args, environment), UsageError).message;
}

Deno.test("options: without arguments every option has its default", () => {
  assertEquals(parse([]), { options: DEFAULTS, operands: [], variables: [] } as ReturnType<typeof parse>);
});

Deno.test("options: the types of values follow from the table", () => {
  const { options } = parse([]);
  const format: "text" | "json" = options.format;
  const color: boolean | undefined = options.color;
  const timeout: number = options.timeout;
  // @ts-expect-error a list without a default may be absent
  const groups: readonly string[] = options.groups;
  assertEquals([format, color, timeout, groups], ["text", undefined, 3000, undefined]);
});

Deno.test("options: values of each type, before and behind operands", () => {
  const { options, operands } = parse(
    [
      "-4v",
      "a",
      "--timeout",
      "500ms",
      "--retries=0",
      "--paths",
      "tcp-4500, tls-443",
      "--paths=udp-500",
      "b",
      "--no-color",
    ],
  );
  assertEquals(operands, ["a", "b"]);
  assertEquals(
    options,
    {
      ...DEFAULTS,
      ipv4: true,
      verbose: true,
      timeout: 500,
      retries: 0,
      paths: ["tcp-4500", "tls-443", "udp-500"],
      color: false,
    } as typeof options,
  );
});

Deno.test("options: elements with commas stand apart by semicolons, or each behind its own option", () => {
  const table = { module: { type: "list", separator: ";", value: "M", help: "" } } as const satisfies OptionTable;
  const read = (args: string[], variable?: string) => parseOptions(args, table, () => variable).options.module;
  assertEquals(read(["--module", "a=b,c;d=e", "--module", "f,g"]), ["a=b,c", "d=e", "f,g"]);
  assertEquals(read([], "a=b,c; d"), ["a=b,c", "d"]);
});

Deno.test("options: durations are seconds unless they have a unit", () => {
  const read = (text: string) => parse(["-t", text]).options.timeout;
  assertEquals(["3", "0.5", "3s", "500ms", "1m", ".25"].map(read), [3000, 500, 3000, 500, 60_000, 250]);
});

Deno.test("options: when one is given twice the last one counts", () => {
  assertEquals(parse(["--retries", "1", "--retries", "3"]).options.retries, 3);
  assertEquals(parse(["--color", "--no-color"]).options.color, false);
  assertEquals(parse(["--no-verbose"], { IKE_TCP_VERBOSE: "1" }).options.verbose, false);
});

Deno.test("options: -- ends them, and a lone - is an operand", () => {
  assertEquals(parse(["-", "--", "--verbose", "-4"]).operands, ["-", "--verbose", "-4"]);
  assertEquals(parse(["--", "--verbose"]).options.verbose, false);
});

Deno.test("options: a lone - behind an option is its value", () => {
  const { options, operands } = parse(["--source", "-", "-"]);
  assertEquals([options.source, operands], ["-", ["-"]]);
  assertEquals(parse(["--source=-", "--ipv4", "-"]).operands, ["-"]);
  assertEquals(parse(["--", "--source", "-"]).operands, ["--source", "-"]);
});

Deno.test("options: operands stay text, also when they look like numbers", () => {
  assertEquals(parse(["10", "0x7f000001"]).operands, ["10", "0x7f000001"]);
});

Deno.test("options: what is wrong with an argument is said in one sentence", () => {
  const cases: [string[], string][] = [
    [["--tiemout", "3"], "Unknown option --tiemout; did you mean --timeout?"],
    [["--no-colour"], "Unknown option --no-colour; did you mean --no-color?"],
    [["--verb"], "Unknown option --verb; did you mean --verbose?"],
    [["--xyzzy=1"], "Unknown option --xyzzy"],
    [["-timeout", "3"], "Unknown option -timeout; did you mean --timeout?"],
    [["-x"], "Unknown option -x"],
    [["--no-paths"], "Unknown option --no-paths"],
    [["--timeout"], "--timeout needs a value"],
    [["--timeout", "--verbose"], "--timeout needs a value"],
    [["--source="], "--source needs a value"],
    [["--verbose=yes"], "--verbose takes no value"],
    [["--no-color=1"], "--color takes no value"],
    [["-v4"], "--verbose takes no value"],
    [["--help=1"], "--help takes no value"],
    [["--timeout", "soon"], 'Cannot read --timeout "soon": expected a time such as 3, 3s, 500ms or 2m'],
    [["--timeout=-1"], 'Cannot read --timeout "-1": expected a time such as 3, 3s, 500ms or 2m'],
    [["--timeout", "0"], 'Cannot read --timeout "0": expected at least 100ms'],
    [["--timeout", "2m"], 'Cannot read --timeout "2m": expected at most 60s'],
    [["--retries", "1.5"], 'Cannot read --retries "1.5": expected a whole number from 0 to 10'],
    [["--retries", "11"], 'Cannot read --retries "11": expected a whole number from 0 to 10'],
    [["--retries", "0x2"], 'Cannot read --retries "0x2": expected a whole number from 0 to 10'],
    [["--format", "jsno"], 'Cannot read --format "jsno": expected text or json (did you mean json?)'],
    [["--source", ""], "--source needs a value"],
    [["--\x1b[2J"], "Unknown option --\\x1b[2J"],
  ];
  for (const [args, message] of cases) assertEquals(refused(args), message, args.join(" "));
});

Deno.test("options: the name of an option is also a variable", () => {
  assertEquals(environmentName("max-half-open"), "IKE_TCP_MAX_HALF_OPEN");
  const { options } = parse([], {
    IKE_TCP_PATHS: "tcp-4500,tls-443",
    IKE_TCP_TIMEOUT: "1s",
    IKE_TCP_VERBOSE: "1",
    IKE_TCP_COLOR: "no",
    IKE_TCP_RETRIES: "",
  });
  assertEquals(
    options,
    {
      ...DEFAULTS,
      paths: ["tcp-4500", "tls-443"],
      timeout: 1000,
      verbose: true,
      color: false,
    } as typeof options,
  );
});

Deno.test("options: an argument wins over a variable, also an unreadable one", () => {
  const environment = { IKE_TCP_TIMEOUT: "soon", IKE_TCP_COLOR: "1", IKE_TCP_PATHS: "x" };
  const { options } = parse(["-t", "1", "--no-color", "--paths", "y"], environment);
  assertEquals([options.timeout, options.color, options.paths], [1000, false, ["y"]]);
});

Deno.test("options: an unreadable variable is named", () => {
  assertEquals(
    refused([], { IKE_TCP_TIMEOUT: "soon" }),
    'Cannot read IKE_TCP_TIMEOUT "soon": expected a time such as 3, 3s, 500ms or 2m',
  );
  assertEquals(refused([], { IKE_TCP_VERBOSE: "maybe" }), 'Cannot read IKE_TCP_VERBOSE "maybe": expected 1 or 0');
});
