/** struct tcp_info (linux/tcp.h). It grows at its end only, so a short one is that of an older kernel. */
import type { TcpInfo } from "../transport.ts";
import { LEVEL, OPTION } from "./constants.ts";
import { c } from "./libc.ts";

/** As far as fields are read here. */
const LENGTH = 152;
const OFFSET = { state: 0, sndMss: 16, rtt: 68, totalRetrans: 100, bytesAcked: 120, minRtt: 148 } as const;
/** tcpi_min_rtt before there was a measurement. */
const UNMEASURED = 0xffffffff;

/** What the kernel knows of a connection now. */
export interface KernelTcp extends TcpInfo {
  /** State of the connection, as Linux numbers them: 1 established, 2 SYN sent, 7 closed. */
  readonly state: number;
}

/** Undefined when the system does not tell. */
export function readTcpInfo(fd: number): KernelTcp | undefined {
  const info = new Uint8Array(new ArrayBuffer(LENGTH));
  const length = new Uint32Array(new ArrayBuffer(4)).fill(LENGTH);
  if (c().getsockopt(fd, LEVEL.TCP, OPTION.TCP.INFO, info, length) < 0) return undefined;
  return decodeTcpInfo(info.subarray(0, length[0]));
}

/** Undefined when not even the round trip time is there. */
export function decodeTcpInfo(info: Uint8Array<ArrayBuffer>): KernelTcp | undefined {
  const view = new DataView(info.buffer, info.byteOffset, info.byteLength);
  const has = (offset: number, size: number) => info.length >= offset + size;
  if (!has(OFFSET.totalRetrans, 4)) return undefined;
  const milliseconds = (offset: number) => view.getUint32(offset, true) / 1000;
  const minRtt = has(OFFSET.minRtt, 4) ? view.getUint32(OFFSET.minRtt, true) : UNMEASURED;
  return {
    state: view.getUint8(OFFSET.state),
    rtt_ms: milliseconds(OFFSET.rtt),
    mss: view.getUint32(OFFSET.sndMss, true),
    retransmits: view.getUint32(OFFSET.totalRetrans, true),
    ...(minRtt !== UNMEASURED && { min_rtt_ms: minRtt / 1000 }),
    ...(has(OFFSET.bytesAcked, 8) && { acked: Number(view.getBigUint64(OFFSET.bytesAcked, true)) }),
  };
}
