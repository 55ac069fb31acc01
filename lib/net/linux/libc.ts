/** The functions of libc that the sockets need, and errno. Linux on x86_64 and aarch64, whose constants here are equal. */
const SYMBOLS = {
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  listen: { parameters: ["i32", "i32"], result: "i32" },
  accept4: { parameters: ["i32", "buffer", "buffer", "i32"], result: "i32" },
  getsockname: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
  getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
  sendto: { parameters: ["i32", "buffer", "usize", "i32", "buffer", "u32"], result: "isize" },
  send: { parameters: ["i32", "buffer", "usize", "i32"], result: "isize" },
  recv: { parameters: ["i32", "buffer", "usize", "i32"], result: "isize" },
  recvmsg: { parameters: ["i32", "buffer", "i32"], result: "isize" },
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  close: { parameters: ["i32"], result: "i32" },
  epoll_create1: { parameters: ["i32"], result: "i32" },
  epoll_ctl: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
  epoll_wait: { parameters: ["i32", "buffer", "i32", "i32"], result: "i32", nonblocking: true },
  eventfd: { parameters: ["u32", "i32"], result: "i32" },
  // Addresses as numbers, not as pointer objects: those need the permission for every library, numbers only the one for libc.
  __errno_location: { parameters: [], result: "usize" },
  memcpy: { parameters: ["buffer", "usize", "usize"], result: "usize" },
} as const;

type Library = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

/**
 * Where distributions keep the C library. Absolute, so that `--allow-ffi=PATH` can name them: `.ci/permissions.ts` does, and a
 * test compares the two lists.
 */
export const LIBC_PATHS: readonly string[] = [
  "/lib/x86_64-linux-gnu/libc.so.6",
  "/lib/aarch64-linux-gnu/libc.so.6",
  "/lib64/libc.so.6",
  "/usr/lib/libc.so.6",
  "/lib/libc.so.6",
];
let library: Library | null | undefined;

/** libc, or null where it is not to be had: another system, or no permission. Never asks for a permission. */
export function libc(): Library | null {
  if (library !== undefined) return library;
  library = null;
  const { os, arch } = Deno.build;
  if (os !== "linux" || (arch !== "x86_64" && arch !== "aarch64")) return library;
  for (const path of LIBC_PATHS) {
    try {
      if (Deno.permissions.querySync({ name: "ffi", path }).state !== "granted") continue;
      return library = Deno.dlopen(path, SYMBOLS).symbols;
    } catch {
      // Not there; on a system without glibc (musl) it is nowhere, and the portable sockets serve.
    }
  }
  return library;
}

/** libc, for code that runs only where {@linkcode libc} answered. */
export function c(): Library {
  const symbols = libc();
  if (symbols === null) throw new Error("Cannot call libc: it is not available here");
  return symbols;
}

/** errno of the call before this one. */
export function errno(): number {
  const { __errno_location, memcpy } = c();
  memcpy(errnoCopy, __errno_location(), 4n);
  return errnoCopy[0] ?? 0;
}

const errnoCopy = new Int32Array(1);

/** Where a buffer's octets are. */
export function addressOf(buffer: Uint8Array<ArrayBuffer> | BigUint64Array<ArrayBuffer>): bigint {
  // Copies nothing: memcpy returns the address of its first argument.
  return c().memcpy(buffer, 0n, 0n);
}

/** Numbers of errno that are told apart. */
export const ERRNO = {
  EPERM: 1,
  EINTR: 4,
  EAGAIN: 11,
  EACCES: 13,
  EINVAL: 22,
  EPIPE: 32,
  EMSGSIZE: 90,
  EAFNOSUPPORT: 97,
  EADDRINUSE: 98,
  EADDRNOTAVAIL: 99,
  ENETDOWN: 100,
  ENETUNREACH: 101,
  ECONNRESET: 104,
  ETIMEDOUT: 110,
  ECONNREFUSED: 111,
  EHOSTUNREACH: 113,
  EINPROGRESS: 115,
} as const;

/** Socket constants, from the kernel's headers. */
export const SOCKET = {
  AF_INET: 2,
  AF_INET6: 10,
  STREAM: 1,
  DGRAM: 2,
  NONBLOCK: 0o4000,
  CLOEXEC: 0o2000000,
  SOL_SOCKET: 1,
  SO_REUSEADDR: 2,
  SO_ERROR: 4,
  SO_RCVBUF: 8,
  SO_LINGER: 13,
  IPPROTO_IP: 0,
  IP_RECVERR: 11,
  IPPROTO_TCP: 6,
  TCP_NODELAY: 1,
  TCP_MAXSEG: 2,
  TCP_INFO: 11,
  IPPROTO_IPV6: 41,
  IPV6_RECVERR: 25,
  IPV6_V6ONLY: 26,
  MSG_DONTWAIT: 0x40,
  MSG_ERRQUEUE: 0x2000,
  MSG_NOSIGNAL: 0x4000,
} as const;

/** Sets an integer option; false when the system refuses. */
export function setOption(fd: number, level: number, name: number, value: number): boolean {
  return c().setsockopt(fd, level, name, new Uint8Array(Int32Array.of(value).buffer), 4) === 0;
}
