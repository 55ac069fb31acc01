/** A message field by field, and as octets, for people. */
import { type Fault, formatFault, hex, type Trace } from "../wire/mod.ts";
import { readMessage } from "./message.ts";

/** Octets that stand on a field's own line; longer strings of them follow on lines of their own, as many on each. */
const SHORT = 16;
const ROW = 32;

function hexOffset(offset: number): string {
  return offset.toString(16).padStart(4, "0");
}

/** Writes a line for everything that the decoder reads. */
class LineTrace implements Trace {
  readonly lines: string[] = [];
  #depth = 0;

  /** @param marked the octets, when each fault is to point into them */
  constructor(readonly marked?: Uint8Array) {}

  open(path: string, offset: number, title: string | undefined): void {
    const name = path.slice(path.lastIndexOf(".") + 1);
    this.#line(offset, title === undefined ? name : `${name}: ${title}`);
    this.#depth++;
  }

  field(name: string, offset: number, text: string, octets?: Uint8Array): void {
    const inline = octets !== undefined && octets.length > 0 && octets.length <= SHORT;
    this.#line(offset, inline ? `${name}: ${hex(octets)}` : `${name}: ${text}`);
    if (octets === undefined || inline) return;
    // Data is the last field of its structure: its end is known, and with it where it began.
    for (let at = 0; at < octets.length; at += ROW) {
      this.#line(offset + at, `  ${hex(octets.subarray(at, at + ROW))}`);
    }
  }

  note(text: string): void {
    this.#line(undefined, `= ${text}`);
  }

  fault(fault: Fault): void {
    this.lines.push(`!!!! ${formatFault(fault)}`);
    if (this.marked !== undefined) this.lines.push(...markedRow(this.marked, fault.offset));
  }

  close(): void {
    this.#depth--;
  }

  #line(offset: number | undefined, text: string): void {
    this.lines.push(`${offset === undefined ? "    " : hexOffset(offset)} ${"  ".repeat(this.#depth)}${text}`);
  }
}

/** Columns before the first octet of a row of a hexdump. */
const BEFORE_OCTETS = 6;

/**
 * Sixteen octets a line: offset, hex digits, and the printable ASCII among them.
 *
 * @param from Octet to begin with; offsets count from the start all the same.
 */
export function hexdump(bytes: Uint8Array, from = 0): string[] {
  const lines: string[] = [];
  for (let at = from; at < bytes.length; at += 16) {
    const row = bytes.subarray(at, at + 16);
    const digits = Array.from(row, (octet, i) => `${i === 8 ? " " : ""}${octet.toString(16).padStart(2, "0")} `);
    const text = Array.from(row, (octet) => octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : ".");
    lines.push(`${hexOffset(at)}  ${digits.join("").padEnd(49)} ${text.join("")}`);
  }
  return lines;
}

/** The row of a hexdump that has an octet, and a line that points to it; behind the last octet: the last row. */
export function markedRow(bytes: Uint8Array, offset: number): string[] {
  const at = Math.min(offset, bytes.length);
  const start = Math.max(0, at < bytes.length || at % 16 !== 0 ? at - at % 16 : at - 16);
  const column = at - start;
  const arrow = `${" ".repeat(BEFORE_OCTETS + 3 * column + (column >= 8 ? 1 : 0))}^^`;
  return [...hexdump(bytes.subarray(0, start + 16), start), arrow];
}

/**
 * One line for each field, in the order of the wire: offset in hex, name, value with its name. Faults stand on lines of
 * their own, marked `!!!!`, where the decoder met them; octets that no field is for follow as a hexdump. Never throws; no
 * control character gets into a line.
 */
export function dumpMessage(bytes: Uint8Array): string[] {
  return dump(bytes, new LineTrace());
}

/** The same; below each fault stand the octets that it is about, with an arrow. */
export function dumpWithMarks(bytes: Uint8Array): string[] {
  return dump(bytes, new LineTrace(bytes));
}

function dump(bytes: Uint8Array, trace: LineTrace): string[] {
  const { end } = readMessage(bytes, trace);
  return [...trace.lines, ...hexdump(bytes, end)];
}
