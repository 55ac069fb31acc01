/** Numbers of the Linux kernel's interface, equal on x86_64 and aarch64; each object is named after its place. */

/** `errno` values that are told apart. */
export const ERRNO = {
  EINTR: 4,
  EAGAIN: 11,
  EACCES: 13,
  EINVAL: 22,
  EPIPE: 32,
  ENONET: 64,
  EPROTO: 71,
  ENOPROTOOPT: 92,
  EOPNOTSUPP: 95,
  ENETDOWN: 100,
  ENETUNREACH: 101,
  ECONNRESET: 104,
  ENOBUFS: 105,
  ECONNREFUSED: 111,
  EHOSTDOWN: 112,
  EHOSTUNREACH: 113,
  EINPROGRESS: 115,
} as const;

/** Address families. */
export const AF = { INET: 2, INET6: 10 } as const;

/** Types of sockets, and flags beside them. */
export const SOCK = { STREAM: 1, DGRAM: 2, NONBLOCK: 0o4000, CLOEXEC: 0o2000000 } as const;

/** Levels of options and control messages. */
export const LEVEL = { SOCKET: 1, IP: 0, TCP: 6, IPV6: 41 } as const;

/** Options and control messages, by level. */
export const OPTION = {
  /** SOL_SOCKET */
  SOCKET: { REUSEADDR: 2, ERROR: 4, RCVBUF: 8, LINGER: 13, TIMESTAMPNS: 35 },
  /** IPPROTO_IP */
  IP: { PKTINFO: 8, RECVERR: 11 },
  /** IPPROTO_IPV6 */
  IPV6: { RECVERR: 25, V6ONLY: 26, RECVPKTINFO: 49, PKTINFO: 50 },
  /** IPPROTO_TCP */
  TCP: { NODELAY: 1, MAXSEG: 2, INFO: 11, QUICKACK: 12 },
} as const;

/** Flags of send and receive calls. */
export const MSG = { DONTWAIT: 0x40, ERRQUEUE: 0x2000, NOSIGNAL: 0x4000 } as const;

/** `shutdown()` for writing. */
export const SHUT_WR = 1;

/** States of TCP in TCP_INFO. */
export const TCP_STATE = { SYN_SENT: 2, CLOSE: 7 } as const;

/** `clock_gettime()`: the wall clock, which packets are stamped with. */
export const CLOCK_REALTIME = 0;

/** epoll: operations, events, and the size of its structure, which is packed on x86_64 only. */
export const EPOLL = {
  CTL_ADD: 1,
  CTL_DEL: 2,
  IN: 0x1,
  OUT: 0x4,
  /** Told without being asked for. */
  ERR: 0x8,
  RDHUP: 0x2000,
  /** Tells of changes only, so that a socket that nobody reads costs nothing. */
  EDGE: 0x8000_0000,
  EVENT: Deno.build.arch === "x86_64" ? { size: 12, data: 4 } : { size: 16, data: 8 },
} as const;
