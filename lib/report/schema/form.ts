/**
 * JSON Schema (2020-12) written against the types: a property that a type has and its schema lacks, or the other way round,
 * does not compile.
 */

/** A piece of a JSON Schema. */
export type Schema = { readonly [keyword: string]: unknown };

type OptionalKeys<T> = { [K in keyof T]-?: Record<never, never> extends Pick<T, K> ? K : never }[keyof T];
type RequiredKeys<T> = Exclude<keyof T, OptionalKeys<T>>;

/** An object with exactly these properties. */
export function object<T>(
  required: { readonly [K in RequiredKeys<T>]: Schema },
  optional: { readonly [K in OptionalKeys<T>]: Schema },
): Schema {
  return {
    type: "object",
    properties: { ...required, ...optional },
    required: Object.keys(required),
    additionalProperties: false,
  };
}

/** A list. */
export function array(items: Schema): Schema {
  return { type: "array", items };
}

/** One of a closed list. */
export function oneOf(values: readonly string[]): Schema {
  return { enum: [...values] };
}

/** Exactly this. */
export function exactly(value: string | number | boolean): Schema {
  return { const: value };
}

/** A schema that stands once, under `$defs`. */
export function reference(name: string): Schema {
  return { $ref: `#/$defs/${name}` };
}

/** Adds words. */
export function described(schema: Schema, description: string): Schema {
  return { ...schema, description };
}

export const text: Schema = { type: "string" };
export const flag: Schema = { type: "boolean" };
/** Milliseconds, or what is told apart by sign no further. */
export const milliseconds: Schema = { type: "number", minimum: 0 };
export const whole: Schema = { type: "integer", minimum: 0 };
export const port: Schema = { type: "integer", minimum: 0, maximum: 65535 };
/** Octets, two lower-case hex digits each. */
export const hexText: Schema = { type: "string", pattern: "^([0-9a-f]{2})*$" };
/** RFC 3339, UTC. */
export const time: Schema = { type: "string", pattern: "^\\d{4,}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$" };
export const family: Schema = { enum: [4, 6] };
