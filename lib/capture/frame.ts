/** Packets as capture files hold them, whatever the file's format. */
import type { Fault } from "../wire/mod.ts";

/** One packet of a capture file. */
export interface CapturedFrame {
  /** As Wireshark counts them: from 1. */
  readonly number: number;
  /** Nanoseconds since 1970, UTC; undefined where the file does not say. */
  readonly ns?: bigint;
  /** A LINKTYPE_ number (https://www.tcpdump.org/linktypes.html). */
  readonly linkType: number;
  /** What is there of it. */
  readonly octets: Uint8Array;
  /** Octets that it had. */
  readonly length: number;
}

/** Takes note of what is wrong with a file; reading goes on as far as it can. */
export type OnFault = (fault: Fault) => void;

/** A DataView over octets, for files in either byte order. */
export function viewOf(octets: Uint8Array): DataView {
  return new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
}
