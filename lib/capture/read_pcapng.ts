/** Reads pcapng files (draft-ietf-opsawg-pcapng): both byte orders, several sections, any resolution of time. */
import { type CapturedFrame, type OnFault, viewOf } from "./frame.ts";
import { BLOCK, BYTE_ORDER_MAGIC, OPTION } from "./pcapng.ts";

/** What an Interface Description Block says. */
interface ReadInterface {
  readonly linkType: number;
  /** Octets that are kept of a packet; 0: all. */
  readonly snapLength: number;
  /** Units of its time stamps in a second. */
  readonly resolution: bigint;
  /** Seconds to add. */
  readonly offset: bigint;
}

const NS_IN_SECOND = 1_000_000_000n;
/** Type, both lengths. */
const LEAST_BLOCK = 12;

/** Whether octets begin a pcapng file. */
export function isPcapng(file: Uint8Array): boolean {
  if (file.length < LEAST_BLOCK + 4) return false;
  const view = viewOf(file);
  return view.getUint32(0) === BLOCK.section && endianOf(view, 0) !== undefined;
}

/** Whether the section at an offset is little-endian. */
function endianOf(view: DataView, at: number): boolean | undefined {
  if (at + 12 > view.byteLength) return undefined;
  if (view.getUint32(at + 8, true) === BYTE_ORDER_MAGIC) return true;
  return view.getUint32(at + 8, false) === BYTE_ORDER_MAGIC ? false : undefined;
}

/** The packets of a pcapng file, in their order. */
export function* readPcapng(file: Uint8Array, onFault: OnFault): Generator<CapturedFrame> {
  const view = viewOf(file);
  let littleEndian = endianOf(view, 0)!;
  let interfaces: ReadInterface[] = [];
  let number = 1;
  for (let at = 0; at < file.length;) {
    const path = `block at packet ${number}`;
    if (file.length - at < LEAST_BLOCK) return onFault({ path, offset: at, reason: "the file ends within a block" });
    const isSection = view.getUint32(at) === BLOCK.section;
    if (isSection) {
      const order = endianOf(view, at);
      if (order === undefined) return onFault({ path, offset: at + 8, reason: "a section without byte order" });
      littleEndian = order;
      interfaces = [];
    }
    const length = view.getUint32(at + 4, littleEndian);
    const isSane = length >= LEAST_BLOCK && length % 4 === 0;
    if (!isSane) return onFault({ path, offset: at + 4, reason: `claims ${length} octets: the file is damaged` });
    const end = Math.min(at + length, file.length);
    if (end < at + length) {
      onFault({ path, offset: at, reason: `the file ends after ${end - at} of the block's ${length} octets` });
    }
    // Where the file ends there is no second length.
    const isWhole = end === at + length;
    const body = file.subarray(at + 8, isWhole ? end - 4 : end);
    const again = isWhole ? view.getUint32(end - 4, littleEndian) : length;
    if (again !== length) {
      onFault({ path, offset: end - 4, reason: `the block's length is ${length} at its beginning and ${again} here` });
    }
    const block = { type: view.getUint32(at, littleEndian), body, room: length - LEAST_BLOCK, littleEndian };
    if (block.type === BLOCK.interface) {
      const described = readInterface(block);
      if (described === undefined) return onFault({ path, offset: at, reason: "an interface without a link type" });
      interfaces.push(described);
    } else {
      const tell = (reason: string) => onFault({ path: `packets[${number}]`, offset: at, reason });
      const packet = readPacket(block, interfaces);
      if (typeof packet === "string") tell(packet);
      else if (packet !== undefined) {
        const { claims, room, ...captured } = packet;
        if (claims > room) tell(`claims ${claims} captured octets, and the block has ${room}`);
        yield { number, ...captured };
      }
      if (packet !== undefined) number++;
    }
    at += length;
  }
}

interface ReadBlock {
  readonly type: number;
  readonly body: Uint8Array;
  /** Octets that the body should have. */
  readonly room: number;
  readonly littleEndian: boolean;
}

interface ReadPacket extends Omit<CapturedFrame, "number"> {
  /** Octets that the block says were captured, and those that it has for them. */
  readonly claims: number;
  readonly room: number;
}

function readInterface({ body, littleEndian }: ReadBlock): ReadInterface | undefined {
  if (body.length < 8) return undefined;
  const view = viewOf(body);
  let resolution = 1_000_000n;
  let offset = 0n;
  for (const { code, value } of readOptions(body, 8, littleEndian)) {
    if (code === OPTION.interface.resolution && value.length >= 1) {
      const power = BigInt(value[0]! & 0x7f);
      resolution = (value[0]! & 0x80) === 0 ? 10n ** power : 2n ** power;
    } else if (code === OPTION.interface.timeOffset && value.length >= 8) {
      offset = viewOf(value).getBigInt64(0, littleEndian);
    }
  }
  return {
    linkType: view.getUint16(0, littleEndian),
    snapLength: view.getUint32(4, littleEndian),
    resolution,
    offset,
  };
}

function* readOptions(body: Uint8Array, from: number, littleEndian: boolean) {
  const view = viewOf(body);
  for (let at = from; at + 4 <= body.length;) {
    const [code, length] = [view.getUint16(at, littleEndian), view.getUint16(at + 2, littleEndian)];
    if (code === OPTION.end) return;
    yield { code, value: body.subarray(at + 4, at + 4 + length) };
    at += 4 + Math.ceil(length / 4) * 4;
  }
}

/** Octets of the fixed fields, and where they are, by block type. */
const PACKET_FIELDS: Readonly<Record<number, { readonly fixed: number; readonly short: boolean }>> = {
  [BLOCK.packet]: { fixed: 20, short: false },
  // The obsolete Packet Block has 16 bits for the interface, and a count of drops behind it.
  [BLOCK.oldPacket]: { fixed: 20, short: true },
};

/** A packet, or why it is none; undefined: a block of another kind. */
function readPacket(
  { type, body, room, littleEndian }: ReadBlock,
  interfaces: readonly ReadInterface[],
): ReadPacket | string | undefined {
  const view = viewOf(body);
  if (type === BLOCK.simplePacket) {
    const [described] = interfaces;
    if (described === undefined) return "a packet of an interface that is not described";
    if (body.length < 4) return "too short for a packet";
    const length = view.getUint32(0, littleEndian);
    const kept = described.snapLength === 0 ? length : Math.min(length, described.snapLength);
    const { linkType } = described;
    return { linkType, octets: body.subarray(4, 4 + kept), length, claims: kept, room: room - 4 };
  }
  const fields = PACKET_FIELDS[type];
  if (fields === undefined) return undefined;
  if (body.length < fields.fixed) return "too short for a packet";
  const index = fields.short ? view.getUint16(0, littleEndian) : view.getUint32(0, littleEndian);
  const described = interfaces[index];
  if (described === undefined) return `a packet of interface ${index}, which is not described`;
  const captured = view.getUint32(12, littleEndian);
  const units = (BigInt(view.getUint32(4, littleEndian)) << 32n) + BigInt(view.getUint32(8, littleEndian));
  return {
    ns: described.offset * NS_IN_SECOND + units * NS_IN_SECOND / described.resolution,
    linkType: described.linkType,
    octets: body.subarray(fields.fixed, fields.fixed + captured),
    length: Math.max(view.getUint32(16, littleEndian), captured),
    claims: captured,
    room: room - fields.fixed,
  };
}
