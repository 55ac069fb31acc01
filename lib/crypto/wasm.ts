/**
 * As much of a WebAssembly assembler as one function over 128-bit vectors needs (WebAssembly Core 2.0 §5, the binary
 * format). Code is an array of octets; instructions are functions that answer such arrays, to be strung together.
 */

/** Octets of code. */
export type Code = readonly number[];

/** Unsigned LEB128 (§5.2.2). */
function unsigned(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

/** Signed LEB128 (§5.2.2). */
function signed(value: number): Code {
  const low = value & 0x7f;
  const rest = value >> 7;
  const ends = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
  return ends ? [low] : [low | 0x80, ...signed(rest)];
}

/** A vector instruction without immediates (§5.4.8). */
function vector(opcode: number): Code {
  return [0xfd, ...unsigned(opcode)];
}

/** Value types (§5.3.1, §5.3.2). */
export const I32 = 0x7f;
/** See {@linkcode I32}. */
export const V128 = 0x7b;

/** The instructions that are used here, by their names in the text format. */
export const op = {
  i32Const: (value: number): Code => [0x41, ...signed(value)],
  i32Add: [0x6a] as Code,
  i32Mul: [0x6c] as Code,
  i32LtU: [0x49] as Code,
  localGet: (local: number): Code => [0x20, ...unsigned(local)],
  localSet: (local: number): Code => [0x21, ...unsigned(local)],
  localTee: (local: number): Code => [0x22, ...unsigned(local)],
  /** Repeats `body` for as long as it ends with a value that is not zero. */
  repeatWhile: (body: Code): Code => [0x03, 0x40, ...body, 0x0d, 0x00, 0x0b],
  /** Runs `body` when the value on the stack is not zero. */
  when: (body: Code): Code => [0x04, 0x40, ...body, 0x0b],
  return: [0x0f] as Code,
  v128Load: (offset: number): Code => [...vector(0x00), 4, ...unsigned(offset)],
  v128Load32Splat: (offset: number): Code => [...vector(0x09), 2, ...unsigned(offset)],
  v128And: vector(0x4e),
  v128Or: vector(0x50),
  v128Xor: vector(0x51),
  v128Bitselect: vector(0x52),
  v128AnyTrue: vector(0x53),
  i32x4Eq: vector(0x37),
  i32x4Shl: vector(0xab),
  i32x4ShrU: vector(0xad),
  i32x4Add: vector(0xae),
};

/** A vector of things, each already encoded (§5.1.3). */
function list(...items: readonly Code[]): Code {
  return [...unsigned(items.length), ...items.flat()];
}

function section(id: number, content: Code): Code {
  return [id, ...unsigned(content.length), ...content];
}

/** A name (§5.2.4). */
function name(text: string): Code {
  return [...unsigned(text.length), ...Array.from(text, (character) => character.charCodeAt(0))];
}

/** A function to put into a module. */
export interface Function {
  /** Types of its parameters, which are its first locals. */
  readonly parameters: Code;
  readonly result: number;
  /** Types of its further locals. */
  readonly locals: Code;
  readonly body: Code;
}

/** A module that exports one function as `run`, and a memory of one page (64 KiB) as `memory` (§5.5). */
export function assemble({ parameters, result, locals, body }: Function): Uint8Array<ArrayBuffer> {
  const code = [...list(...locals.map((type) => [1, type])), ...body, 0x0b];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, list([0x60, ...list(...parameters.map((type) => [type])), ...list([result])])),
    ...section(3, list([0])),
    ...section(5, list([0x01, 1, 1])),
    ...section(7, list([...name("run"), 0x00, 0], [...name("memory"), 0x02, 0])),
    ...section(10, list([...unsigned(code.length), ...code])),
  ]);
}
