/** A registry of numbers and names, as IANA keeps them. */

/** One assigned number. */
export interface Entry {
  readonly id: number;
  readonly name: string;
  /** Where it is defined: `RFC 7296`. */
  readonly reference: string;
}

/** Numbers without a name of their own; everything else that is not assigned is `UNASSIGNED`. */
export interface Ranges {
  /** First and last, both included. */
  readonly reserved?: readonly (readonly [number, number])[];
  /** First and last, both included. */
  readonly privateUse?: readonly (readonly [number, number])[];
}

/** The word for a number of a registry. */
export type Namer = (id: number) => string;

/** The words for all numbers of a registry: its names, else `PRIVATE-USE(n)`, `RESERVED(n)` or `UNASSIGNED(n)`. */
export function namer(entries: readonly Entry[], ranges: Ranges): Namer {
  let names: Map<number, string> | undefined;
  const within = (id: number, list: Ranges["reserved"]) => list?.some(([first, last]) => id >= first && id <= last);
  return (id) => {
    names ??= new Map(entries.map((entry) => [entry.id, entry.name]));
    const name = names.get(id);
    if (name !== undefined) return name;
    if (within(id, ranges.privateUse)) return `PRIVATE-USE(${id})`;
    return within(id, ranges.reserved) ? `RESERVED(${id})` : `UNASSIGNED(${id})`;
  };
}

/** Entries from short rows. */
export function entries(reference: string, rows: readonly (readonly [number, string, string?])[]): readonly Entry[] {
  return rows.map(([id, name, own]) => ({ id, name, reference: own ?? reference }));
}
