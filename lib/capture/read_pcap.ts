/** Reads pcap files (draft-ietf-opsawg-pcap): both byte orders, micro- and nanoseconds. */
import { type CapturedFrame, type OnFault, viewOf } from "./frame.ts";

/** Nanoseconds of a unit of the second half of a time stamp, by the file's first four octets. */
const UNITS: ReadonlyMap<number, bigint> = new Map([[0xa1b2_c3d4, 1000n], [0xa1b2_3c4d, 1n]]);
const FILE_HEADER = 24;
const RECORD_HEADER = 16;
const NS_IN_SECOND = 1_000_000_000n;
/** No packet is longer: who claims it has lost its place in the file. */
const LONGEST_PACKET = 0x0100_0000;

/** Whether octets begin a pcap file. */
export function isPcap(file: Uint8Array): boolean {
  return file.length >= FILE_HEADER && formOf(viewOf(file)) !== undefined;
}

function formOf(view: DataView): { readonly littleEndian: boolean; readonly unit: bigint } | undefined {
  for (const littleEndian of [false, true]) {
    const unit = UNITS.get(view.getUint32(0, littleEndian));
    if (unit !== undefined) return { littleEndian, unit };
  }
}

/** The packets of a pcap file, in their order; undefined numbers of octets behind the last whole one are a fault. */
export function* readPcap(file: Uint8Array, onFault: OnFault): Generator<CapturedFrame> {
  const view = viewOf(file);
  const { littleEndian, unit } = formOf(view)!;
  // The upper bits tell whether frame check sequences are there.
  const linkType = view.getUint32(20, littleEndian) & 0x0fff_ffff;
  let at = FILE_HEADER;
  for (let number = 1; at < file.length; number++) {
    const path = `packets[${number}]`;
    if (file.length - at < RECORD_HEADER) {
      return onFault({ path, offset: at, reason: `the file ends within the packet's header` });
    }
    const captured = view.getUint32(at + 8, littleEndian);
    if (captured > LONGEST_PACKET) {
      return onFault({ path, offset: at + 8, reason: `claims ${captured} octets: the file is damaged` });
    }
    const start = at + RECORD_HEADER;
    const octets = file.subarray(start, start + captured);
    if (octets.length < captured) {
      onFault({ path, offset: start, reason: `the file ends after ${octets.length} of ${captured} octets` });
    }
    const seconds = BigInt(view.getUint32(at, littleEndian));
    const ns = seconds * NS_IN_SECOND + BigInt(view.getUint32(at + 4, littleEndian)) * unit;
    yield { number, ns, linkType, octets, length: Math.max(view.getUint32(at + 12, littleEndian), captured) };
    at = start + captured;
  }
}
