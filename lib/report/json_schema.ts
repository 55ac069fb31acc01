/**
 * Building blocks of a JSON Schema (draft 2020-12) that the compiler holds against a TypeScript type: a schema that lacks
 * a property of its type, has one too many, or allows other values than the type's closed list does not compile.
 */

/** JSON as it is written down. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

declare const described: unique symbol;

/** A JSON Schema of values of type T. The mark exists for the compiler only, and lets no other type pass for T. */
export type Schema<T> = { readonly [name: string]: Json } & { readonly [described]?: (value: T) => T };

/** Names of the properties that are always there. */
type Always<T> = { [K in keyof T]-?: Record<never, never> extends Pick<T, K> ? never : K }[keyof T];

/** A schema for every property that is always there. */
export type Required<T> = { readonly [K in Always<T>]: Schema<T[K]> };

/** A schema for every property that may be absent. */
export type Optional<T> = { readonly [K in Exclude<keyof T, Always<T>>]-?: Schema<Exclude<T[K], undefined>> };

/** The same schema with a sentence for its reader. */
export function about<T>(description: string, schema: Schema<T>): Schema<T> {
  return { description, ...schema };
}

/** Any text, or text of a form. */
export function text(pattern?: string): Schema<string> {
  return pattern === undefined ? { type: "string" } : { type: "string", pattern };
}

/** A number, never negative: times, sizes, counts. */
export function number(): Schema<number> {
  return { type: "number", minimum: 0 };
}

/** A whole number. */
export function integer(minimum = 0, maximum?: number): Schema<number> {
  return maximum === undefined ? { type: "integer", minimum } : { type: "integer", minimum, maximum };
}

/** `true` or `false`. */
export function boolean(): Schema<boolean> {
  return { type: "boolean" };
}

/** One of a closed list. */
export function oneOf<const T extends Json>(values: readonly T[]): Schema<T> {
  return { enum: values };
}

/** Exactly this. */
export function exactly<const T extends Json>(value: T): Schema<T> {
  return { const: value };
}

/** The schema's values, or `null`. */
export function nullable<T>(schema: Schema<T>): Schema<T | null> {
  return { anyOf: [schema as Json, { type: "null" }] } as Schema<T | null>;
}

/** A list of the schema's values. */
export function list<T>(items: Schema<T>): Schema<readonly T[]> {
  return { type: "array", items: items as Json } as Schema<readonly T[]>;
}

/** An object with names of any kind, and the schema's values. */
export function map<T>(values: Schema<T>): Schema<Readonly<Record<string, T>>> {
  return { type: "object", additionalProperties: values as Json } as Schema<Readonly<Record<string, T>>>;
}

/** An object with exactly the properties of T. */
export function object<T extends object>(required: Required<T>, optional: Optional<T>): Schema<T> {
  return {
    type: "object",
    required: Object.keys(required),
    properties: { ...required, ...optional } as Json,
    additionalProperties: false,
  } as Schema<T>;
}

/** What `$defs` holds under this name. */
export function ref<T>(name: string): Schema<T> {
  return { $ref: `#/$defs/${name}` };
}
