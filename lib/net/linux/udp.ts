/**
 * UDP on Linux, through libc: not connected in the kernel, so that answers from other addresses are seen, and with
 * IP_RECVERR, so that ICMP errors are seen with who sent them. None of it needs a privilege.
 */
import type { Endpoint, Sight } from "../../model/mod.ts";
import { Arrivals } from "../arrivals.ts";
import type { Arrival, Channel, Opened, OpenOptions } from "../transport.ts";
import { failureOf } from "./errors.ts";
import { c, ERRNO, errno, setOption, SOCKET } from "./libc.ts";
import { reactor, READY } from "./reactor.ts";
import { drainErrors, receiveDatagram } from "./recvmsg.ts";
import { encodeSockaddr, familyNumber, localEndpoint } from "./sockaddr.ts";

/** See {@linkcode Sight}. */
export const UDP_SIGHT: Sight = { icmp: true, router: true, strangers: true, tcpInfo: false };

/** Datagrams taken at one go, so that a flood leaves time for other sockets. */
const BATCH = 64;

/** A socket of a family with the options of a probe; -1 when there is none (errno). */
export function newSocket(family: number, kind: number): number {
  const fd = c().socket(family, kind | SOCKET.NONBLOCK | SOCKET.CLOEXEC, 0);
  if (fd < 0) return fd;
  if (family === SOCKET.AF_INET6) setOption(fd, SOCKET.IPPROTO_IPV6, SOCKET.IPV6_RECVERR, 1);
  else setOption(fd, SOCKET.IPPROTO_IP, SOCKET.IP_RECVERR, 1);
  return fd;
}

/** The address that the system would send from: a connected scratch socket knows it, and sends nothing. */
function sourceFor(remote: Endpoint): { source: Endpoint } | { errno: number } {
  const fd = newSocket(familyNumber(remote.address), SOCKET.DGRAM);
  if (fd < 0) return { errno: errno() };
  try {
    const to = encodeSockaddr(remote);
    if (c().connect(fd, to, to.length) < 0) return { errno: errno() };
    const source = localEndpoint(fd);
    return source === undefined ? { errno: ERRNO.EADDRNOTAVAIL } : { source };
  } finally {
    c().close(fd);
  }
}

/** Opens a UDP socket for one endpoint. */
export function openUdp(remote: Endpoint, options: OpenOptions = {}): Promise<Opened> {
  const began = performance.now();
  const failed = (number: number): Opened => ({ ok: false, ...failureOf(number), ms: performance.now() - began });
  const found = options.source === undefined ? sourceFor(remote) : { source: { address: options.source, port: 0 } };
  if ("errno" in found) return Promise.resolve(failed(found.errno));
  const fd = newSocket(familyNumber(remote.address), SOCKET.DGRAM);
  if (fd < 0) return Promise.resolve(failed(errno()));
  const at = encodeSockaddr({ address: found.source.address, port: options.sourcePort ?? 0 });
  if (c().bind(fd, at, at.length) < 0) {
    const number = errno();
    c().close(fd);
    return Promise.resolve(failed(number));
  }
  const channel = new UdpChannel(fd, remote, localEndpoint(fd)!);
  return Promise.resolve({ ok: true, channel, ms: performance.now() - began });
}

class UdpChannel implements Channel {
  readonly sight = UDP_SIGHT;
  readonly localCandidates: readonly string[];
  readonly #arrivals = new Arrivals();
  readonly #to: Uint8Array<ArrayBuffer>;
  #fd: number;

  constructor(fd: number, readonly remote: Endpoint, readonly local: Endpoint) {
    this.#fd = fd;
    this.#to = encodeSockaddr(remote);
    this.localCandidates = [local.address];
    reactor().add(fd, READY.IN, () => this.#ready());
  }

  send(data: Uint8Array): Promise<void> {
    if (this.#fd < 0) return Promise.resolve();
    // A pending ICMP error makes the next send fail once, with the datagram unsent: take the error, then send.
    let number = this.#sendOnce(data);
    if (number !== 0 && this.#takeErrors() > 0) number = this.#sendOnce(data);
    if (number !== 0 && number !== ERRNO.EAGAIN && number !== ERRNO.ECONNREFUSED && number !== ERRNO.EHOSTUNREACH) {
      this.#arrivals.push({ kind: "error", at: performance.now(), ...failureOf(number) });
    }
    return Promise.resolve();
  }

  #sendOnce(data: Uint8Array): number {
    const octets = data as Uint8Array<ArrayBuffer>;
    const sent = c().sendto(this.#fd, octets, BigInt(data.length), SOCKET.MSG_NOSIGNAL, this.#to, this.#to.length);
    return sent < 0 ? errno() : 0;
  }

  receive(until: number, signal?: AbortSignal): Promise<Arrival | undefined> {
    return this.#arrivals.next(until, signal);
  }

  close(): void {
    if (this.#fd < 0) return;
    reactor().remove(this.#fd);
    c().close(this.#fd);
    this.#fd = -1;
    this.#arrivals.close();
  }

  #ready(): void {
    this.#takeErrors();
    for (let i = 0; i < BATCH && this.#fd >= 0; i++) {
      const datagram = receiveDatagram(this.#fd);
      if (datagram === undefined) break;
      this.#arrivals.push({ kind: "octets", at: performance.now(), ...datagram });
    }
  }

  /** Errors of this machine's own making (a too long datagram, an unreachable neighbour) have no ICMP in them. */
  #takeErrors(): number {
    const errors = drainErrors(this.#fd);
    for (const { icmp, errno } of errors) {
      const at = performance.now();
      if (icmp !== undefined) this.#arrivals.push({ kind: "icmp", at, icmp });
      else if (errno === ERRNO.EMSGSIZE) this.#arrivals.push({ kind: "icmp", at, icmp: TOO_LONG_HERE });
    }
    return errors.length;
  }
}

const TOO_LONG_HERE = {
  version: 4,
  type: 3,
  code: 4,
  name: "longer than the known path MTU",
  from: null,
  failure: "message-too-long",
} as const;
