/**
 * Reads an expectation. People edit it, so whatever is wrong is said with its place and, for a misspelt word, with the word
 * that was probably meant; nothing is ignored, as a line without effect would be a gate that stands open.
 */
import { nearest } from "../../cli/suggest.ts";
import { GROUP, groupByName, groupName, groupStrength, RATED_GROUPS } from "../../ike/mod.ts";
import {
  EVERY_FINDING,
  type Expectation,
  EXPECTATION_SCHEMA_ID,
  type ExpectedPath,
  FINDING_CODES,
  formatPathSpec,
  parsePathSpec,
} from "../../model/mod.ts";
import { escapeText } from "../../wire/escape.ts";
import { EXPECTATION_SCHEMA } from "../schema/expectation.ts";
import type { Schema } from "../schema/form.ts";
import { guard } from "../text/style.ts";
import { misfit } from "../validate.ts";

/** The text is no expectation. The message is the reason, safe to show, to stand behind the file's name and a colon. */
export class UnreadableExpectation extends Error {
  override readonly name = "UnreadableExpectation";
}

/** @throws {UnreadableExpectation} */
export function parseExpectation(text: string): Expectation {
  const value = parseJson(text);
  const schema = (value as { schema?: unknown } | null)?.schema;
  if (schema !== EXPECTATION_SCHEMA_ID) throw new UnreadableExpectation(otherSchema(schema));
  const trouble = unknownWord(value as Words) ?? misfit(value, EXPECTATION_SCHEMA) ?? contradiction(value as Words);
  if (trouble !== undefined) throw new UnreadableExpectation(guard(trouble));
  const expectation = value as Expectation;
  return {
    ...expectation,
    ...(expectation.paths !== undefined && { paths: readPaths(expectation.paths) }),
    ...(expectation.minimum_group !== undefined && { minimum_group: readGroup(expectation.minimum_group) }),
  };
}

type Words = Readonly<Record<string, unknown>>;

function parseJson(text: string): unknown {
  if (text.trim() === "") throw new UnreadableExpectation("it is empty");
  try {
    return JSON.parse(text);
  } catch (error) {
    const place = /\(line (\d+) column (\d+)\)/.exec((error as Error).message);
    const where = place === null ? "" : `: see line ${place[1]}, column ${place[2]}`;
    throw new UnreadableExpectation(`it is not JSON${where}`);
  }
}

function otherSchema(schema: unknown): string {
  if (typeof schema !== "string") return `it is no expectation of ike-tcp: "schema" must be "${EXPECTATION_SCHEMA_ID}"`;
  const what = /^ike-tcp\/report\//.test(schema)
    ? "it is a report; --save-expectation makes an expectation of one"
    : `it has the schema ${JSON.stringify(schema).slice(0, 80)}, and this version reads ${EXPECTATION_SCHEMA_ID}`;
  return escapeText(what);
}

/** The first word that nobody knows: a key, or a finding's code. */
function unknownWord(value: Words): string | undefined {
  const keys = unknownKey(value, EXPECTATION_SCHEMA, "");
  if (keys !== undefined) return keys;
  const forbidden = ["forbidden_findings", [...FINDING_CODES, EVERY_FINDING]] as const;
  for (const [name, known] of [forbidden, ["allowed_findings", FINDING_CODES] as const]) {
    const codes = Array.isArray(value[name]) ? value[name] as unknown[] : [];
    const bad = codes.find((code) => typeof code === "string" && !(known as readonly string[]).includes(code));
    if (bad !== undefined) return `${name}: ${unknown("finding", bad as string, known, "ike-tcp explain lists all")}`;
  }
  return undefined;
}

function unknownKey(value: unknown, schema: Schema, at: string): string | undefined {
  if (Array.isArray(value)) {
    return first(value.map((item, i) => unknownKey(item, (schema.items ?? {}) as Schema, `${at}[${i}]`)));
  }
  if (typeof value !== "object" || value === null) return undefined;
  const known = Object.keys((schema.properties ?? {}) as Schema);
  const bad = Object.keys(value).find((key) => !known.includes(key));
  if (bad !== undefined) {
    const all = `known are ${known.join(", ")}`;
    return `${at === "" ? "" : `${at}: `}${unknown("key", bad, known, all)}`;
  }
  const properties = schema.properties as Readonly<Record<string, Schema>>;
  return first(Object.entries(value).map(([key, item]) => unknownKey(item, properties[key]!, `${at}${key}`)));
}

function first(troubles: readonly (string | undefined)[]): string | undefined {
  return troubles.find((trouble) => trouble !== undefined);
}

function unknown(what: string, word: string, known: readonly string[], otherwise: string): string {
  const meant = nearest(word, known);
  return `unknown ${what} ${JSON.stringify(word.slice(0, 60))}; ${
    meant === undefined ? otherwise : `did you mean ${meant}?`
  }`;
}

/** Contradictions, and files that hold nothing against a run. */
function contradiction(value: Words): string | undefined {
  const { forbidden_findings: forbidden = [], allowed_findings: allowed = [], paths = [], verdicts } = value as Partial<
    Expectation
  >;
  const both = allowed.find((code) => forbidden.includes(code));
  if (both !== undefined) return `${both} is both forbidden and allowed`;
  if (allowed.length > 0 && !forbidden.includes(EVERY_FINDING)) {
    return `allowed_findings are exceptions from "${EVERY_FINDING}", which forbidden_findings lacks`;
  }
  if (verdicts?.length === 0) return "verdicts: at least one must be good enough";
  const wants = paths.length + forbidden.length > 0 || verdicts !== undefined ||
    value.minimum_group !== undefined || value.minimum_key_bits !== undefined;
  return wants ? undefined : "it expects nothing: every run would pass";
}

function readPaths(paths: readonly ExpectedPath[]): ExpectedPath[] {
  const seen = new Set<string>();
  return paths.map((one, i) => {
    let spec;
    try {
      spec = parsePathSpec(one.path);
    } catch (error) {
      throw new UnreadableExpectation(`paths[${i}]: ${escapeText((error as Error).message)}`);
    }
    const path = formatPathSpec(spec);
    if (seen.has(path)) throw new UnreadableExpectation(`paths[${i}]: ${path} stands there twice`);
    if (one.certificate_trusted !== undefined && spec.transport !== "tls") {
      throw new UnreadableExpectation(`paths[${i}]: certificate_trusted is for tls, and this is ${path}`);
    }
    seen.add(path);
    return { ...one, path };
  });
}

/** Any of a group's names will do; it must be one that can be compared. */
function readGroup(name: string): string {
  const number = groupByName(name);
  const known = number === undefined ? undefined : groupName(number);
  if (known !== undefined && groupStrength(known) !== undefined) return known;
  const otherwise = `possible are ${RATED_GROUPS.join(", ")}`;
  if (known !== undefined && GROUP.some((group) => group.name === known)) {
    throw new UnreadableExpectation(`minimum_group: nobody says how strong ${known} is; ${otherwise}`);
  }
  throw new UnreadableExpectation(`minimum_group: ${escapeText(unknown("group", name, RATED_GROUPS, otherwise))}`);
}
