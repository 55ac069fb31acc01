/**
 * Reads hexdumps: `xxd`, `hexdump`, `od`, tcpdump, Wireshark, logs of strongSwan and libreswan, our own `--verbose`, or just
 * digits. A text may hold several, between lines that are none.
 */
import { type HexLine, readHexLine } from "./hex_line.ts";

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
/** Octets of a dump: what offsets claim beyond is not believed. */
const LONGEST_DUMP = 16 * 1024 * 1024;
/** Shorter stretches of digits between words are words: "be", "add", "dead". */
const SHORTEST_PLAIN = 4;
/** `hexdump` prints hexadecimal offsets, strongSwan decimal ones, `od` octal ones: the likeliest first. */
const BASES = [16, 10, 8] as const;
const BASES_OF_OD = [8, 10, 16] as const;

/** All dumps of a text, in their order. */
export function readHexdumps(text: string): HexDump[] {
  const reader = new DumpReader();
  for (const [index, line] of text.split(/\r\n|\n|\r/).entries()) reader.take(readHexLine(line), index + 1);
  return reader.end();
}

class DumpReader {
  readonly #dumps: HexDump[] = [];
  /** Rows whose first one is not at offset 0. */
  readonly #orphans: HexDump[] = [];
  readonly #short: HexDump[] = [];
  #rows: Row[] = [];
  #repeats = false;
  #plain: { octets: number[]; line: number; fault?: Fault } | undefined;

  take(line: HexLine, number: number): void {
    if (line.kind === "repeat" && this.#rows.length > 0) {
      this.#repeats = true;
      return;
    }
    // A number alone is a row where rows stand before it, and digits elsewhere.
    const isRow = line.kind === "row" && (line.octets.length > 0 || this.#rows.length > 0);
    if (line.kind === "row" && isRow) this.#row(line, number);
    else if (line.kind === "row") this.#digits(readDigits(line.offset), number);
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

  #digits({ octets, isOdd }: { readonly octets: readonly number[]; readonly isOdd: boolean }, line: number): void {
    if (this.#rows.length > 0) this.#finish();
    this.#plain ??= { octets: [], line };
    for (const octet of octets) this.#plain.octets.push(octet);
    const reason = `line ${line} has an odd number of digits: the last one is left out`;
    if (isOdd) this.#plain.fault ??= { offset: this.#plain.octets.length, reason };
  }

  #finish(): void {
    if (this.#plain !== undefined) {
      const { octets, line, fault } = this.#plain;
      const dump = { octets: Uint8Array.from(octets), line, ...(fault && { fault }) };
      (octets.length < SHORTEST_PLAIN ? this.#short : this.#dumps).push(dump);
    }
    if (this.#rows.length > 0) {
      const dump = joinRows(this.#rows);
      if (dump.octets.length > 0) (/^0+$/.test(this.#rows[0]!.offset) ? this.#dumps : this.#orphans).push(dump);
    }
    this.#plain = undefined;
    this.#rows = [];
    this.#repeats = false;
  }
}

function readDigits(text: string): { readonly octets: number[]; readonly isOdd: boolean } {
  const octets = (text.match(/../g) ?? []).map((pair) => parseInt(pair, 16));
  return { octets, isOdd: text.length % 2 === 1 };
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

function joinRows(rows: readonly Row[]): HexDump {
  const { line } = rows[0]!;
  const bases = rows[0]!.isOd ? BASES_OF_OD : BASES;
  const fitting = bases.map((base) => offsetsIn(base, rows)).find((offsets) => offsets !== undefined);
  const offsets = fitting ?? rows.map(({ offset }) => parseInt(offset, 16));
  const octets: number[] = [];
  const plain = rows.findIndex((row, i) => i + 1 < rows.length && row.octets.length > 0 && !rows[i + 1]!.repeats);
  const usual = plain < 0 ? widthOf(rows[0]!) : Math.max(offsets[plain + 1]! - offsets[plain]!, 0);
  for (const [i, row] of rows.entries()) {
    const length = (offsets[i + 1] ?? Infinity) - offsets[i]!;
    const offset = octets.length;
    const next = rows[i + 1];
    if (length <= 0) {
      return { octets: Uint8Array.from(octets), line, fault: { offset, reason: backwards(rows[i + 1]!) } };
    }
    const own = row.isSwapped ? swapped(row.octets) : row.octets;
    // The last row has as many octets as the others, or fewer: what looks like more of them is text.
    const kept = own.slice(0, next === undefined || next.repeats ? Math.min(usual, length) : length);
    for (const octet of kept) octets.push(octet);
    if (next === undefined || kept.length === length) continue;
    if (!next.repeats || length > LONGEST_DUMP || kept.length === 0) {
      const reason = `line ${next.line}: ${length - kept.length} octets before this row are missing`;
      return { octets: Uint8Array.from(octets), line, fault: { offset: octets.length, reason } };
    }
    for (let left = length - kept.length, at = 0; left > 0; left--, at++) octets.push(kept[at % kept.length]!);
  }
  return { octets: Uint8Array.from(octets), line };
}

/** Octets of a row that has nothing to be compared with: up to a gap, as text stands behind one. */
function widthOf({ gaps, octets }: Row): number {
  return gaps.find((gap) => gap >= USUAL_ROW) ?? octets.length;
}

function backwards({ line }: Row): string {
  return `line ${line}: the offset goes back`;
}

/** Words of 16 bits as a little-endian machine prints them. */
function swapped(octets: readonly number[]): number[] {
  return octets.map((_, i) => octets[i ^ 1] ?? octets[i]!);
}
