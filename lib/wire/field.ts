/**
 * Field tables. A structure of the protocol is described once, as a list of fields in the order of the wire; decoder,
 * encoder and dumper all walk that list, so they cannot disagree. A field reads itself into a record and writes itself
 * from one; what follows from the rest (lengths, counts) is in the table and not in the record.
 */
import { count, type Reader } from "./reader.ts";
import type { ReadScope } from "./read_record.ts";
import type { WriteScope } from "./write_record.ts";

/** One field of a structure `T`. */
export interface Field<in T> {
  /** Takes the field's octets. Throws a DecodeError when they are not all there; other faults are noted in the scope. */
  read(scope: ReadScope, into: T): void;
  /** Appends the field's octets. Throws a RangeError when a value does not fit. */
  write(scope: WriteScope, from: T): void;
}

/** A structure: its fields in wire order, and an empty record for the decoder to fill. */
export interface Layout<T> {
  readonly fields: readonly Field<T>[];
  create(): T;
  /** Its name in the dump, where the path does not say it. */
  readonly title?: string;
  /** What the whole says in words, for the dump; undefined: no more than its fields. */
  describe?(record: T): string | undefined;
}

/** An unsigned big-endian integer. `show` names its value in the dump. */
export function uint<K extends string, T extends Record<K, number>>(
  name: K,
  octets: 1 | 2 | 4,
  show?: (value: number, record: T) => string,
): Field<T> {
  return {
    read(scope, into) {
      const offset = scope.reader.offset;
      const value = scope.reader.uint(octets, name);
      (into as Record<K, number>)[name] = value;
      scope.trace?.field(name, offset, show === undefined ? `${value}` : `${show(value, into)} (${value})`);
    },
    write: (scope, from) => scope.writer.uint(octets, from[name], name),
  };
}

/**
 * Octets that must be zero and be ignored (RFC 7296 §3: "RESERVED"). A record has the property only when they were not
 * zero, so that a message survives the round trip unchanged.
 */
export function reserved<K extends string>(name: K, octets: 1 | 2): Field<{ [P in K]?: number }> {
  return {
    read(scope, into) {
      const offset = scope.reader.offset;
      const value = scope.reader.uint(octets, name);
      if (value !== 0) (into as Record<string, number>)[name] = value;
      scope.trace?.field(name, offset, value === 0 ? "0" : `${value}, should be 0`);
    },
    write: (scope, from) => scope.writer.uint(octets, from[name] ?? 0, name),
  };
}

function octetsField<K extends string, T extends Record<K, Uint8Array>>(
  name: K,
  take: (reader: Reader, scope: ReadScope) => Uint8Array,
  size?: number,
): Field<T> {
  return {
    read(scope, into) {
      const offset = scope.reader.offset;
      const value = take(scope.reader, scope);
      (into as Record<K, Uint8Array>)[name] = value;
      scope.trace?.field(name, offset, value.length === 0 ? "empty" : count(value.length), value);
    },
    write(scope, from) {
      const value = from[name];
      if (size !== undefined && value.length !== size) {
        throw new RangeError(`Cannot encode ${name}: ${count(value.length)} in place of ${size}`);
      }
      scope.writer.octets(value);
    },
  };
}

/** A fixed number of octets. */
export function octets<K extends string>(name: K, size: number): Field<Record<K, Uint8Array>> {
  return octetsField(name, (reader) => reader.octets(size, name), size);
}

/** As many octets as an earlier {@linkcode sizeOf} field says. */
export function sized<K extends string>(name: K): Field<Record<K, Uint8Array>> {
  return octetsField(
    name,
    (reader, scope) => reader.octets(scope.claimOf(name)?.value ?? 0, name),
  );
}

/** All octets to the end of the structure. */
export function rest<K extends string>(name: K): Field<Record<K, Uint8Array>> {
  return octetsField(name, (reader) => reader.rest(name));
}

/** The number of octets of a later field `of`, which is {@linkcode sized}. */
export function sizeOf<K extends string>(name: string, of: K, octets: 1 | 2): Field<Record<K, Uint8Array>> {
  return claim(name, of, octets, (from) => from[of].length);
}

/** The number of elements of a later {@linkcode list} field `of`. */
export function countOf<K extends string>(name: string, of: K, octets: 1 | 2): Field<Record<K, readonly unknown[]>> {
  return claim(name, of, octets, (from) => from[of].length);
}

function claim<T>(name: string, of: string, octets: 1 | 2, measure: (from: T) => number): Field<T> {
  return {
    read(scope) {
      const offset = scope.reader.offset;
      const value = scope.reader.uint(octets, name);
      scope.claim(of, { name, offset, value });
      scope.trace?.field(name, offset, `${value}`);
    },
    write: (scope, from) => scope.writer.uint(octets, measure(from), name),
  };
}

/**
 * The length of the whole structure in octets, itself included: 16 bits. It sets the bounds of all that follows in the
 * structure. One that is too small for the fields up to here ends the structure; one that is too large is a fault, and
 * what is there is still read.
 */
export function length(name = "length"): Field<unknown> {
  return {
    read(scope) {
      const offset = scope.reader.offset;
      const value = scope.reader.uint(2, name);
      scope.trace?.field(name, offset, `${value}`);
      scope.bound(name, offset, value);
    },
    write(scope) {
      scope.lengthAt = scope.writer.length;
      scope.writer.uint(2, 0, name);
    },
  };
}

/** "Last Substruc" (RFC 7296 §3.3.1): 0 in the last element of a list, `more` in all others. */
export function lastSubstruc(name: string, more: number): Field<unknown> {
  return {
    read(scope) {
      const offset = scope.reader.offset;
      const value = scope.reader.uint(1, name);
      scope.trace?.field(
        name,
        offset,
        value === 0 ? "0 (last)" : value === more ? `${value} (more follow)` : `${value}`,
      );
      if (value !== 0 && value !== more) scope.fault(name, offset, `is ${value}, 0 and ${more} are defined`);
      scope.follow = { name, offset, more: value !== 0 };
    },
    write: (scope) => scope.writer.uint(1, scope.last ? 0 : more, name),
  };
}
