/** What both kinds of UDP socket do here: one that talks to a single endpoint, and one that listens. */
import type { ControlMessage, ReceivedMessage } from "./message.ts";
import { receiveMessage, sendMessage } from "./message.ts";
import { EPOLL, ERRNO } from "./constants.ts";
import { type QueuedError, takeErrors } from "./errqueue.ts";
import { c, errno } from "./libc.ts";
import { reactor } from "./reactor.ts";
import { SystemError } from "./socket.ts";

/** Datagrams that are taken before other sockets have their turn. */
const BATCH = 64;
/** How often a datagram is offered to the system: each pending ICMP error makes one attempt fail. */
const ATTEMPTS = 4;

/** Who is told of what came in. The message's arrays are only lent. */
export interface DatagramHandler {
  readonly onMessage: (message: ReceivedMessage) => void;
  readonly onError: (error: QueuedError) => void;
}

/** A bound UDP socket in the reactor; it owns the descriptor. */
export class DatagramSocket {
  readonly #id: number;
  #open = true;

  constructor(readonly fd: number, readonly handler: DatagramHandler) {
    this.#id = reactor().add(fd, (events) => this.take((events & EPOLL.ERR) !== 0), EPOLL.IN);
  }

  get open(): boolean {
    return this.#open;
  }

  /** Answers what kept the datagram from being sent; undefined when it is on its way, or was lost in a full queue. */
  send(data: Uint8Array, to: Uint8Array<ArrayBuffer>, control?: ControlMessage): SystemError | undefined {
    for (let attempt = 0; this.#open; attempt++) {
      if (sendMessage(this.fd, data, to, control) >= 0) return undefined;
      const error = new SystemError(errno(), "send");
      // The kernel tells of an ICMP error by failing the next send: that datagram is not on its way yet.
      const told = this.#takeErrors();
      if (attempt === 0 || (attempt < ATTEMPTS && told > 0)) continue;
      return isCongestion(error.errno) ? undefined : error;
    }
    return undefined;
  }

  /**
   * Takes what the system has; an error that waits makes one read fail, and stands in the error queue.
   *
   * @param errors Look there in any case: an error may have come behind the last read.
   */
  take(errors = true): void {
    for (let count = 0; this.#open; count++) {
      if (count === BATCH) return reactor().again(this.#id);
      const message = receiveMessage(this.fd);
      if (message !== undefined) {
        this.handler.onMessage(message);
        continue;
      }
      const empty = errno() === ERRNO.EAGAIN;
      if (empty && !errors) return;
      if (this.#takeErrors() === 0 && empty) return;
    }
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    reactor().remove(this.#id);
    c().close(this.fd);
  }

  #takeErrors(): number {
    const errors = takeErrors(this.fd);
    for (const error of errors) this.handler.onError(error);
    return errors.length;
  }
}

/** The socket's or the interface's queue is full: datagrams are lost there as in the network. */
function isCongestion(number: number): boolean {
  return number === ERRNO.EAGAIN || number === ERRNO.ENOBUFS;
}
