/**
 * Holds a value against our own schema, for saved reports: just the words of JSON Schema that `schema/form.ts` writes. The
 * tests hold the same schema against ajv.
 */
import type { Schema } from "./schema/form.ts";

/** Text of a form (hex, a time, a path) is never longer; a regular expression cannot take text of any length. */
const MAX_PATTERNED = 1_000_000;

/** What is wrong with a value: the first thing found, as `paths[2].state: …`. */
interface Trouble {
  readonly at: string;
  readonly what: string;
}

/**
 * Why a value does not fit, or `undefined` when it does. Properties that the schema does not know are no fault: later
 * versions may add some within the same schema number.
 */
export function misfit(value: unknown, schema: Schema): string | undefined {
  const trouble = new Validation(schema).check(value, schema, "");
  return trouble === undefined ? undefined : `${trouble.at.replace(/^\./, "") || "the whole"}: ${trouble.what}`;
}

class Validation {
  readonly #definitions: Schema;

  constructor(schema: Schema) {
    this.#definitions = (schema.$defs ?? {}) as Schema;
  }

  check(value: unknown, rules: Schema, at: string): Trouble | undefined {
    if (typeof rules.$ref === "string") return this.check(value, this.#definition(rules.$ref), at);
    if (Array.isArray(rules.anyOf)) return this.#any(value, rules.anyOf as Schema[], at);
    if (Array.isArray(rules.oneOf)) return this.#kind(value, rules.oneOf as Schema[], at);
    if ("const" in rules && value !== rules.const) return { at, what: `expected ${JSON.stringify(rules.const)}` };
    if (Array.isArray(rules.enum) && !(rules.enum as unknown[]).includes(value)) {
      const known = rules.enum.length <= 6 ? `one of ${rules.enum.join(", ")}` : "known";
      return { at, what: `${shown(value)} is not ${known}` };
    }
    if (rules.type !== undefined && ![rules.type].flat().some((type) => isOf(value, type as string))) {
      return { at, what: `expected ${[rules.type].flat().join(" or ")}, found ${shown(value)}` };
    }
    if (typeof value === "string") return this.#text(value, rules, at);
    if (typeof value === "number") return this.#number(value, rules, at);
    if (Array.isArray(value)) return this.#list(value, rules, at);
    return typeof value === "object" && value !== null ? this.#object(value as Schema, rules, at) : undefined;
  }

  #definition(ref: string): Schema {
    return this.#definitions[ref.slice("#/$defs/".length)] as Schema;
  }

  #any(value: unknown, branches: readonly Schema[], at: string): Trouble | undefined {
    const troubles = branches.map((branch) => this.check(value, branch, at));
    return troubles.includes(undefined) ? undefined : troubles[0];
  }

  /** The branches differ in `kind`: the one that it names decides. */
  #kind(value: unknown, branches: readonly Schema[], at: string): Trouble | undefined {
    const kind = (value as { kind?: unknown } | null)?.kind;
    const branch = branches.find((candidate) => {
      const rules = (candidate.properties as Record<string, Schema>).kind!;
      return this.check(kind, rules, at) === undefined;
    });
    if (branch === undefined) return { at: `${at}.kind`, what: `${shown(kind)} is not known` };
    return this.check(value, branch, at);
  }

  #text(value: string, { pattern }: Schema, at: string): Trouble | undefined {
    if (typeof pattern !== "string") return undefined;
    if (value.length > MAX_PATTERNED) return { at, what: `${value.length} characters are too many` };
    if (new RegExp(pattern, "u").test(value)) return undefined;
    return { at, what: `${shown(value)} has not the form ${pattern}` };
  }

  #number(value: number, { minimum, maximum }: Schema, at: string): Trouble | undefined {
    const tooSmall = typeof minimum === "number" && value < minimum;
    const tooLarge = typeof maximum === "number" && value > maximum;
    return tooSmall || tooLarge ? { at, what: `${value} is out of range` } : undefined;
  }

  #list(value: readonly unknown[], { items }: Schema, at: string): Trouble | undefined {
    if (items === undefined) return undefined;
    for (const [i, item] of value.entries()) {
      const trouble = this.check(item, items as Schema, `${at}[${i}]`);
      if (trouble !== undefined) return trouble;
    }
  }

  #object(value: Schema, rules: Schema, at: string): Trouble | undefined {
    const properties = (rules.properties ?? {}) as Schema;
    const missing = ((rules.required ?? []) as string[]).find((name) => !Object.hasOwn(value, name));
    if (missing !== undefined) return { at: `${at}.${missing}`, what: "missing" };
    for (const [name, item] of Object.entries(value)) {
      const known = Object.hasOwn(properties, name) ? properties[name] : rules.additionalProperties;
      if (typeof known !== "object") continue;
      const trouble = this.check(item, known as Schema, `${at}.${name}`);
      if (trouble !== undefined) return trouble;
    }
  }
}

function isOf(value: unknown, type: string): boolean {
  switch (type) {
    case "null":
      return value === null;
    case "array":
      return Array.isArray(value);
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    case "integer":
      return Number.isInteger(value);
    case "string":
      return typeof value === "string";
    case "number":
      return typeof value === "number";
    default:
      return typeof value === "boolean";
  }
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length <= 40 ? text : `${text.slice(0, 39)}…`;
}
