/** TCP on Linux, through libc: RST, ICMP errors and FIN told apart, with what the kernel knows of the connection. */
import type { Endpoint, Sight } from "../../model/mod.ts";
import { Arrivals } from "../arrivals.ts";
import type { Arrival, Channel, ConnectOptions, Icmp, Opened, TcpInfo } from "../transport.ts";
import { failureOf } from "./errors.ts";
import { c, ERRNO, errno, setOption, SOCKET } from "./libc.ts";
import { reactor, READY } from "./reactor.ts";
import { drainErrors } from "./recvmsg.ts";
import { encodeSockaddr, familyNumber, localEndpoint } from "./sockaddr.ts";
import { decodeTcpInfo, TCP_INFO_LENGTH } from "./tcp_info.ts";
import { newSocket } from "./udp.ts";

/** See {@linkcode Sight}. */
export const TCP_SIGHT: Sight = { icmp: true, router: true, strangers: false, tcpInfo: true };

const BATCH = 32;
const buffer = new Uint8Array(65_536);

/** SO_ERROR, cleared by reading. */
function pendingError(fd: number): number {
  const value = new Int32Array(1);
  const length = new Uint8Array(Uint32Array.of(4).buffer);
  c().getsockopt(fd, SOCKET.SOL_SOCKET, SOCKET.SO_ERROR, new Uint8Array(value.buffer), length);
  return value[0]!;
}

/** Connects to one address; no race between addresses, no retry. */
export function connectTcp(remote: Endpoint, options: ConnectOptions): Promise<Opened<Channel>> {
  const began = performance.now();
  const failed = (number: number, icmp?: Icmp): Opened<Channel> => ({
    ok: false,
    ...failureOf(number),
    ...(icmp !== undefined && { icmp, failure: icmp.failure, detail: `ICMP ${icmp.name}` }),
    ms: performance.now() - began,
  });
  const fd = newSocket(familyNumber(remote.address), SOCKET.STREAM);
  if (fd < 0) return Promise.resolve(failed(errno()));
  const number = prepare(fd, remote, options);
  if (number !== 0) {
    const [error] = drainErrors(fd);
    c().close(fd);
    return Promise.resolve(failed(number, error?.icmp));
  }
  return new Promise((resolve) => {
    const stop = () => {
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", onAbort);
      reactor().remove(fd);
    };
    const end = (number: number, icmp?: Icmp) => {
      stop();
      const local = localOf(fd);
      c().close(fd);
      resolve({ ...failed(number, icmp), ...local } as Opened<Channel>);
    };
    const onTimeout = () => end(ERRNO.ETIMEDOUT);
    const onAbort = () => end(ERRNO.ETIMEDOUT);
    const timer = setTimeout(onTimeout, Math.max(0, options.until - began));
    if (options.signal?.aborted) return onAbort();
    options.signal?.addEventListener("abort", onAbort);
    reactor().add(fd, READY.OUT, () => {
      // The queue first: an ICMP error that came while connect() ran waits there although the kernel goes on trying.
      const icmp = drainErrors(fd).find((e) => e.icmp !== undefined)?.icmp;
      const number = pendingError(fd);
      if (icmp !== undefined && icmp.failure !== "message-too-long") return end(number || ERRNO.EHOSTUNREACH, icmp);
      if (number !== 0) return end(number);
      const ms = performance.now() - began;
      // The channel watches the descriptor anew, so this watch has to end before.
      stop();
      resolve({ ok: true, channel: new TcpChannel(fd, remote, localEndpoint(fd)!), ms });
    });
  });
}

function localOf(fd: number): { local?: Endpoint } {
  const local = localEndpoint(fd);
  return local === undefined || local.port === 0 ? {} : { local };
}

/** Options, local address, and the SYN; errno, or 0 when it is on its way. */
function prepare(fd: number, remote: Endpoint, options: ConnectOptions): number {
  setOption(fd, SOCKET.IPPROTO_TCP, SOCKET.TCP_NODELAY, 1);
  if (options.mss !== undefined) setOption(fd, SOCKET.IPPROTO_TCP, SOCKET.TCP_MAXSEG, options.mss);
  if (options.source !== undefined || options.sourcePort !== undefined) {
    const any = remote.address.includes(":") ? "::" : "0.0.0.0";
    const at = encodeSockaddr({ address: options.source ?? any, port: options.sourcePort ?? 0 });
    if (c().bind(fd, at, at.length) < 0) return errno();
  }
  const to = encodeSockaddr(remote);
  if (c().connect(fd, to, to.length) === 0) return 0;
  const number = errno();
  return number === ERRNO.EINPROGRESS ? 0 : number;
}

