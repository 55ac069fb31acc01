/** What all sockets here have in common: made, set, bound, closed. */
import type { Endpoint } from "../../model/mod.ts";
import { type Trouble, troubleOfErrno, troubleOfError } from "../failure.ts";
import { AF, ERRNO, LEVEL, OPTION, SOCK } from "./constants.ts";
import { c, errno } from "./libc.ts";
import { encodeSockaddr, familyNumber } from "./sockaddr.ts";

/** A system call that failed. */
export class SystemError extends Error {
  override readonly name = "SystemError";
  readonly trouble: Trouble;

  constructor(readonly errno: number, readonly call: string) {
    const trouble = troubleOfErrno(errno, call);
    super(trouble.detail);
    this.trouble = trouble;
  }
}

/** Throws what the last call left in errno, if it failed. */
export function checked(result: number, call: string): number {
  if (result < 0) throw new SystemError(errno(), call);
  return result;
}

/** An option's value and length, on their way to the system and back. */
const optionValue = new Int32Array(new ArrayBuffer(4));
const optionLength = new Uint32Array(new ArrayBuffer(4));

/** Sets an option to a number; answers whether the system did. */
export function setOption(fd: number, level: number, option: number, value: number): boolean {
  optionValue[0] = value;
  return c().setsockopt(fd, level, option, optionValue, 4) === 0;
}

/** Asks for an option that is a number; reading SO_ERROR clears it. */
export function getOption(fd: number, level: number, option: number): number {
  optionValue[0] = 0;
  optionLength[0] = 4;
  c().getsockopt(fd, level, option, optionValue, optionLength);
  return optionValue[0];
}

/**
 * A socket that never blocks, reports ICMP errors through its error queue (ip(7), IP_RECVERR) and stamps what arrives with
 * the time of its arrival.
 *
 * @throws {SystemError} when there is none to be had
 */
export function newSocket(address: string, type: number): number {
  const family = familyNumber(address);
  const fd = checked(c().socket(family, type | SOCK.NONBLOCK | SOCK.CLOEXEC, 0), "socket");
  if (family === AF.INET6) {
    setOption(fd, LEVEL.IPV6, OPTION.IPV6.V6ONLY, 1);
    setOption(fd, LEVEL.IPV6, OPTION.IPV6.RECVERR, 1);
  } else setOption(fd, LEVEL.IP, OPTION.IP.RECVERR, 1);
  setOption(fd, LEVEL.SOCKET, OPTION.SOCKET.TIMESTAMPNS, 1);
  return fd;
}

/**
 * Gives a socket its local end.
 *
 * @throws {SystemError} when the address is not ours, the port is taken, or needs a privilege
 */
export function bindSocket(fd: number, local: Endpoint | Uint8Array<ArrayBuffer>): void {
  const sockaddr = local instanceof Uint8Array ? local : encodeSockaddr(local);
  checked(c().bind(fd, sockaddr, sockaddr.length), "bind");
}

/** errno values by which connect() and send() say that the kernel's own tables lead nowhere. */
const NO_ROUTE: ReadonlySet<number> = new Set([ERRNO.ENETUNREACH, ERRNO.EHOSTUNREACH, ERRNO.ENETDOWN]);

/** What an exception means that came before a packet left this machine: an unreachable network is then a missing route. */
export function localTrouble(error: unknown, remote: Endpoint): Trouble {
  if (!(error instanceof SystemError)) return troubleOfError(error);
  const { call, trouble } = error;
  if (call !== "connect" && call !== "send") return trouble;
  if (error.errno === ERRNO.EINVAL && /^fe[89ab][0-9a-f]:[^%]*$/i.test(remote.address)) {
    return { failure: "no-route", detail: `a link-local address needs its zone, as in ${remote.address}%eth0` };
  }
  return NO_ROUTE.has(error.errno) ? { failure: "no-route", detail: trouble.detail } : trouble;
}
