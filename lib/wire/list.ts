/** Lists of structures within a structure. */
import type { Field, Layout } from "./field.ts";
import { count } from "./reader.ts";
import { readRecord, type ReadScope } from "./read_record.ts";

/** Structures one behind the other, to the end of the bounds. Elements that are not complete are left out. */
export function list<K extends string, E, T extends Record<K, E[]>>(name: K, layout: Layout<E>): Field<T> {
  return {
    read(scope, into) {
      const before = scope.run.faults.length;
      const elements: E[] = [];
      (into as Record<K, E[]>)[name] = elements;
      const seen = readElements(scope, name, layout, elements);
      const claimed = scope.claimOf(name);
      const sound = scope.run.faults.length === before && !scope.reader.cut;
      if (sound && claimed !== undefined && claimed.value !== seen) {
        scope.fault(claimed.name, claimed.offset, `says ${claimed.value}, ${seen} are there`);
      }
    },
    write(scope, from) {
      const elements = from[name];
      elements.forEach((element, i) => scope.nested(layout, element, i === elements.length - 1));
    },
  };
}

/** Returns how many elements were seen, complete or not. */
function readElements<E>(scope: ReadScope, name: string, layout: Layout<E>, into: E[]): number {
  const reader = scope.reader;
  let index = 0;
  while (reader.remaining > 0) {
    const path = scope.at(`${name}[${index++}]`);
    const element = layout.create();
    const { complete, end, follow } = readRecord(layout, element, reader, path, scope.run);
    if (complete) into.push(element);
    if (end === undefined) break;
    reader.skipTo(end);
    if (follow === undefined || follow.more === reader.remaining > 0 || reader.cut) continue;
    const reason = follow.more ? "says that more follow, none does" : `says last, ${count(reader.remaining)} follow`;
    scope.run.fault({ path: `${path}.${follow.name}`, offset: follow.offset, reason });
    break;
  }
  return index;
}
