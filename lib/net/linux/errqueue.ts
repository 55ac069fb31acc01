/** The error queue of a socket (ip(7), IP_RECVERR): what ICMP said about packets of ours, and who said it. */
import { errnoName } from "../failure.ts";
import { describeIcmp } from "../icmp.ts";
import type { Icmp } from "../transport.ts";
import { ERRNO, LEVEL, MSG, OPTION } from "./constants.ts";
import { type ControlMessage, receiveMessage } from "./message.ts";
import { decodeSockaddr } from "./sockaddr.ts";

/** struct sock_extended_err (linux/errqueue.h); the address of who sent the error follows it. */
const EXTENDED = { errno: 0, origin: 4, type: 5, code: 6, info: 8, size: 16 } as const;
/** sock_extended_err.ee_origin */
const ORIGIN = { ICMP: 2, ICMP6: 3 } as const;
/** Errors that are taken at once: a flood of them must not hold up everything else. */
const BATCH = 64;

/** One error. */
export interface QueuedError {
  readonly errno: number;
  readonly at: number;
  /** Absent for errors of this machine's own making, such as a datagram that is too long for the path. */
  readonly icmp?: Icmp;
}

/** Takes errors from the queue, oldest first; an empty queue is no error. */
export function takeErrors(fd: number): QueuedError[] {
  const errors: QueuedError[] = [];
  while (errors.length < BATCH) {
    const message = receiveMessage(fd, MSG.ERRQUEUE);
    if (message === undefined) break;
    const extended = message.control.find(isExtendedError);
    if (extended !== undefined) errors.push({ ...decodeExtended(extended.data), at: message.at });
  }
  return errors;
}

function isExtendedError({ level, type, data }: ControlMessage): boolean {
  if (data.length < EXTENDED.size) return false;
  return (level === LEVEL.IP && type === OPTION.IP.RECVERR) || (level === LEVEL.IPV6 && type === OPTION.IPV6.RECVERR);
}

function decodeExtended(data: Uint8Array<ArrayBuffer>): Omit<QueuedError, "at"> {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const errno = view.getUint32(EXTENDED.errno, true);
  const origin = view.getUint8(EXTENDED.origin);
  if (origin !== ORIGIN.ICMP && origin !== ORIGIN.ICMP6) return { errno };
  const version = origin === ORIGIN.ICMP ? 4 : 6;
  const type = view.getUint8(EXTENDED.type);
  const code = view.getUint8(EXTENDED.code);
  const described = describeIcmp(version, type, code);
  const mtu = view.getUint32(EXTENDED.info, true);
  const icmp: Icmp = {
    version,
    type,
    code,
    ...described,
    from: decodeSockaddr(data.subarray(EXTENDED.size))?.address ?? null,
    ...(described.failure === "message-too-long" && mtu > 0 && { mtu }),
  };
  return { errno, icmp };
}

/** What is left of an ICMP error where only errno tells of it: type, the first code that fits, and the meaning. */
type Remains = readonly [type4: number, code4: number, type6: number, code6: number];

/** By errno; see icmp_err_convert (net/ipv4/icmp.c) and icmpv6_err_convert (net/ipv6/icmp.c). */
const REMAINS: ReadonlyMap<number, Remains> = new Map([
  [ERRNO.ENETUNREACH, [3, 0, 1, 0]],
  [ERRNO.EHOSTUNREACH, [3, 1, 1, 3]],
  [ERRNO.ENOPROTOOPT, [3, 2, 4, 1]],
  [ERRNO.ECONNREFUSED, [3, 3, 1, 4]],
  [ERRNO.EOPNOTSUPP, [3, 5, 4, 2]],
  [ERRNO.EHOSTDOWN, [3, 7, 1, 3]],
  [ERRNO.ENONET, [3, 8, 1, 0]],
  [ERRNO.EACCES, [3, 13, 1, 1]],
  [ERRNO.EPROTO, [12, 0, 4, 0]],
]);

/**
 * The ICMP error behind an errno value. TCP keeps no error queue for established connections: one call fails, and neither
 * the sender nor the exact code is known. The name says so.
 */
export function icmpOfErrno(number: number, version: 4 | 6): Icmp | undefined {
  const remains = REMAINS.get(number);
  if (remains === undefined) return undefined;
  const [type, code] = version === 4 ? remains : [remains[2], remains[3]];
  const { name, failure } = describeIcmp(version, type, code);
  return { version, type, code, name: `${name}, or alike (${errnoName(number)})`, from: null, failure };
}
