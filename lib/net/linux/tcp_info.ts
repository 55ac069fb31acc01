/** struct tcp_info (linux/tcp.h): grown at its end only, so a short one is an older kernel's. */
import type { TcpInfo } from "../transport.ts";

/** As far as fields are read. */
export const TCP_INFO_LENGTH = 152;

const OFFSET = {
  snd_mss: 16,
  rtt: 68,
  total_retrans: 100,
  bytes_acked: 120,
  min_rtt: 148,
} as const;

/** Undefined when not even the round trip time is there. */
export function decodeTcpInfo(info: Uint8Array): TcpInfo | undefined {
  const view = new DataView(info.buffer, info.byteOffset, info.byteLength);
  const has = (offset: number, size: number) => info.length >= offset + size;
  if (!has(OFFSET.total_retrans, 4)) return undefined;
  const microseconds = (offset: number) => view.getUint32(offset, true) / 1000;
  // The kernel counts the SYN as one octet.
  const acked = has(OFFSET.bytes_acked, 8)
    ? Math.max(0, Number(view.getBigUint64(OFFSET.bytes_acked, true)) - 1)
    : undefined;
  return {
    rtt_ms: microseconds(OFFSET.rtt),
    mss: view.getUint32(OFFSET.snd_mss, true),
    retransmits: view.getUint32(OFFSET.total_retrans, true),
    ...(acked !== undefined && { acked }),
    // ~0: not measured yet
    ...(has(OFFSET.min_rtt, 4) && view.getUint32(OFFSET.min_rtt, true) !== 0xffffffff &&
      { min_rtt_ms: microseconds(OFFSET.min_rtt) }),
  };
}
