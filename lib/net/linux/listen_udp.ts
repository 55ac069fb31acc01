/** A UDP socket that listens, and knows which of our addresses each datagram was sent to. */
import type { Endpoint } from "../../model/mod.ts";
import { addressBytes, familyOf, formatAddress } from "../../wire/mod.ts";
import { Inbox } from "../inbox.ts";
import type { Datagram, UdpListener } from "../listen.ts";
import { LEVEL, OPTION, SOCK } from "./constants.ts";
import { DatagramSocket } from "./datagram.ts";
import { c } from "./libc.ts";
import type { ControlMessage, ReceivedMessage } from "./message.ts";
import { decodeSockaddr, encodeSockaddr, localEndpoint } from "./sockaddr.ts";
import { bindSocket, newSocket, setOption } from "./socket.ts";

/** Datagrams that may wait for their reader; more are dropped, as the kernel would. */
const WAITING_DATAGRAMS = 256;

/** Octets that the kernel shall keep for us, as far as it allows; its default is for fewer clients at once. */
const RECEIVE_BUFFER = 4194304;

/**
 * Binds a UDP socket.
 *
 * @throws {SystemError} when the address cannot be had
 */
export function listenLinuxUdp(local: Endpoint): UdpListener {
  const fd = newSocket(local.address, SOCK.DGRAM);
  try {
    if (familyOf(local.address) === 4) setOption(fd, LEVEL.IP, OPTION.IP.PKTINFO, 1);
    else setOption(fd, LEVEL.IPV6, OPTION.IPV6.RECVPKTINFO, 1);
    setOption(fd, LEVEL.SOCKET, OPTION.SOCKET.RCVBUF, RECEIVE_BUFFER);
    bindSocket(fd, local);
    return new LinuxUdpListener(fd, localEndpoint(fd) ?? local);
  } catch (error) {
    c().close(fd);
    throw error;
  }
}

class LinuxUdpListener implements UdpListener {
  readonly #inbox = new Inbox<Datagram>(WAITING_DATAGRAMS);
  readonly #socket: DatagramSocket;

  constructor(fd: number, readonly local: Endpoint) {
    this.#socket = new DatagramSocket(fd, {
      onMessage: (message) => this.#take(message),
      // Whoever asked and does not listen for the answer any more is no concern of a server.
      onError: () => {},
    });
  }

  receive(): Promise<Datagram | undefined> {
    return this.#inbox.next();
  }

  send(data: Uint8Array, to: Endpoint, from?: string): Promise<void> {
    this.#socket.send(data, encodeSockaddr(to), from === undefined ? undefined : sourceMessage(from));
    return Promise.resolve();
  }

  close(): void {
    this.#socket.close();
    this.#inbox.close();
  }

  #take({ data, from, control, at }: ReceivedMessage): void {
    const source = decodeSockaddr(from);
    if (source === undefined) return;
    const to = { address: destinationOf(control) ?? this.local.address, port: this.local.port };
    this.#inbox.put({ data: data.slice(), from: source, to, at });
  }
}

/** The address that a datagram was sent to: struct in_pktinfo, struct in6_pktinfo (ip(7), ipv6(7)). */
function destinationOf(control: readonly ControlMessage[]): string | undefined {
  for (const { level, type, data } of control) {
    if (level === LEVEL.IP && type === OPTION.IP.PKTINFO && data.length >= 12) return formatAddress(data.slice(8, 12));
    if (level === LEVEL.IPV6 && type === OPTION.IPV6.PKTINFO && data.length >= 20) {
      return formatAddress(data.slice(0, 16));
    }
  }
  return undefined;
}

/** Asks the kernel to send from an address of ours. */
function sourceMessage(from: string): ControlMessage {
  const octets = addressBytes(from);
  if (octets.length === 16) {
    const data = new Uint8Array(new ArrayBuffer(20));
    data.set(octets);
    return { level: LEVEL.IPV6, type: OPTION.IPV6.PKTINFO, data };
  }
  const data = new Uint8Array(new ArrayBuffer(12));
  data.set(octets, 4);
  return { level: LEVEL.IP, type: OPTION.IP.PKTINFO, data };
}
