/**
 * sendmsg() and recvmsg(): one message with its address and its control messages (cmsg(3)). One set of buffers serves all
 * sockets, so what {@linkcode receiveMessage} answers holds until the next call only.
 */
import { systemClock } from "../clock.ts";
import { CLOCK_REALTIME, LEVEL, MSG, OPTION } from "./constants.ts";
import { Block, c } from "./libc.ts";
import { SOCKADDR_LENGTH } from "./sockaddr.ts";

/** No datagram is longer, and no piece of a stream is made longer. */
const DATA_LENGTH = 65536;
/** Room for a time stamp, packet information and an extended error at once. */
const CONTROL_LENGTH = 512;
/** struct msghdr: offsets and size where pointers have 8 octets. */
const MSGHDR = { name: 0, nameLength: 8, iov: 16, iovCount: 24, control: 32, controlLength: 40, size: 56 } as const;
/** struct cmsghdr: an 8-octet length, level, type; then the data. */
const CMSGHDR = { level: 8, type: 12, size: 16 } as const;
/** A stamp that is older than this, in milliseconds, comes from a wall clock that was set in between. */
const OLDEST_STAMP = 10_000;

/** One control message. */
export interface ControlMessage {
  readonly level: number;
  readonly type: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** What recvmsg() gave; the arrays are views of shared memory. */
export interface ReceivedMessage {
  readonly data: Uint8Array<ArrayBuffer>;
  readonly from: Uint8Array<ArrayBuffer>;
  readonly control: readonly ControlMessage[];
  /** {@linkcode Clock.now} when the packet came in, by the kernel's stamp where it made one. */
  readonly at: number;
}

class Buffers {
  readonly header = new Block(MSGHDR.size);
  readonly iov = new Block(16);
  readonly name = new Block(SOCKADDR_LENGTH);
  readonly data = new Block(DATA_LENGTH);
  readonly control = new Block(CONTROL_LENGTH);

  constructor() {
    this.iov.view.setBigUint64(0, this.data.address, true);
    const { view } = this.header;
    view.setBigUint64(MSGHDR.name, this.name.address, true);
    view.setBigUint64(MSGHDR.iov, this.iov.address, true);
    view.setBigUint64(MSGHDR.iovCount, 1n, true);
    view.setBigUint64(MSGHDR.control, this.control.address, true);
  }

  set(nameLength: number, dataLength: number, controlLength: number): void {
    this.iov.view.setBigUint64(8, BigInt(dataLength), true);
    this.header.view.setUint32(MSGHDR.nameLength, nameLength, true);
    this.header.view.setBigUint64(MSGHDR.controlLength, BigInt(controlLength), true);
  }
}

let shared: Buffers | undefined;
/** struct timespec: seconds, nanoseconds. */
const wallClock = new BigInt64Array(new ArrayBuffer(16));

/** Undefined when the call failed: errno says why. An empty message is a datagram without octets, or a stream's end. */
export function receiveMessage(fd: number, flags = 0): ReceivedMessage | undefined {
  const buffers = shared ??= new Buffers();
  buffers.set(SOCKADDR_LENGTH, DATA_LENGTH, CONTROL_LENGTH);
  const length = Number(c().recvmsg(fd, buffers.header.octets, flags | MSG.DONTWAIT));
  if (length < 0) return undefined;
  const nameLength = Math.min(buffers.header.view.getUint32(MSGHDR.nameLength, true), SOCKADDR_LENGTH);
  const controlLength = Number(buffers.header.view.getBigUint64(MSGHDR.controlLength, true));
  const control = readControl(buffers.control, Math.min(controlLength, CONTROL_LENGTH));
  return {
    data: buffers.data.octets.subarray(0, length),
    from: buffers.name.octets.subarray(0, nameLength),
    control,
    at: arrivalTime(control),
  };
}

/** Sends one datagram; a negative answer means that it was not sent: errno says why. */
export function sendMessage(
  fd: number,
  data: Uint8Array,
  to: Uint8Array<ArrayBuffer>,
  control?: ControlMessage,
): number {
  const buffers = shared ??= new Buffers();
  if (data.length > DATA_LENGTH) throw new RangeError(`Cannot send ${data.length} octets in one datagram`);
  buffers.data.octets.set(data);
  buffers.name.octets.set(to);
  const controlLength = control === undefined ? 0 : writeControl(buffers.control, control);
  buffers.set(to.length, data.length, controlLength);
  return Number(c().sendmsg(fd, buffers.header.octets, MSG.NOSIGNAL | MSG.DONTWAIT));
}

function readControl(block: Block, length: number): ControlMessage[] {
  const messages: ControlMessage[] = [];
  for (let at = 0; at + CMSGHDR.size <= length;) {
    const size = Number(block.view.getBigUint64(at, true));
    if (size < CMSGHDR.size || at + size > length) break;
    messages.push({
      level: block.view.getInt32(at + CMSGHDR.level, true),
      type: block.view.getInt32(at + CMSGHDR.type, true),
      data: block.octets.subarray(at + CMSGHDR.size, at + size),
    });
    at += aligned(size);
  }
  return messages;
}

function writeControl(block: Block, message: ControlMessage): number {
  const size = CMSGHDR.size + message.data.length;
  block.octets.fill(0, 0, aligned(size));
  block.view.setBigUint64(0, BigInt(size), true);
  block.view.setInt32(CMSGHDR.level, message.level, true);
  block.view.setInt32(CMSGHDR.type, message.type, true);
  block.octets.set(message.data, CMSGHDR.size);
  return aligned(size);
}

/** Control messages begin at multiples of 8. */
function aligned(size: number): number {
  return Math.ceil(size / 8) * 8;
}

/**
 * When the packet came in, on our clock: now, less the age of the kernel's stamp. Our clock is read after the kernel's, so
 * that what happens in between cannot make an answer older than its question.
 */
function arrivalTime(control: readonly ControlMessage[]): number {
  const stamp = control.find(({ level, type }) => level === LEVEL.SOCKET && type === OPTION.SOCKET.TIMESTAMPNS);
  if (stamp === undefined || stamp.data.length < 16) return systemClock.now();
  c().clock_gettime(CLOCK_REALTIME, wallClock);
  const now = systemClock.now();
  const view = new DataView(stamp.data.buffer, stamp.data.byteOffset);
  const seconds = Number(wallClock[0]! - view.getBigInt64(0, true));
  const nanoseconds = Number(wallClock[1]! - view.getBigInt64(8, true));
  const age = seconds * 1000 + nanoseconds / 1e6;
  return age >= 0 && age < OLDEST_STAMP ? Math.round((now - age) * 1000) / 1000 : now;
}
