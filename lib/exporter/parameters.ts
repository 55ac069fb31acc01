/**
 * The parameters of `/probe`, and of a module: options of the program by their long names, read and complained about as the
 * command line does it.
 */
import { UsageError } from "../cli/failure.ts";
import type { OptionTable } from "../cli/option.ts";
import { readValue } from "../cli/read_value.ts";
import { nearest } from "../cli/suggest.ts";
import { escapeText } from "../wire/mod.ts";

/** Characters of a target: as many as a name can have, and a little more for a zone or brackets. */
export const MAX_TARGET = 300;

/** Values by option name, as the option's type has them. */
export type Given = Readonly<Record<string, unknown>>;

/** What a client asks for. */
export interface Query {
  readonly target: string;
  readonly module: string | undefined;
  /** The report in words, in place of metrics for a scraper. */
  readonly debug: boolean;
  readonly given: Given;
}

/** Which options are open to whom. */
export interface ParameterTable {
  /** A client may set these. */
  readonly open: OptionTable;
  /** The program's other options, for the complaint. */
  readonly closed: readonly string[];
}

const OWN = ["target", "module", "debug"];

/**
 * Reads what a client asks for.
 *
 * @throws {UsageError} one sentence
 */
export function readQuery(query: URLSearchParams, table: ParameterTable): Query {
  const own = new Map(OWN.map((name) => [name, single(query, name)]));
  const rest = new URLSearchParams([...query].filter(([name]) => !OWN.includes(name)));
  const target = own.get("target");
  if (target === undefined) throw new UsageError("Missing parameter target: the name or address of a gateway");
  if (target.length > MAX_TARGET) throw new UsageError(`Cannot read target: it has more than ${MAX_TARGET} characters`);
  const debug = own.get("debug");
  return {
    target,
    module: own.get("module"),
    debug: debug !== undefined && readValue({ type: "boolean", help: "" }, "debug", debug) === true,
    given: readGiven(rest, table),
  };
}

/**
 * Options as a query has them: `paths=udp-4500,tcp-4500&timeout=2s`.
 *
 * @throws {UsageError} one sentence
 */
export function readGiven(query: URLSearchParams, { open, closed }: ParameterTable): Given {
  const given: Record<string, unknown> = {};
  for (const name of new Set(query.keys())) {
    if (closed.includes(name)) {
      throw new UsageError(`Cannot take ${name} from here: it is set when the exporter is started (--${name})`);
    }
    const option = Object.hasOwn(open, name) ? open[name] : undefined;
    if (option === undefined) throw unknownParameter(name, open);
    const text = option.type === "list" ? query.getAll(name).join(",") : single(query, name)!;
    if (text === "") throw new UsageError(`Parameter ${name} needs a value`);
    given[name] = readValue(option, name, text);
  }
  return given;
}

function single(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name);
  if (values.length > 1) throw new UsageError(`Parameter ${name} is there ${values.length} times`);
  if (values[0] === "") throw new UsageError(`Parameter ${name} needs a value`);
  return values[0];
}

function unknownParameter(name: string, open: OptionTable): UsageError {
  const meant = nearest(name, [...Object.keys(open), ...OWN]);
  const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
  return new UsageError(`Unknown parameter "${escapeText(name.slice(0, 60))}"${hint}`);
}

/** A named set of parameters. */
export interface Module {
  readonly name: string;
  readonly query: URLSearchParams;
}

/**
 * Reads `NAME=PARAMETERS`, as `strict=require=udp-4500,tcp-4500&timeout=2s`.
 *
 * @throws {UsageError} one sentence
 */
export function readModule(text: string): Module {
  const [, name = "", parameters = ""] = /^([\w.-]+)=(.*)$/s.exec(text) ?? [];
  if (name !== "" && parameters !== "") return { name, query: new URLSearchParams(parameters) };
  throw new UsageError(
    `Cannot read --module "${escapeText(text)}": expected NAME=PARAMETERS, as in strict=require=udp-4500&timeout=2s`,
  );
}
