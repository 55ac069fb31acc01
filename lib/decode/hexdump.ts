/**
 * Reads hexdumps: `xxd`, `hexdump`, `od`, tcpdump, Wireshark, logs of strongSwan and libreswan, our own `--verbose`, or just
 * digits. A text may hold several, between lines that are none.
 */
import { Writer } from "../wire/mod.ts";
import { type HexLine, octetsOf, readHexLine } from "./hex_line.ts";

/** One dump of a text. */
export interface HexDump {
  readonly octets: Uint8Array;
  /** Number of its first line, from 1. */
  readonly line: number;
  /** What is wrong with it, and behind which octet. */
  readonly fault?: { readonly offset: number; readonly reason: string };
}

type Row = Extract<HexLine, { kind: "row" }> & { readonly line: number; readonly repeats: boolean };
type Fault = HexDump["fault"];

/** Octets in a row that has nothing to be compared with. */
const USUAL_ROW = 16;
/**
 * Octets that `*` may stand for in all dumps of a text, or as many as the text has characters: a few lines can claim
 * any number of them. The longest message has a sixteenth of this.
 */
const MOST_REPEATED = 1024 * 1024;
/** Shorter stretches of digits between words are words: "be", "add", "dead". */
const SHORTEST_PLAIN = 4;
/** `hexdump` prints hexadecimal offsets, strongSwan decimal ones, `od` octal ones: the likeliest first. */
const BASES = [16, 10, 8] as const;
const BASES_OF_OD = [8, 10, 16] as const;

/** All dumps of a text, in their order. */
export function readHexdumps(text: string): HexDump[] {
  const reader = new DumpReader(Math.max(MOST_REPEATED, text.length));
  let number = 1;
  for (const line of linesOf(text)) reader.take(readHexLine(line), number++);
  return reader.end();
}

function* linesOf(text: string): Generator<string> {
  let at = 0;
  for (const { index, 0: end } of text.matchAll(/\r\n|\n|\r/g)) {
    yield text.slice(at, index);
    at = index + end.length;
  }
  yield text.slice(at);
}

class DumpReader {
  readonly #dumps: HexDump[] = [];
  /** Rows whose first one is not at offset 0. */
  readonly #orphans: HexDump[] = [];
  readonly #short: HexDump[] = [];
  #rows: Row[] = [];
  #repeats = false;
  #plain: { octets: Writer; line: number; fault?: Fault } | undefined;
  /** Octets that `*` may still stand for. */
  #repeatable: number;

  constructor(repeatable: number) {
    this.#repeatable = repeatable;
  }

