/** From arguments to a command, and from its end to an exit code. */
import type { ExitCode } from "../model/mod.ts";
import { escapeText } from "../wire/escape.ts";
import type { Command, Invocation } from "./command.ts";
import { failureLine, OutputError, ToldFailure, UsageError } from "./failure.ts";
import { commandHelp, programHelp } from "./help.ts";
import { asksForHelp, parseOptions } from "./options.ts";
import { nearest } from "./suggest.ts";
import { type Terminal, textWidth } from "./terminal.ts";
import { PROGRAM, versionLine } from "./version.ts";

/** The subcommands by name; each is loaded when it is needed. */
export type CommandList = Readonly<Record<string, () => Promise<Command>>>;

/** Takes over when a command fails, so that a script that asked for JSON gets JSON: see `commands/failure.ts`. */
export type OnFailure = (message: string, args: readonly string[], terminal: Terminal) => Promise<void>;

/** Runs the program. Never rejects: what goes wrong is one line on standard error, and exit code 3. */
export async function runProgram(
  args: readonly string[],
  commands: CommandList,
  terminal: Terminal,
  onFailure: OnFailure,
): Promise<ExitCode> {
  let command: Command | undefined;
  const defects = unhandled((error) => {
    if (command?.outlivesDefects !== true) return false;
    terminal.err.write(`${PROGRAM}: ${failureLine(error)}\n`);
    return true;
  });
  try {
    const dispatched = dispatch(args, commands, terminal, (found) => command = found);
    return await Promise.race([dispatched, defects.promise]);
  } catch (failure) {
    const isTold = failure instanceof ToldFailure;
    const error = isTold ? failure.cause : failure;
    const hint = error instanceof UsageError ? ` (see ${helpCommand(args, commands)})` : "";
    terminal.err.write(`${PROGRAM}: ${failureLine(error)}${hint}\n`);
    if (!isTold && !(error instanceof OutputError)) await onFailure(failureLine(error), args, terminal);
    return 3;
  } finally {
    defects.release();
  }
}

/**
 * Rejects for what nobody has caught: a defect in a callback must not become a stack trace.
 *
 * @param outlive true: it has been told, and is no reason to end
 */
function unhandled(
  outlive: (error: unknown) => boolean,
): { readonly promise: Promise<never>; readonly release: () => void } {
  const { promise, reject } = Promise.withResolvers<never>();
  const onRejection = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    if (!outlive(event.reason)) reject(event.reason);
  };
  const onError = (event: ErrorEvent) => {
    event.preventDefault();
    if (!outlive(event.error)) reject(event.error);
  };
  addEventListener("unhandledrejection", onRejection);
  addEventListener("error", onError);
  const release = () => {
    removeEventListener("unhandledrejection", onRejection);
    removeEventListener("error", onError);
  };
  return { promise, release };
}

function helpCommand([name]: readonly string[], commands: CommandList): string {
  return name !== undefined && Object.hasOwn(commands, name) ? `${PROGRAM} ${name} --help` : `${PROGRAM} --help`;
}

async function dispatch(
  args: readonly string[],
  commands: CommandList,
  terminal: Terminal,
  onCommand: (command: Command) => void,
): Promise<ExitCode> {
  const [name, ...rest] = args;
  if (name === undefined) throw new UsageError(`Missing command: one of ${Object.keys(commands).join(", ")}`);
  if (name === "--version" || name === "-V") return say(terminal, `${versionLine()}\n`);
  if (name === "--help" || name === "-h" || name === "help") return await help(rest[0], commands, terminal);
  if (!Object.hasOwn(commands, name)) throw unknownCommand(name, commands);
  const command = await commands[name]!();
  onCommand(command);
  if (asksForHelp(rest)) return await help(name, commands, terminal);
  const { options, operands, variables } = parseOptions(rest, command.options, terminal.environment);
  countOperands(command, operands);
  try {
    return await command.run({ options, operands, terminal } as Invocation);
  } catch (failure) {
    const isTold = failure instanceof ToldFailure;
    const error = isTold ? failure.cause : failure;
    // What is wrong may stand in a variable that was set long ago, and not on the command line.
    if (!(error instanceof UsageError) || variables.length === 0) throw failure;
    const named = new UsageError(`${error.message}; the environment has ${variables.join(", ")}`);
    throw isTold ? new ToldFailure(named) : named;
  }
}

function say(terminal: Terminal, text: string): ExitCode {
  terminal.out.write(text);
  return 0;
}

async function help(name: string | undefined, commands: CommandList, terminal: Terminal): Promise<ExitCode> {
  const width = textWidth(terminal);
  if (name !== undefined && Object.hasOwn(commands, name)) {
    return say(terminal, commandHelp(await commands[name]!(), PROGRAM, width));
  }
  if (name !== undefined) throw unknownCommand(name, commands);
  const all = await Promise.all(Object.values(commands).map((load) => load()));
  return say(terminal, programHelp(all, PROGRAM, width));
}

function unknownCommand(name: string, commands: CommandList): UsageError {
  if (name.startsWith("-")) return new UsageError(`Unknown option ${escapeText(name)}: a command comes first`);
  const meant = nearest(name, Object.keys(commands));
  const hint = meant === undefined
    ? `; to probe a host: ${PROGRAM} probe ${escapeText(name)}`
    : `; did you mean ${meant}?`;
  return new UsageError(`Unknown command "${escapeText(name)}"${hint}`);
}

function countOperands({ operands, operandCount: [min, max] }: Command, given: readonly string[]): void {
  const names = operands.replace(/[.[\]]/g, "").split(" ");
  if (given.length < min) throw new UsageError(`Missing ${names.slice(given.length).join(" ")}`);
  const extra = given[max];
  if (extra !== undefined) throw new UsageError(`Unexpected argument "${escapeText(extra)}"`);
}
