/** `--fault [TRANSPORT[-PORT]:]NAME[:ARGUMENT]`, read and written. */
import { type Transport, TRANSPORTS } from "../../model/mod.ts";
import { FAULT_GROUPS, type FaultDescription, type FaultName, FAULTS } from "./names.ts";

/** One `--fault`. */
export interface FaultSpec {
  readonly name: FaultName;
  /** As given, or the default; empty for faults without argument. */
  readonly argument: string;
  /** Only there. */
  readonly transport?: Transport;
  /** Only on this port. */
  readonly port?: number;
}

function isTransport(text: string): text is Transport {
  return (TRANSPORTS as readonly string[]).includes(text);
}

function describe(fault: FaultDescription): string {
  const { argument } = fault;
  if (argument === undefined) return fault.name;
  return argument.default === undefined ? `${fault.name}:${argument.label}` : `${fault.name}[:${argument.label}]`;
}

/** The name that was meant, when one is near: same beginning, or contained. */
function suggestion(name: string): string {
  const near = FAULTS.find((fault) =>
    name.length > 2 && (fault.name.startsWith(name.slice(0, 4)) || fault.name.includes(name))
  );
  return near === undefined ? "see serve --help" : `did you mean ${near.name}?`;
}

/**
 * Reads one `--fault`.
 *
 * @throws {TypeError} with a sentence for the user.
 */
export function parseFault(text: string): FaultSpec {
  const fail = (why: string): never => {
    throw new TypeError(`Cannot read fault "${text}": ${why}`);
  };
  const scope = /^(udp|tcp|tls)(?:-(\d{1,5}))?:(.*)$/s.exec(text);
  const rest = scope?.[3] ?? text;
  const colon = rest.indexOf(":");
  const name = colon < 0 ? rest : rest.slice(0, colon);
  const fault = FAULTS.find((one) => one.name === name);
  if (fault === undefined) return fail(`there is no fault "${name}"; ${suggestion(name)}`);
  const given = colon < 0 ? undefined : rest.slice(colon + 1);
  if (given !== undefined && fault.argument === undefined) fail(`${name} takes no argument`);
  const argument = given || fault.argument?.default;
  if (argument === undefined && fault.argument !== undefined) fail(`expected ${describe(fault)}`);
  const transport = scope?.[1];
  if (transport === undefined || !isTransport(transport)) return { name: fault.name, argument: argument ?? "" };
  if (!fault.transports.includes(transport)) fail(`${name} is for ${fault.transports.join(", ")}`);
  const port = scope?.[2] === undefined ? {} : { port: Number(scope[2]) };
  return { name: fault.name, argument: argument ?? "", transport, ...port };
}

/** Whether a fault is meant for a listener. */
export function appliesTo(spec: FaultSpec, transport: Transport, port: number): boolean {
  const fault = FAULTS.find((one) => one.name === spec.name)!;
  return fault.transports.includes(transport) && (spec.transport ?? transport) === transport &&
    (spec.port ?? port) === port;
}

/** `tcp-4500:delay:200`, as it could be given again. */
export function formatFaultSpec(spec: FaultSpec): string {
  const scope = spec.transport === undefined
    ? ""
    : `${spec.transport}${spec.port === undefined ? "" : `-${spec.port}`}:`;
  return `${scope}${spec.name}${spec.argument === "" ? "" : `:${spec.argument}`}`;
}

/** The table for `serve --help`: one group after the other, lines of `name  meaning`. */
export function faultHelp(): { title: string; lines: [string, string][] }[] {
  return FAULT_GROUPS.map(({ title, faults }) => ({
    title,
    lines: faults.map((fault: FaultDescription): [string, string] => {
      const only = fault.transports.length === TRANSPORTS.length ? [] : [fault.transports.join(", ")];
      const standard = fault.argument?.default === undefined ? [] : [`default ${fault.argument.default}`];
      const notes = [...only, ...standard].join("; ");
      return [describe(fault), notes === "" ? fault.means : `${fault.means} (${notes})`];
    }),
  }));
}
