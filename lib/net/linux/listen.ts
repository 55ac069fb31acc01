/** A listening TCP socket on Linux, through libc: what it accepts can be reset, which the runtime's own sockets cannot. */
import type { Endpoint } from "../../model/mod.ts";
import type { StreamListener } from "../listen.ts";
import type { Channel } from "../transport.ts";
import { failureOf } from "./errors.ts";
import { c, errno, setOption, SOCKET } from "./libc.ts";
import { reactor, READY } from "./reactor.ts";
import { decodeSockaddr, encodeSockaddr, familyNumber, localEndpoint, SOCKADDR_LENGTH } from "./sockaddr.ts";
import { TcpChannel } from "./tcp.ts";

const BACKLOG = 128;

/** Connections taken from the kernel and not yet from us; the rest waits in its backlog. */
const MAX_WAITING = 64;

/** @throws {Error} with one clear sentence when the address cannot be had. */
export function listenTcp(local: Endpoint): StreamListener {
  const fd = c().socket(familyNumber(local.address), SOCKET.STREAM | SOCKET.NONBLOCK | SOCKET.CLOEXEC, 0);
  const at = encodeSockaddr(local);
  const ready = fd >= 0 && setOption(fd, SOCKET.SOL_SOCKET, SOCKET.SO_REUSEADDR, 1) &&
    (!local.address.includes(":") || setOption(fd, SOCKET.IPPROTO_IPV6, SOCKET.IPV6_V6ONLY, 1)) &&
    c().bind(fd, at, at.length) === 0 && c().listen(fd, BACKLOG) === 0;
  if (!ready) {
    const { detail } = failureOf(errno());
    if (fd >= 0) c().close(fd);
    throw new Error(`Cannot listen on TCP ${local.address} port ${local.port}: ${detail}`);
  }
  return new TcpListener(fd, localEndpoint(fd)!);
}

class TcpListener implements StreamListener {
  readonly #waiting: Channel[] = [];
  #reader: ((channel: Channel | undefined) => void) | undefined;
  #fd: number;

  constructor(fd: number, readonly local: Endpoint) {
    this.#fd = fd;
    reactor().add(fd, READY.IN, () => this.#ready());
  }

  #ready(): void {
    while (this.#fd >= 0 && this.#waiting.length < MAX_WAITING) {
      const address = new Uint8Array(SOCKADDR_LENGTH);
      const length = new Uint8Array(Uint32Array.of(SOCKADDR_LENGTH).buffer);
      const fd = c().accept4(this.#fd, address, length, SOCKET.NONBLOCK | SOCKET.CLOEXEC);
      if (fd < 0) return;
      const remote = decodeSockaddr(address);
      const local = localEndpoint(fd);
      if (remote === undefined || local === undefined) {
        c().close(fd);
        continue;
      }
      setOption(fd, SOCKET.IPPROTO_TCP, SOCKET.TCP_NODELAY, 1);
      const channel = new TcpChannel(fd, remote, local);
      const reader = this.#reader;
      this.#reader = undefined;
      if (reader === undefined) this.#waiting.push(channel);
      else reader(channel);
    }
    // Level-triggered: unwatched until somebody makes room.
    if (this.#fd >= 0) reactor().change(this.#fd, 0);
  }

  accept(): Promise<Channel | undefined> {
    const next = this.#waiting.shift();
    if (this.#fd < 0) return Promise.resolve(undefined);
    reactor().change(this.#fd, READY.IN);
    if (next !== undefined) return Promise.resolve(next);
    return new Promise((resolve) => this.#reader = resolve);
  }

  close(): void {
    if (this.#fd < 0) return;
    reactor().remove(this.#fd);
    c().close(this.#fd);
    this.#fd = -1;
    for (const channel of this.#waiting) channel.close("rst");
    this.#reader?.(undefined);
  }
}
