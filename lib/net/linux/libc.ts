/**
 * The functions of the C library that the sockets stand on. Addresses are numbers here, never pointer objects: for those
 * the runtime wants a permission for every library, while numbers get by with the one for this library.
 */
const SYMBOLS = {
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  listen: { parameters: ["i32", "i32"], result: "i32" },
  accept4: { parameters: ["i32", "buffer", "buffer", "i32"], result: "i32" },
  shutdown: { parameters: ["i32", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  getsockname: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
  getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
  send: { parameters: ["i32", "buffer", "usize", "i32"], result: "isize" },
  sendmsg: { parameters: ["i32", "buffer", "i32"], result: "isize" },
  recvmsg: { parameters: ["i32", "buffer", "i32"], result: "isize" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  eventfd: { parameters: ["u32", "i32"], result: "i32" },
  epoll_create1: { parameters: ["i32"], result: "i32" },
  epoll_ctl: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
  epoll_wait: { parameters: ["i32", "buffer", "i32", "i32"], result: "i32", nonblocking: true },
  usleep: { parameters: ["u32"], result: "i32" },
  clock_gettime: { parameters: ["i32", "buffer"], result: "i32" },
  if_nametoindex: { parameters: ["buffer"], result: "u32" },
  if_indextoname: { parameters: ["u32", "buffer"], result: "usize" },
  __errno_location: { parameters: [], result: "usize" },
  copyFrom: { name: "memcpy", parameters: ["buffer", "usize", "usize"], result: "usize" },
} as const;

type Libc = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

/**
 * Where distributions keep the C library. Absolute, so that `--allow-ffi=PATH` can name them: `.ci/permissions.ts` does,
 * and a test compares the two lists.
 */
export const LIBC_PATHS: readonly string[] = [
  "/lib/x86_64-linux-gnu/libc.so.6",
  "/lib/aarch64-linux-gnu/libc.so.6",
  "/lib64/libc.so.6",
  "/usr/lib/libc.so.6",
  "/lib/libc.so.6",
];

let loaded: Libc | undefined;
let sought = false;

/**
 * The C library, or undefined where it is not to be had: another system, another libc, or no permission. Its sockets are
 * out of sight of the runtime, so it is not used unless the runtime's own could reach everything too. Asks nobody for a
 * permission.
 */
export function libc(): Libc | undefined {
  if (!sought) {
    sought = true;
    loaded = load();
  }
  return loaded;
}

function load(): Libc | undefined {
  const { os, arch } = Deno.build;
  // The structures below lib/net/linux are those of 64-bit little-endian Linux.
  if (os !== "linux" || (arch !== "x86_64" && arch !== "aarch64")) return undefined;
  if (Deno.permissions.querySync({ name: "net" }).state !== "granted") return undefined;
  for (const path of LIBC_PATHS) {
    try {
      if (Deno.permissions.querySync({ name: "ffi", path }).state !== "granted") continue;
      return Deno.dlopen(path, SYMBOLS).symbols;
    } catch {
      // Not there. Where no path fits (musl, other places), the portable sockets serve.
    }
  }
  return undefined;
}

/** The C library, for code that runs only where {@linkcode libc} has one. */
export function c(): Libc {
  const library = libc();
  if (library === undefined) throw new Error("Cannot call the C library: it is not available here");
  return library;
}

const errnoCopy = new Int32Array(new ArrayBuffer(4));
let errnoAddress: bigint | undefined;

/** errno of the last call that failed. Only for calls of this thread, so not for `epoll_wait`. */
export function errno(): number {
  const library = c();
  // One address per thread, for ever.
  errnoAddress ??= library.__errno_location();
  library.copyFrom(errnoCopy, errnoAddress, 4n);
  return errnoCopy[0]!;
}

/** Memory that structures of the C library can point to: it never moves, and its owner must keep it. */
export class Block {
  readonly octets: Uint8Array<ArrayBuffer>;
  readonly view: DataView<ArrayBuffer>;
  readonly address: bigint;

  constructor(size: number) {
    this.octets = new Uint8Array(new ArrayBuffer(size));
    this.view = new DataView(this.octets.buffer);
    // Copies nothing: memcpy answers the address of its first argument.
    this.address = c().copyFrom(this.octets, 0n, 0n);
  }
}