/** An established connection, ours or accepted. */
export class TcpChannel implements Channel {
  readonly sight = TCP_SIGHT;
  readonly localCandidates: readonly string[];
  readonly #arrivals = new Arrivals(() => this.#listen());
  #fd: number;
  #ended = false;
  #paused = false;
  #writable: (() => void) | undefined;
  #last: TcpInfo | undefined;

  constructor(fd: number, readonly remote: Endpoint, readonly local: Endpoint) {
    this.#fd = fd;
    this.localCandidates = [local.address];
    reactor().add(fd, READY.IN, (events) => this.#ready(events));
  }

  async send(data: Uint8Array): Promise<void> {
    let rest = data as Uint8Array<ArrayBuffer>;
    while (rest.length > 0 && this.#fd >= 0) {
      const sent = Number(c().send(this.#fd, rest, BigInt(rest.length), SOCKET.MSG_NOSIGNAL));
      if (sent >= 0) {
        rest = rest.subarray(sent);
        continue;
      }
      const number = errno();
      if (number === ERRNO.EAGAIN) await this.#untilWritable();
      // The kernel tells of a RST once, to whoever calls first: after this, recv() would say FIN.
      else return this.#refused(number);
    }
  }

  receive(until: number, signal?: AbortSignal): Promise<Arrival | undefined> {
    return this.#arrivals.next(until, signal);
  }

  close(how: "fin" | "rst" = "fin"): void {
    if (this.#fd < 0) return;
    this.#last = this.tcpInfo();
    reactor().remove(this.#fd);
    if (how === "rst") {
      const linger = new Uint8Array(Int32Array.of(1, 0).buffer);
      c().setsockopt(this.#fd, SOCKET.SOL_SOCKET, SOCKET.SO_LINGER, linger, linger.length);
    }
    c().close(this.#fd);
    this.#fd = -1;
    this.#writable?.();
    this.#arrivals.close();
  }

  tcpInfo(): TcpInfo | undefined {
    if (this.#fd < 0) return this.#last;
    const info = new Uint8Array(TCP_INFO_LENGTH);
    const length = new Uint8Array(Uint32Array.of(TCP_INFO_LENGTH).buffer);
    if (c().getsockopt(this.#fd, SOCKET.IPPROTO_TCP, SOCKET.TCP_INFO, info, length) < 0) return undefined;
    return decodeTcpInfo(info.subarray(0, new DataView(length.buffer).getUint32(0, true)));
  }

  #untilWritable(): Promise<void> {
    return new Promise((resolve) => {
      this.#writable = () => {
        this.#writable = undefined;
        resolve();
      };
      this.#listen();
    });
  }

  /** Watches for what is wanted now: room to write, and octets while there is room to keep them. */
  #listen(): void {
    if (this.#fd < 0) return;
    const read = this.#ended || this.#arrivals.full ? 0 : READY.IN;
    this.#paused = this.#arrivals.full;
    reactor().change(this.#fd, read | (this.#writable === undefined ? 0 : READY.OUT));
  }

  #ready(events: number): void {
    if (events & READY.OUT && this.#writable !== undefined) {
      this.#writable();
      this.#listen();
    }
    for (let i = 0; i < BATCH && this.#fd >= 0 && !this.#ended; i++) {
      if (this.#arrivals.full) return this.#paused ? undefined : this.#listen();
      const count = Number(c().recv(this.#fd, buffer, BigInt(buffer.length), SOCKET.MSG_DONTWAIT));
      const at = performance.now();
      if (count > 0) this.#arrivals.push({ kind: "octets", at, data: buffer.slice(0, count) });
      else if (count === 0) return this.#end({ kind: "fin", at });
      else {
        const number = errno();
        if (number === ERRNO.EAGAIN || number === ERRNO.EINTR) return;
        this.#failed(number, at);
      }
    }
  }

  #refused(number: number): void {
    if (number === ERRNO.ECONNRESET && !this.#ended) this.#end({ kind: "rst", at: performance.now() });
  }

  #failed(number: number, at: number): void {
    if (number === ERRNO.ECONNRESET || number === ERRNO.EPIPE) return this.#end({ kind: "rst", at });
    this.#end({ kind: "error", at, ...failureOf(number) });
  }

  /** The descriptor stays open (what it knows can still be asked), unwatched: epoll would tell of the end for ever. */
  #end(arrival: Arrival): void {
    this.#ended = true;
    this.#last = this.tcpInfo();
    this.#arrivals.push(arrival);
    this.#arrivals.close();
    reactor().remove(this.#fd);
    this.#writable?.();
  }
}
