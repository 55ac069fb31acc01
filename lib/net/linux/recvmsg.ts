/** recvmsg(): datagrams with their source, and the error queue with what ICMP said and who said it. */
import type { Endpoint } from "../../model/mod.ts";
import { describeIcmp } from "../icmp.ts";
import type { Icmp } from "../transport.ts";
import { addressOf, c, SOCKET } from "./libc.ts";
import { decodeSockaddr, SOCKADDR_LENGTH } from "./sockaddr.ts";

/** A datagram cannot be larger. */
const DATAGRAM = 65_536;
const CONTROL = 512;
/** struct msghdr on a 64-bit Linux: name, its length, iov, its count, control, its length, flags. */
const MSGHDR = { NAME_LENGTH: 8, IOV: 16, IOV_COUNT: 24, CONTROL: 32, CONTROL_LENGTH: 40, LENGTH: 56 } as const;
/** sock_extended_err.ee_origin. */
const ORIGIN = { LOCAL: 1, ICMP: 2, ICMP6: 3 } as const;
/** Errors taken from one queue at a time. */
const MAX_ERRORS = 64;

const name = new Uint8Array(SOCKADDR_LENGTH);
const data = new Uint8Array(DATAGRAM);
const control = new Uint8Array(CONTROL);
const iov = new BigUint64Array(2);
const header = new Uint8Array(MSGHDR.LENGTH);
const view = new DataView(header.buffer);

/** One message into the shared buffers; its length, or -1. */
function receive(fd: number, flags: number): number {
  iov[0] = addressOf(data);
  iov[1] = BigInt(DATAGRAM);
  view.setBigUint64(0, addressOf(name), true);
  view.setUint32(MSGHDR.NAME_LENGTH, SOCKADDR_LENGTH, true);
  view.setBigUint64(MSGHDR.IOV, addressOf(iov), true);
  view.setBigUint64(MSGHDR.IOV_COUNT, 1n, true);
  view.setBigUint64(MSGHDR.CONTROL, addressOf(control), true);
  view.setBigUint64(MSGHDR.CONTROL_LENGTH, BigInt(CONTROL), true);
  return Number(c().recvmsg(fd, header, flags | SOCKET.MSG_DONTWAIT));
}

/** The next datagram; undefined when none waits or an error came instead (ask the error queue). */
export function receiveDatagram(fd: number): { data: Uint8Array; from: Endpoint } | undefined {
  const length = receive(fd, 0);
  if (length < 0) return undefined;
  const from = decodeSockaddr(name);
  return from === undefined ? undefined : { data: data.slice(0, length), from };
}

/** One entry of an error queue. */
export interface QueuedError {
  readonly errno: number;
  /** Absent for errors of this machine's own making. */
  readonly icmp?: Icmp;
}

/** Empties a socket's error queue, oldest first. */
export function drainErrors(fd: number): QueuedError[] {
  const errors: QueuedError[] = [];
  while (errors.length < MAX_ERRORS && receive(fd, SOCKET.MSG_ERRQUEUE) >= 0) {
    const error = decodeControl(Number(view.getBigUint64(MSGHDR.CONTROL_LENGTH, true)));
    if (error !== undefined) errors.push(error);
  }
  return errors;
}

/** Looks for IP_RECVERR or IPV6_RECVERR in the control messages. */
function decodeControl(length: number): QueuedError | undefined {
  const at = new DataView(control.buffer, 0, Math.min(length, CONTROL));
  for (let offset = 0; offset + 32 <= at.byteLength;) {
    const size = Number(at.getBigUint64(offset, true));
    const level = at.getInt32(offset + 8, true);
    const type = at.getInt32(offset + 12, true);
    const isError = (level === SOCKET.IPPROTO_IP && type === SOCKET.IP_RECVERR) ||
      (level === SOCKET.IPPROTO_IPV6 && type === SOCKET.IPV6_RECVERR);
    if (isError && size >= 32) return decodeExtended(offset + 16, Math.min(offset + size, at.byteLength), at);
    if (size < 16) return undefined;
    offset += (size + 7) & ~7;
  }
  return undefined;
}

/** struct sock_extended_err, and behind it the address of who sent the ICMP error (SO_EE_OFFENDER). */
function decodeExtended(start: number, end: number, at: DataView): QueuedError {
  const errno = at.getUint32(start, true);
  const origin = at.getUint8(start + 4);
  if (origin !== ORIGIN.ICMP && origin !== ORIGIN.ICMP6) return { errno };
  const version = origin === ORIGIN.ICMP ? 4 : 6;
  const type = at.getUint8(start + 5);
  const code = at.getUint8(start + 6);
  const described = describeIcmp(version, type, code);
  const mtu = at.getUint32(start + 8, true);
  const offender = decodeSockaddr(control.subarray(start + 16, end));
  return {
    errno,
    icmp: {
      version,
      type,
      code,
      ...described,
      from: offender?.address ?? null,
      ...(described.failure === "message-too-long" && mtu > 0 && { mtu }),
    },
  };
}