  take(line: HexLine, number: number): void {
    if (line.kind === "repeat" && this.#rows.length > 0) {
      this.#repeats = true;
      return;
    }
    // A number alone is a row where rows stand before it, and digits elsewhere.
    const isRow = line.kind === "row" && (line.octets.length > 0 || this.#rows.length > 0);
    if (line.kind === "row" && isRow) this.#row(line, number);
    else if (line.kind === "row") this.#digits({ octets: octetsOf(line.offset), isOdd: isOdd(line.offset) }, number);
    else if (line.kind === "plain") this.#digits(line, number);
    else this.#finish();
  }

  end(): HexDump[] {
    this.#finish();
    if (this.#dumps.length > 0) return this.#dumps;
    return this.#orphans.length > 0 ? this.#orphans : this.#short;
  }

  #row(row: Extract<HexLine, { kind: "row" }>, line: number): void {
    if (this.#plain !== undefined || (/^0+$/.test(row.offset) && this.#rows.length > 0)) this.#finish();
    this.#rows.push({ ...row, line, repeats: this.#repeats });
    this.#repeats = false;
  }

  #digits({ octets, isOdd }: { readonly octets: Uint8Array; readonly isOdd: boolean }, line: number): void {
    if (this.#rows.length > 0) this.#finish();
    this.#plain ??= { octets: new Writer(octets.length), line };
    this.#plain.octets.octets(octets);
    const reason = `line ${line} has an odd number of digits: the last one is left out`;
    if (isOdd) this.#plain.fault ??= { offset: this.#plain.octets.length, reason };
  }

  #finish(): void {
    if (this.#plain !== undefined) {
      const { octets, line, fault } = this.#plain;
      const dump = { octets: octets.finish(), line, ...(fault && { fault }) };
      (octets.length < SHORTEST_PLAIN ? this.#short : this.#dumps).push(dump);
    }
    if (this.#rows.length > 0) {
      const { repeated, ...dump } = joinRows(this.#rows, this.#repeatable);
      this.#repeatable -= repeated;
      if (dump.octets.length > 0) (/^0+$/.test(this.#rows[0]!.offset) ? this.#dumps : this.#orphans).push(dump);
    }
    this.#plain = undefined;
    this.#rows = [];
    this.#repeats = false;
  }
}

function isOdd(digits: string): boolean {
  return digits.length % 2 === 1;
}

/** Offsets of rows in a base; undefined: they are none in that base, or leave room between the rows. */
function offsetsIn(base: number, rows: readonly Row[]): number[] | undefined {
  const digits = base === 16 ? /^[0-9a-f]+$/i : base === 10 ? /^[0-9]+$/ : /^[0-7]+$/;
  if (!rows.every(({ offset }) => digits.test(offset))) return undefined;
  const offsets = rows.map(({ offset }) => parseInt(offset, base));
  const fits = rows.slice(0, -1).every((row, i) => {
    const length = offsets[i + 1]! - offsets[i]!;
    const own = row.octets.length;
    // Only whole rows are repeated; and what is too much is text, which a gap stands before.
    if (rows[i + 1]!.repeats) return own > 0 && length > 0 && length % widthOf(row) === 0;
    return length === own || row.gaps.includes(length);
  });
  return fits ? offsets : undefined;
}

/** @param repeatable so many octets may be repeated; the dump ends before more of them */
function joinRows(rows: readonly Row[], repeatable: number): HexDump & { readonly repeated: number } {
  const { line } = rows[0]!;
  const bases = rows[0]!.isOd ? BASES_OF_OD : BASES;
  const fitting = bases.map((base) => offsetsIn(base, rows)).find((offsets) => offsets !== undefined);
  const offsets = fitting ?? rows.map(({ offset }) => parseInt(offset, 16));
  const octets = new Writer();
  let repeated = 0;
  const ended = (reason: string) => {
    return { octets: octets.finish(), line, fault: { offset: octets.length, reason }, repeated };
  };
  const plain = rows.findIndex((row, i) => i + 1 < rows.length && row.octets.length > 0 && !rows[i + 1]!.repeats);
  const usual = plain < 0 ? widthOf(rows[0]!) : Math.max(offsets[plain + 1]! - offsets[plain]!, 0);
  for (const [i, row] of rows.entries()) {
    const length = (offsets[i + 1] ?? Infinity) - offsets[i]!;
    const next = rows[i + 1];
    if (length <= 0) return ended(`line ${next!.line}: the offset goes back`);
    const own = row.isSwapped ? swapped(row.octets) : row.octets;
    // The last row has as many octets as the others, or fewer: what looks like more of them is text.
    const kept = own.subarray(0, next === undefined || next.repeats ? Math.min(usual, length) : length);
    octets.octets(kept);
    if (next === undefined || kept.length === length) continue;
    const missing = length - kept.length;
    if (!next.repeats || kept.length === 0) {
      return ended(`line ${next.line}: ${missing} octets before this row are missing`);
    }
    if (repeated + missing > repeatable) {
      return ended(`line ${next.line}: ${missing} repeated octets before this row are left out, as they are too many`);
    }
    repeated += missing;
    octets.octets(repetition(kept, missing));
  }
  return { octets: octets.finish(), line, repeated };
}

/** So many octets of a row that is repeated. */
function repetition(row: Uint8Array, length: number): Uint8Array {
  const octets = new Uint8Array(length);
  octets.set(row.subarray(0, length));
  for (let have = row.length; have < length; have *= 2) octets.copyWithin(have, 0, have);
  return octets;
}

/** Octets of a row that has nothing to be compared with: up to a gap, as text stands behind one. */
function widthOf({ gaps, octets }: Row): number {
  return gaps.find((gap) => gap >= USUAL_ROW) ?? octets.length;
}

/** Words of 16 bits as a little-endian machine prints them. */
function swapped(octets: Uint8Array): Uint8Array {
  return octets.map((_, i) => octets[i ^ 1] ?? octets[i]!);
}
