/** Walks a field table over octets. Faults are collected, bounds hold, and what was read before a fault stays. */
import { DecodeError, type Fault } from "./fault.ts";
import type { Layout } from "./field.ts";
import { count, type Reader } from "./reader.ts";

/** So many faults of one message are kept: a hostile one has a fault in every octet. */
export const MAX_FAULTS = 32;

/** Follows a decoder over the octets: the dumper is one. Calls come in the order of the wire. */
export interface Trace {
  /** A structure begins; what follows belongs to it until `close`. `title` says more than its path. */
  open(path: string, offset: number, title: string | undefined): void;
  /** A field was read. `octets`: what `text` stands for, where it is long. */
  field(name: string, offset: number, text: string, octets?: Uint8Array): void;
  /** What the structure says as a whole. */
  note(text: string): void;
  /** A fault was noted. */
  fault(fault: Fault): void;
  /** The structure ends. */
  close(): void;
}

/** What all structures of one message share. */
export class Decoding {
  /** In the order in which they were found; at most {@linkcode MAX_FAULTS}. */
  readonly faults: Fault[] = [];
  /** Who follows, if anybody. */
  readonly trace: Trace | undefined;

  /** @param trace Who follows, if anybody. */
  constructor(trace?: Trace) {
    this.trace = trace;
  }

  /** Keeps a fault. */
  fault(fault: Fault): void {
    if (this.faults.length >= MAX_FAULTS) return;
    this.faults.push(fault);
    this.trace?.fault(fault);
  }
}

/** A number that one field says about another. */
export interface Claim {
  /** Of the field that says it. */
  readonly name: string;
  /** Of the field that says it. */
  readonly offset: number;
  /** Octets, or elements. */
  readonly value: number;
}

/** One structure while it is read. */
export class ReadScope {
  /** Within the structure's bounds, as far as they are known. */
  reader: Reader;
  /** Offset of its first octet. */
  readonly start: number;
  readonly #path: string;
  readonly #run: Decoding;
  #claims: Map<string, Claim> | undefined;
  /** What "Last Substruc" said. */
  follow: { readonly name: string; readonly offset: number; readonly more: boolean } | undefined;
  /** Offset behind the structure, once its length is known. */
  end: number | undefined;

  /** @param path Of the structure in the message. */
  constructor(reader: Reader, path: string, run: Decoding) {
    this.reader = reader;
    this.start = reader.offset;
    this.#path = path;
    this.#run = run;
  }

  /** Who follows, if anybody. */
  get trace(): Trace | undefined {
    return this.#run.trace;
  }

  /** For the structures within. */
  get run(): Decoding {
    return this.#run;
  }

  /** The path of a field of this structure. */
  at(name: string): string {
    return this.#path === "" ? name : `${this.#path}.${name}`;
  }

  /** Notes a fault that does not keep the structure from being read on. */
  fault(name: string, offset: number, reason: string): void {
    this.#run.fault({ path: this.at(name), offset, reason });
  }

  /** Remembers a size or count of a later field. */
  claim(of: string, claim: Claim): void {
    this.#claims ??= new Map();
    this.#claims.set(of, claim);
  }

  /** What an earlier field said about the size or count of this one. */
  claimOf(name: string): Claim | undefined {
    return this.#claims?.get(name);
  }

  /**
   * Sets the bounds from a length field.
   *
   * @throws {DecodeError} when the length ends before the octets that were read already.
   */
  bound(name: string, offset: number, length: number): void {
    const read = this.reader.offset - this.start;
    if (length < read) {
      const reason = `says ${count(length)}, the structure has at least ${read}`;
      throw new DecodeError({ path: name, offset, reason });
    }
    const available = read + this.reader.remaining;
    if (length > available) this.fault(name, offset, `says ${count(length)}, ${available} are there`);
    this.reader = this.reader.narrowed(this.start, length);
    this.end = this.start + length;
  }
}

/** How the reading of one structure went. */
export interface RecordRead {
  /** All fields were read. */
  readonly complete: boolean;
  /** Offset behind the structure; undefined: not known, nothing behind it can be read. */
  readonly end: number | undefined;
  /** See {@linkcode ReadScope.follow}. */
  readonly follow: ReadScope["follow"];
}

/** Reads one structure into a record of its layout. Never throws. */
export function readRecord<T>(layout: Layout<T>, into: T, reader: Reader, path: string, run: Decoding): RecordRead {
  const scope = new ReadScope(reader, path, run);
  run.trace?.open(path, scope.start, layout.title);
  let complete = false;
  try {
    for (const field of layout.fields) field.read(scope, into);
    complete = true;
    const words = run.trace && layout.describe?.(into);
    if (words !== undefined) run.trace?.note(words);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    // A reader knows the field, and not where in the message its structure is.
    run.fault({ ...error.fault, path: scope.at(error.fault.path) });
  }
  run.trace?.close();
  return { complete, end: scope.end ?? (complete ? scope.reader.offset : undefined), follow: scope.follow };
}
