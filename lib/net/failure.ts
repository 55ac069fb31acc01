/** The words of operating systems for trouble, as the report's closed list of failures. */
import type { Failure } from "../model/mod.ts";

/** What went wrong, and the system's own words. */
export interface Trouble {
  readonly failure: Failure;
  readonly detail: string;
}

/** POSIX names of errors, by what they mean for a probe; what is not here is `other`. */
const BY_NAME: Readonly<Record<string, Failure>> = {
  ECONNREFUSED: "refused",
  ECONNRESET: "reset",
  ECONNABORTED: "reset",
  EPIPE: "reset",
  ETIMEDOUT: "timeout",
  EHOSTUNREACH: "host-unreachable",
  EHOSTDOWN: "host-unreachable",
  ENETUNREACH: "net-unreachable",
  ENONET: "net-unreachable",
  ENETDOWN: "no-route",
  EAFNOSUPPORT: "no-family",
  EPFNOSUPPORT: "no-family",
  EMSGSIZE: "message-too-long",
  EACCES: "permission",
  EPERM: "permission",
  EADDRINUSE: "address-in-use",
  EADDRNOTAVAIL: "address-not-available",
};

/** Error numbers of Linux, the same on every architecture that is served here, with the C library's words. */
const LINUX: Readonly<Record<number, readonly [name: string, words: string]>> = {
  1: ["EPERM", "operation not permitted"],
  4: ["EINTR", "interrupted system call"],
  9: ["EBADF", "bad file descriptor"],
  11: ["EAGAIN", "resource temporarily unavailable"],
  12: ["ENOMEM", "out of memory"],
  13: ["EACCES", "permission denied"],
  22: ["EINVAL", "invalid argument"],
  23: ["ENFILE", "too many open files in the system"],
  24: ["EMFILE", "too many open files"],
  32: ["EPIPE", "broken pipe"],
  64: ["ENONET", "machine is not on the network"],
  71: ["EPROTO", "protocol error"],
  90: ["EMSGSIZE", "message too long"],
  92: ["ENOPROTOOPT", "protocol not available"],
  93: ["EPROTONOSUPPORT", "protocol not supported"],
  95: ["EOPNOTSUPP", "operation not supported"],
  96: ["EPFNOSUPPORT", "protocol family not supported"],
  97: ["EAFNOSUPPORT", "address family not supported"],
  98: ["EADDRINUSE", "address already in use"],
  99: ["EADDRNOTAVAIL", "cannot assign requested address"],
  100: ["ENETDOWN", "network is down"],
  101: ["ENETUNREACH", "network is unreachable"],
  103: ["ECONNABORTED", "connection aborted"],
  104: ["ECONNRESET", "connection reset by peer"],
  105: ["ENOBUFS", "no buffer space available"],
  107: ["ENOTCONN", "not connected"],
  110: ["ETIMEDOUT", "connection timed out"],
  111: ["ECONNREFUSED", "connection refused"],
  112: ["EHOSTDOWN", "host is down"],
  113: ["EHOSTUNREACH", "no route to host"],
  114: ["EALREADY", "operation already in progress"],
  115: ["EINPROGRESS", "operation now in progress"],
};

/** The name of a Linux error number: `ECONNREFUSED`. */
export function errnoName(errno: number): string {
  return LINUX[errno]?.[0] ?? `errno ${errno}`;
}

/** What a Linux error number means. */
export function troubleOfErrno(errno: number, call: string): Trouble {
  const [name, words] = LINUX[errno] ?? [`errno ${errno}`, `error ${errno}`];
  return { failure: BY_NAME[name] ?? "other", detail: `${call}: ${words} (${name})` };
}

/** Classes of the runtime's errors that carry no POSIX name. */
const BY_CLASS: readonly (readonly [new (message: string) => Error, Failure])[] = [
  [Deno.errors.ConnectionRefused, "refused"],
  [Deno.errors.ConnectionReset, "reset"],
  [Deno.errors.ConnectionAborted, "reset"],
  [Deno.errors.BrokenPipe, "reset"],
  [Deno.errors.TimedOut, "timeout"],
  [Deno.errors.AddrInUse, "address-in-use"],
  [Deno.errors.AddrNotAvailable, "address-not-available"],
  [Deno.errors.PermissionDenied, "permission"],
  [Deno.errors.NotCapable, "permission"],
];

/** What an exception of the runtime's own network functions means. */
export function troubleOfError(error: unknown): Trouble {
  if (!(error instanceof Error)) return { failure: "other", detail: String(error) };
  const detail = error.message;
  const code = (error as { code?: unknown }).code;
  if (typeof code === "string" && BY_NAME[code] !== undefined) return { failure: BY_NAME[code], detail };
  const known = BY_CLASS.find(([errorClass]) => error instanceof errorClass);
  return { failure: known?.[1] ?? "other", detail };
}
