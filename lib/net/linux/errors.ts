/** From numbers of the system to the closed list of failures. */
import type { Failure } from "../../model/mod.ts";
import { ERRNO } from "./libc.ts";

const FAILURE: Readonly<Record<number, readonly [Failure, string]>> = {
  [ERRNO.EPERM]: ["permission", "forbidden by this machine's own packet filter or policy (EPERM)"],
  [ERRNO.EACCES]: ["permission", "permission denied (EACCES)"],
  [ERRNO.EINVAL]: ["other", "invalid argument (EINVAL)"],
  [ERRNO.EPIPE]: ["reset", "broken pipe (EPIPE)"],
  [ERRNO.EMSGSIZE]: ["message-too-long", "message too long for the path (EMSGSIZE)"],
  [ERRNO.EAFNOSUPPORT]: ["no-family", "this machine has no such address family (EAFNOSUPPORT)"],
  [ERRNO.EADDRINUSE]: ["address-in-use", "the local port is in use (EADDRINUSE)"],
  [ERRNO.EADDRNOTAVAIL]: ["address-not-available", "this machine does not have that local address (EADDRNOTAVAIL)"],
  [ERRNO.ENETDOWN]: ["no-route", "the network interface is down (ENETDOWN)"],
  [ERRNO.ENETUNREACH]: ["no-route", "this machine has no route to the address (ENETUNREACH)"],
  [ERRNO.ECONNRESET]: ["reset", "connection reset (ECONNRESET)"],
  [ERRNO.ETIMEDOUT]: ["timeout", "the system gave up retransmitting (ETIMEDOUT)"],
  [ERRNO.ECONNREFUSED]: ["refused", "connection refused (ECONNREFUSED)"],
  [ERRNO.EHOSTUNREACH]: ["host-unreachable", "no route to host (EHOSTUNREACH)"],
};

/** The failure's name and its words. */
export function failureOf(errno: number): { failure: Failure; detail: string } {
  const [failure, detail] = FAILURE[errno] ?? ["other", `system error ${errno}`];
  return { failure, detail };
}
