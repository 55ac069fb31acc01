/** The blocks of a pcapng file in network byte order, read by its specification and not by the program's own reader. */
import { assert, assertEquals } from "@std/assert";
import { concatBytes } from "../../lib/wire/mod.ts";

/** One block: its type, its octets between the two lengths, and the options behind its fixed fields. */
export interface Block {
  readonly type: number;
  readonly body: DataView;
  readonly options: readonly { readonly code: number; readonly value: Uint8Array }[];
}

/** Octets of fixed fields, by block type: SHB, IDB, EPB. */
const FIXED: Readonly<Record<number, number>> = { 0x0a0d0d0a: 16, 1: 8, 6: 20 };

/** All blocks; fails where the file does not hold together. */
export function readBlocks(...parts: readonly Uint8Array[]): Block[] {
  const file = concatBytes(...parts);
  const view = new DataView(file.buffer);
  const blocks: Block[] = [];
  for (let at = 0; at < file.length;) {
    const [type, length] = [view.getUint32(at), view.getUint32(at + 4)];
    assertEquals(length % 4, 0, "blocks end at multiples of four octets");
    assertEquals(view.getUint32(at + length - 4), length, "both lengths agree");
    const body = new DataView(file.buffer, at + 8, length - 12);
    blocks.push({ type, body, options: readOptions(type, body) });
    at += length;
  }
  return blocks;
}

function readOptions(type: number, body: DataView): Block["options"] {
  const fixed = FIXED[type];
  assert(fixed !== undefined, `block type ${type}`);
  const options = [];
  let at = fixed + (type === 6 ? Math.ceil(body.getUint32(12) / 4) * 4 : 0);
  while (at < body.byteLength) {
    const [code, length] = [body.getUint16(at), body.getUint16(at + 2)];
    const value = new Uint8Array(body.buffer, body.byteOffset + at + 4, length);
    at += 4 + Math.ceil(length / 4) * 4;
    if (code === 0) break;
    options.push({ code, value });
  }
  assertEquals(at, body.byteLength, "the end of options is the end of the block");
  return options;
}

/** The texts of an option that may be there several times. */
export function texts(block: Block, code: number): string[] {
  return block.options.filter((option) => option.code === code).map(({ value }) => new TextDecoder().decode(value));
}

/** An Enhanced Packet Block. */
export interface Packet {
  readonly interface: number;
  readonly us: number;
  /** From the IP header on, as the next. */
  readonly octets: Uint8Array;
  readonly length: number;
  readonly comments: readonly string[];
  readonly direction: "in" | "out";
}

/** The packets among the blocks. */
export function packetsIn(blocks: readonly Block[]): Packet[] {
  return blocks.filter(({ type }) => type === 6).map((block) => {
    const { body } = block;
    const flags = block.options.find(({ code }) => code === 2)!.value;
    const direction = (flags[3]! & 3) === 1 ? "in" : "out";
    assertEquals([body.getUint16(20), body.getUint16(22)], [direction === "in" ? 0 : 4, 0xfffe]);
    const octets = new Uint8Array(body.buffer, body.byteOffset + 36, body.getUint32(12) - 16);
    assertEquals(body.getUint16(34), octets[0]! >> 4 === 4 ? 0x0800 : 0x86dd, "the protocol in the link header");
    return {
      interface: body.getUint32(0),
      us: body.getUint32(4) * 2 ** 32 + body.getUint32(8),
      octets,
      length: body.getUint32(16) - 16,
      comments: texts(block, 1),
      direction,
    };
  });
}
