/** A TCP socket that listens; its connections see and do all that {@linkcode TcpChannel} can. */
import type { Endpoint } from "../../model/mod.ts";
import { Inbox } from "../inbox.ts";
import type { StreamListener } from "../listen.ts";
import type { Channel } from "../transport.ts";
import { EPOLL, LEVEL, OPTION, SOCK } from "./constants.ts";
import { c } from "./libc.ts";
import { reactor } from "./reactor.ts";
import { decodeSockaddr, localEndpoint, SOCKADDR_LENGTH } from "./sockaddr.ts";
import { bindSocket, checked, newSocket, setOption } from "./socket.ts";
import { TcpChannel } from "./tcp.ts";

/** Connections that the kernel keeps for us. */
const BACKLOG = 511;
/** Connections that wait here for their reader; more wait in the kernel. */
const WAITING_CONNECTIONS = 64;

/**
 * Binds and listens.
 *
 * @throws {SystemError} when the address cannot be had
 */
export function listenLinuxTcp(local: Endpoint): StreamListener {
  const fd = newSocket(local.address, SOCK.STREAM);
  try {
    setOption(fd, LEVEL.SOCKET, OPTION.SOCKET.REUSEADDR, 1);
    bindSocket(fd, local);
    checked(c().listen(fd, BACKLOG), "listen");
    return new LinuxStreamListener(fd, localEndpoint(fd) ?? local);
  } catch (error) {
    c().close(fd);
    throw error;
  }
}

class LinuxStreamListener implements StreamListener {
  readonly #inbox = new Inbox<Channel>(WAITING_CONNECTIONS);
  readonly #id: number;
  #open = true;

  constructor(readonly fd: number, readonly local: Endpoint) {
    this.#id = reactor().add(fd, () => this.#take(), EPOLL.IN);
  }

  accept(): Promise<Channel | undefined> {
    const next = this.#inbox.next();
    this.#take();
    return next;
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    for (const channel of this.#inbox.close()) channel.close("rst");
    reactor().remove(this.#id);
    c().close(this.fd);
  }

  /** A failed accept4() concerns one connection, or there is none: either way the next event tells of more. */
  #take(): void {
    while (this.#open && !this.#inbox.full) {
      const address = new Uint8Array(new ArrayBuffer(SOCKADDR_LENGTH));
      const length = new Uint32Array(new ArrayBuffer(4)).fill(SOCKADDR_LENGTH);
      const fd = c().accept4(this.fd, address, length, SOCK.NONBLOCK | SOCK.CLOEXEC);
      if (fd < 0) return;
      const remote = decodeSockaddr(address.subarray(0, length[0]));
      if (remote === undefined) c().close(fd);
      else this.#inbox.put(accepted(fd, remote));
    }
  }
}

function accepted(fd: number, remote: Endpoint): Channel {
  setOption(fd, LEVEL.TCP, OPTION.TCP.NODELAY, 1);
  return new TcpChannel(fd, remote);
}
