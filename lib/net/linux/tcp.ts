/**
 * An established TCP connection with all that Linux tells: FIN, RST and ICMP errors apart, the kernel's bookkeeping, and a
 * close by RST.
 */
import type { Endpoint } from "../../model/mod.ts";
import { canonicalAddress, familyOf } from "../../wire/mod.ts";
import { systemClock } from "../clock.ts";
import { troubleOfErrno } from "../failure.ts";
import { Mailbox } from "../mailbox.ts";
import { LINUX_TCP } from "../sight.ts";
import type { Arrival, Channel, TcpInfo } from "../transport.ts";
import { EPOLL, ERRNO, LEVEL, MSG, OPTION, SHUT_WR, TCP_STATE } from "./constants.ts";
import { icmpOfErrno } from "./errqueue.ts";
import { c, errno } from "./libc.ts";
import { receiveMessage } from "./message.ts";
import { reactor } from "./reactor.ts";
import { anyAddress, encodeSockaddr, localEndpoint, zonesOf } from "./sockaddr.ts";
import { readTcpInfo } from "./tcp_info.ts";

/** Octets that wait for a reader before the socket is left alone, so that TCP holds the peer back. */
const WAITING_OCTETS = 131072;
/** Pieces that are thrown away at most to end a connection in order. */
const DISCARDED_PIECES = 16;
/** An option that is set. */
const ON = new Int32Array([1]);

/** An established connection, ours or accepted; it owns the descriptor. */
export class TcpChannel implements Channel {
  readonly sight = LINUX_TCP;
  readonly remote: Endpoint;
  readonly local: Endpoint;
  readonly localCandidates: readonly string[];
  readonly #mailbox: Mailbox;
  readonly #id: number;
  #info: TcpInfo | undefined;
  #sent = 0;
  #sending: Promise<void> = Promise.resolve();
  #writable: (() => void) | undefined;
  #met: number | undefined;
  #open = true;

  /** @param met The error that the connection has met already, if its owner had to ask for it: the system tells it once. */
  constructor(readonly fd: number, remote: Endpoint, met?: number) {
    this.#met = met;
    this.remote = { address: canonicalAddress(remote.address), port: remote.port };
    this.local = localEndpoint(fd, zonesOf(remote, encodeSockaddr(remote))) ??
      { address: anyAddress(remote.address), port: 0 };
    this.localCandidates = [this.local.address];
    this.#mailbox = new Mailbox({
      stream: true,
      limit: WAITING_OCTETS,
      onRoom: () => reactor().again(this.#id),
      poll: () => this.#take(),
    });
    this.#id = reactor().add(fd, (events) => this.#ready(events), EPOLL.IN | EPOLL.OUT | EPOLL.RDHUP);
  }

  send(data: Uint8Array): Promise<void> {
    const copy = data.slice();
    this.#sending = this.#sending.then(() => this.#send(copy));
    return this.#sending;
  }

  receive(until: number, signal?: AbortSignal): Promise<Arrival | undefined> {
    return this.#mailbox.receive(until, signal);
  }

  tcpInfo(): TcpInfo | undefined {
    if (!this.#open) return this.#info;
    const kernel = readTcpInfo(this.fd);
    if (kernel === undefined) return undefined;
    const { state: _, ...info } = kernel;
    // The kernel counts SYN and FIN as octets too.
    if (info.acked === undefined) return info;
    const acked = Math.min(Math.max(0, info.acked - 1), this.#sent);
    return { ...info, acked, unacked: this.#sent - acked };
  }

  close(how: "fin" | "rst" = "fin"): void {
    if (!this.#open) return;
    this.#info = this.tcpInfo();
    this.#open = false;
    this.#mailbox.close();
    this.#writable?.();
    reactor().remove(this.#id);
    if (how === "rst") {
      const lingerZero = new Int32Array([1, 0]);
      c().setsockopt(this.fd, LEVEL.SOCKET, OPTION.SOCKET.LINGER, lingerZero, lingerZero.byteLength);
    } else this.#finish();
    c().close(this.fd);
  }

  /** Unread octets would turn the close into a RST (RFC 2525 §2.17). */
  #finish(): void {
    c().shutdown(this.fd, SHUT_WR);
    for (let i = 0; i < DISCARDED_PIECES; i++) {
      if ((receiveMessage(this.fd)?.data.length ?? 0) === 0) break;
    }
  }

  async #send(data: Uint8Array<ArrayBuffer>): Promise<void> {
    let at = 0;
    while (at < data.length && this.#open && !this.#mailbox.broken) {
      const count = Number(c().send(this.fd, data.subarray(at), BigInt(data.length - at), MSG.NOSIGNAL | MSG.DONTWAIT));
      if (count >= 0) {
        this.#sent += count;
        at += count;
        continue;
      }
      const number = errno();
      if (number === ERRNO.EAGAIN) await new Promise<void>((resolve) => this.#writable = resolve);
      else {
        this.#take(number);
        // Nothing more can be sent; a reader who has not come so far yet will be told in turn.
        if (number !== ERRNO.EINTR && this.#icmpOf(number) === undefined) return;
      }
    }
  }

  #ready(events: number): void {
    this.#take();
    if ((events & EPOLL.OUT) !== 0 || this.#mailbox.over) {
      this.#writable?.();
      this.#writable = undefined;
    }
  }

  /**
   * Reads until the system has nothing more, or there is no room for more.
   *
   * @param met the error that sending met: the kernel tells it once, and to a reader it would look like FIN from then on.
   *   What came in before it comes first.
   */
  #take(met?: number): void {
    this.#met ??= met;
    while (this.#open && !this.#mailbox.over && !this.#mailbox.full) {
      const message = receiveMessage(this.fd);
      if (message !== undefined && message.data.length > 0) {
        this.#mailbox.put({ kind: "octets", at: message.at, data: message.data.slice() });
        this.#acknowledge();
        continue;
      }
      const number = this.#met ?? (message === undefined ? errno() : undefined);
      this.#met = undefined;
      if (number === ERRNO.EAGAIN) return;
      if (number === undefined) this.#mailbox.put({ kind: "fin", at: systemClock.now() });
      else this.#failed(number);
    }
  }

  /**
   * Lets the kernel acknowledge at once, which has to be asked for again and again. It would wait up to 40 ms, and a peer that
   * wants to fill a segment holds its answer back until then (RFC 9293 §3.7.4): a time that is neither the network's nor the
   * gateway's.
   */
  #acknowledge(): void {
    c().setsockopt(this.fd, LEVEL.TCP, OPTION.TCP.QUICKACK, ON, ON.byteLength);
  }

  #failed(number: number): void {
    if (number === ERRNO.EINTR) return;
    const at = systemClock.now();
    if (number === ERRNO.ECONNRESET || number === ERRNO.EPIPE) return void this.#mailbox.put({ kind: "rst", at });
    const icmp = this.#icmpOf(number);
    // An ICMP error does not end an established connection (RFC 1122 §4.2.3.9): the kernel fails one call, and goes on.
    if (icmp !== undefined && this.#alive()) this.#mailbox.put({ kind: "icmp", at, icmp });
    else this.#mailbox.put({ kind: "error", at, ...troubleOfErrno(number, "recv") });
  }

  #icmpOf(number: number) {
    return icmpOfErrno(number, familyOf(this.remote.address) ?? 4);
  }

  #alive(): boolean {
    const state = readTcpInfo(this.fd)?.state;
    return state !== undefined && state !== TCP_STATE.CLOSE;
  }
}
