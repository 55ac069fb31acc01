/** A message field by field, and as octets, for people. */
import { type Fault, formatFault, type Trace } from "../wire/mod.ts";
import { HEADER_LENGTH } from "./header.ts";
import { decodeMessage } from "./message.ts";

function hexOffset(offset: number): string {
  return offset.toString(16).padStart(4, "0");
}

/** Writes a line for everything that the decoder reads. */
class LineTrace implements Trace {
  readonly lines: string[] = [];
  #depth = 0;

  open(path: string, offset: number): void {
    this.#line(hexOffset(offset), path);
    this.#depth++;
  }

  field(name: string, offset: number, text: string): void {
    this.#line(hexOffset(offset), `${name}: ${text}`);
  }

  note(text: string): void {
    this.#line("    ", `= ${text}`);
  }

  fault(fault: Fault): void {
    this.lines.push(`!!!! ${formatFault(fault)}`);
  }

  close(): void {
    this.#depth--;
  }

  #line(offset: string, text: string): void {
    this.lines.push(`${offset} ${"  ".repeat(this.#depth)}${text}`);
  }
}

/** Sixteen octets a line: offset, hex digits, and the printable ASCII among them. */
export function hexdump(bytes: Uint8Array): string[] {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = bytes.subarray(at, at + 16);
    const digits = Array.from(row, (octet, i) => `${i === 8 ? " " : ""}${octet.toString(16).padStart(2, "0")} `);
    const text = Array.from(row, (octet) => octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : ".");
    lines.push(`${hexOffset(at)}  ${digits.join("").padEnd(49)} ${text.join("")}`);
  }
  return lines;
}

/**
 * One line for each field, in the order of the wire: offset in hex, name, value with its name. Faults stand on lines of
 * their own, marked `!!!!`, where the decoder met them. Never throws; no control character gets into a line.
 */
export function dumpMessage(bytes: Uint8Array): string[] {
  const trace = new LineTrace();
  const { header } = decodeMessage(bytes, trace);
  if (header?.majorVersion !== 2 && bytes.length > HEADER_LENGTH) trace.lines.push(...hexdump(bytes));
  return trace.lines;
}
