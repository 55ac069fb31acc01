/**
 * Connecting over TCP, with the reason when it fails: RST, an ICMP error with the router's address, or silence.
 *
 * The error queue decides before errno does: an ICMP error that comes in while the system call with the SYN is still running
 * stays a soft error, so the kernel would go on trying for seconds after the network has said no.
 */
import type { Endpoint } from "../../model/mod.ts";
import { alarm, systemClock } from "../clock.ts";
import { aborted, notOpened, rejectedByIcmp } from "../opening.ts";
import type { ConnectOptions, Icmp, Opened } from "../transport.ts";
import { EPOLL, ERRNO, LEVEL, OPTION, SOCK, TCP_STATE } from "./constants.ts";
import { takeErrors } from "./errqueue.ts";
import { c, errno } from "./libc.ts";
import { reactor } from "./reactor.ts";
import { anyAddress, encodeSockaddr, localEndpoint, zonesOf } from "./sockaddr.ts";
import { bindSocket, getOption, localTrouble, newSocket, setOption, SystemError } from "./socket.ts";
import { TcpChannel } from "./tcp.ts";
import { readTcpInfo } from "./tcp_info.ts";

/**
 * What a RST leaves behind that came before somebody looked, and after the handshake (tcp_reset() of Linux): one in answer to
 * the SYN is ECONNREFUSED.
 */
const RESET_LATER: ReadonlySet<number> = new Set([ERRNO.ECONNRESET, ERRNO.EPIPE]);

/** Connects to one address: one attempt, no race. */
export async function connectTcp(remote: Endpoint, options: ConnectOptions): Promise<Opened> {
  const began = systemClock.now();
  if (options.signal?.aborted) return aborted(began);
  let fd = -1;
  try {
    fd = newSocket(remote.address, SOCK.STREAM);
    start(fd, remote, options);
  } catch (error) {
    if (fd >= 0) c().close(fd);
    return notOpened(began, localTrouble(error, remote));
  }
  const opened = await new Attempt(fd, remote, options, began).outcome;
  if (!opened.ok) c().close(fd);
  return opened;
}

/** Sets the options and sends the SYN. */
function start(fd: number, remote: Endpoint, options: ConnectOptions): void {
  const { mss, source, sourcePort = 0 } = options;
  setOption(fd, LEVEL.TCP, OPTION.TCP.NODELAY, 1);
  if (mss !== undefined) setOption(fd, LEVEL.TCP, OPTION.TCP.MAXSEG, mss);
  if (source !== undefined || sourcePort !== 0) {
    if (sourcePort !== 0) setOption(fd, LEVEL.SOCKET, OPTION.SOCKET.REUSEADDR, 1);
    bindSocket(fd, { address: source ?? anyAddress(remote.address), port: sourcePort });
  }
  const to = encodeSockaddr(remote);
  if (c().connect(fd, to, to.length) < 0) {
    const number = errno();
    if (number !== ERRNO.EINPROGRESS) throw new SystemError(number, "connect");
  }
}

/** A SYN that is on its way. */
class Attempt {
  readonly outcome: Promise<Opened>;
  #resolve!: (opened: Opened) => void;
  #id: number;
  readonly #cancelAlarm: () => void;
  readonly #onAbort = () => this.#end(aborted(this.began, this.#local()));

  constructor(
    readonly fd: number,
    readonly remote: Endpoint,
    readonly options: ConnectOptions,
    readonly began: number,
  ) {
    this.outcome = new Promise((resolve) => this.#resolve = resolve);
    this.#id = reactor().add(fd, () => this.#look(), EPOLL.IN | EPOLL.OUT | EPOLL.RDHUP);
    this.#cancelAlarm = alarm(options.until, () => this.#late());
    options.signal?.addEventListener("abort", this.#onAbort);
  }

  #late(): void {
    // The process may have been too busy to look at its sockets while the deadline passed.
    if (this.#look()) return;
    const waited = Math.round(systemClock.now() - this.began);
    this.#end(
      notOpened(this.began, { failure: "timeout", detail: `no answer to the SYN in ${waited} ms` }, this.#local()),
    );
  }

  /** Whether it is decided. */
  #look(): boolean {
    const icmp = takeErrors(this.fd).map((error) => error.icmp).find(isFinal);
    if (icmp !== undefined) return this.#end(rejectedByIcmp(this.began, icmp, this.#local()));
    const number = getOption(this.fd, LEVEL.SOCKET, OPTION.SOCKET.ERROR);
    if (RESET_LATER.has(number)) return this.#stands(number);
    if (number !== 0) {
      const { failure, detail } = new SystemError(number, "connect").trouble;
      const words = number === ERRNO.ECONNREFUSED ? "RST in answer to the SYN" : detail;
      return this.#end(notOpened(this.began, { failure, detail: words }, this.#local()));
    }
    const state = readTcpInfo(this.fd)?.state;
    if (state === TCP_STATE.SYN_SENT || state === TCP_STATE.CLOSE) return false;
    return this.#stands();
  }

  /** @param met How the connection has ended since. */
  #stands(met?: number): true {
    const ms = systemClock.now() - this.began;
    this.#finish();
    const channel = new TcpChannel(this.fd, this.remote, met);
    this.#resolve({ ok: true, channel, ms: Math.round(ms * 1000) / 1000 });
    return true;
  }

  #local(): { local?: Endpoint } {
    const local = localEndpoint(this.fd, zonesOf(this.remote, encodeSockaddr(this.remote)));
    return local === undefined ? {} : { local };
  }

  #end(opened: Opened): true {
    this.#finish();
    this.#resolve(opened);
    return true;
  }

  #finish(): void {
    this.#cancelAlarm();
    this.options.signal?.removeEventListener("abort", this.#onAbort);
    reactor().remove(this.#id);
  }
}

/** A narrower path concerns the size of later segments; everything else says that the SYN does not get there. */
function isFinal(icmp: Icmp | undefined): icmp is Icmp {
  return icmp !== undefined && icmp.failure !== "message-too-long";
}
