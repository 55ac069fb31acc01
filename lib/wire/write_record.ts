/** Walks a field table over a record and writes its octets. */
import type { Layout } from "./field.ts";
import type { Writer } from "./writer.ts";

/** One structure while it is written. */
export class WriteScope {
  /** Shared by all structures of a message. */
  readonly writer: Writer;
  /** Whether nothing follows in the list that it is in. */
  readonly last: boolean;
  /** Where the length field waits for its value. */
  lengthAt: number | undefined;

  /** @param last Whether nothing follows in the list that the structure is in. */
  constructor(writer: Writer, last: boolean) {
    this.writer = writer;
    this.last = last;
  }

  /** Writes a structure within this one. */
  nested<T>(layout: Layout<T>, record: T, last: boolean): void {
    writeRecord(layout, record, this.writer, last);
  }
}

/**
 * Appends a structure; its length field, if it has one, is filled in.
 *
 * @throws {RangeError} when a value does not fit its field.
 */
export function writeRecord<T>(layout: Layout<T>, record: T, writer: Writer, last = true): void {
  const scope = new WriteScope(writer, last);
  const start = writer.length;
  for (const field of layout.fields) field.write(scope, record);
  if (scope.lengthAt !== undefined) writer.patch(scope.lengthAt, 2, writer.length - start, "length");
}
