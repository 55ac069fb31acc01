/** The hosts of a run: operands, then the lines of `--targets`. Every line is checked before anything is sent. */
import { UsageError } from "../lib/cli/failure.ts";
import type { OptionTable, OptionValues } from "../lib/cli/option.ts";
import { asksForHelp, parseOptions } from "../lib/cli/options.ts";
import { readText } from "../lib/cli/read_file.ts";
import type { Target } from "../lib/targets/mod.ts";
import type { ListLine } from "../lib/targets/list.ts";
import { escapeText } from "../lib/wire/escape.ts";
import { EXPECT_OPTIONS, readExpectation } from "./expect_options.ts";
import { checkHosts, PROBE_OPTIONS, probeSettings } from "./probe_options.ts";

/** What a host may have for itself. */
const OWN_OPTIONS = { ...PROBE_OPTIONS, expect: EXPECT_OPTIONS.expect } as const;

type OwnValues = OptionValues<typeof OWN_OPTIONS>;

/** Of these, one that a line gives takes the place of the other on the command line. */
const EXCLUSIVE: readonly (readonly [keyof OwnValues, keyof OwnValues])[] = [["ipv4", "ipv6"], ["quick", "deep"]];

/** Lines with faults that a complaint names. */
const NAMED_FAULTS = 5;

/** A million hosts. */
const MAX_LIST = 64 * 1024 * 1024;

/** What is to be probed. */
export interface TargetList {
  readonly targets: readonly Target[];
  /** Hosts that were named before with the same options, and are left out. */
  readonly repeated: readonly string[];
}

/**
 * Puts the hosts together.
 *
 * @param table all options of the command, to tell what is no option from what belongs on the command line
 * @throws {UsageError} for what cannot be a host, and for lists with faults, by line
 */
export async function readTargets(
  operands: readonly string[],
  options: OwnValues & { readonly targets?: string | undefined },
  table: OptionTable,
): Promise<TargetList> {
  checkHosts(operands);
  const { targets: file } = options;
  const reader = new TargetReader(options, table);
  for (const host of operands) await reader.add(host, []);
  if (file !== undefined) await readList(file, reader);
  if (reader.targets.length === 0) throw new UsageError(`Missing HOST: ${escapeText(file ?? "")} names none`);
  const { targets, repeated } = reader;
  return { targets, repeated };
}

async function readList(file: string, reader: TargetReader): Promise<void> {
  const { parseList } = await import("../lib/targets/list.ts");
  const name = file === "-" ? "stdin" : escapeText(file);
  const faults: { readonly line: number; readonly why: string }[] = [];
  for (const line of parseList(await readText(file, MAX_LIST))) {
    try {
      await readLine(line, reader);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      faults.push({ line: line.number, why: error.message });
    }
  }
  const [first, ...more] = faults;
  if (first === undefined) return;
  const others = more.slice(0, NAMED_FAULTS).map(({ line }) => line);
  const dots = more.length > others.length ? ", ..." : "";
  const also = more.length === 0 ? "" : `; faults in ${more.length} more lines: ${others.join(", ")}${dots}`;
  throw new UsageError(`${name}:${first.line}: ${first.why}${also}`);
}

async function readLine({ words, fault }: ListLine, reader: TargetReader): Promise<void> {
  if (fault !== undefined) throw new UsageError(fault);
  const { hosts, own } = reader.parse(words);
  const [host, extra] = hosts;
  if (host === undefined) throw new UsageError("Missing HOST: options alone");
  if (extra !== undefined) throw new UsageError(`Unexpected "${escapeText(extra)}": one HOST on each line`);
  checkHosts([host]);
  await reader.add(host, own);
}

/** Options that were given, by name. */
type Given = readonly (readonly [name: string, value: unknown])[];

class TargetReader {
  readonly targets: Target[] = [];
  readonly repeated: string[] = [];
  readonly #bare: OptionTable;
  readonly #settings = new Map<string, Promise<Target["settings"]>>();
  readonly #seen = new Set<string>();

  constructor(readonly options: OwnValues, table: OptionTable) {
    this.#bare = Object.fromEntries(Object.entries(table).map(([name, option]) => [name, withoutDefault(option)]));
  }

  /** What a line says: the options are those that it gives itself. */
  parse(words: readonly string[]): { readonly hosts: readonly string[]; readonly own: Given } {
    if (asksForHelp(words)) throw new UsageError("--help is for the whole run: it belongs on the command line");
    const { options, operands } = parseOptions(words, this.#bare, () => undefined);
    const own = Object.entries(options).filter(([, value]) => value !== undefined);
    for (const [name] of own) {
      if (!Object.hasOwn(OWN_OPTIONS, name)) {
        throw new UsageError(`--${name} is for the whole run: it belongs on the command line`);
      }
    }
    return { hosts: operands, own };
  }

  async add(host: string, own: Given): Promise<void> {
    const key = JSON.stringify(own);
    const known = this.#settings.get(key) ?? this.#read(own);
    this.#settings.set(key, known);
    const target = { host, settings: await known };
    const name = `${host} ${key}`;
    if (this.#seen.has(name)) this.repeated.push(host);
    else this.targets.push(target);
    this.#seen.add(name);
  }

  async #read(own: Given): Promise<Target["settings"]> {
    const given = Object.fromEntries(own);
    const values: OwnValues = { ...this.options, ...yielding(given), ...given };
    const settings = await probeSettings(values);
    return values.expect === undefined ? settings : { ...settings, expectation: await readExpectation(values.expect) };
  }
}

/** Says "not given" of every option that is not. */
function withoutDefault(option: OptionTable[string]): OptionTable[string] {
  if (option.type === "boolean") return { ...option, negatable: true };
  const { default: _default, ...bare } = option;
  return bare;
}

/** The options of the command line that give way to those of a line. */
function yielding(given: Readonly<Record<string, unknown>>): Partial<OwnValues> {
  const pairs = EXCLUSIVE.flatMap(([one, other]) => [[one, other], [other, one]] as const);
  return Object.fromEntries(pairs.filter(([one]) => given[one] === true).map(([, other]) => [other, false]));
}
