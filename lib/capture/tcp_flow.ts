/**
 * The segments of one TCP connection, from its SYN to its end. Sequence numbers count from a number of the writer's choice,
 * and every segment acknowledges all that has come before it: what the kernels really sent is not known.
 */
import type { EndEvent, Event } from "../model/mod.ts";
import { dataOf, type FlowPackets, icmpAbout, type MadePacket, madePacket } from "./packet.ts";
import { type Ends, reversed, synOptions, TCP_FLAG, type TcpHeader, tcpPacket } from "./segment.ts";

/** Room for all that can come, so that no window is ever full: 65,535 · 2^14 octets. */
const WINDOW = 65_535;
const WINDOW_SCALE = 14;
/** Octets of data in a segment where the kernel does not tell: those of Ethernet. */
const DEFAULT_MSS = { 4: 1460, 16: 1440 } as const;
/** What the kernel can tell. */
const MSS_RANGE = { least: 48, most: 65_495 } as const;
const MODULUS = 2 ** 32;

/** What is known of a connection before its first event. */
export interface TcpFlowOptions {
  /** From us to the other side. */
  readonly ends: Ends;
  /** The number of our SYN and of the other side's. */
  readonly sequence: number;
  /** From SYN to SYN/ACK, in milliseconds. */
  readonly roundTripMs?: number;
  /** Send MSS. */
  readonly mss?: number;
}

type Direction = MadePacket["direction"];

/** See the file's head. */
export class TcpFlow implements FlowPackets {
  readonly #ends: Ends;
  readonly #options: TcpFlowOptions;
  readonly #mss: number;
  /** What the other side announced; undefined where the kernel does not tell. */
  readonly #announced: number | undefined;
  readonly #first: number;
  /** The next sequence number of each side. */
  readonly #next: Record<Direction, number>;
  #opened = 0;
  #isConnected = false;
  #isRejected = false;
  /** The segment that was sent last. */
  #sent: Uint8Array | undefined;

  constructor(options: TcpFlowOptions) {
    const { ends, mss, sequence } = options;
    this.#ends = ends;
    this.#options = options;
    const isUsable = mss !== undefined && mss >= MSS_RANGE.least && mss <= MSS_RANGE.most;
    this.#announced = isUsable ? mss : undefined;
    this.#mss = this.#announced ?? DEFAULT_MSS[ends.source.length === 4 ? 4 : 16];
    this.#first = sequence;
    this.#next = { out: sequence, in: sequence };
  }

  take(event: Event, index: number): MadePacket[] {
    switch (event.kind) {
      case "open":
        this.#opened = event.t_ms;
        return [this.#segment("out", event.t_ms, index, TCP_FLAG.syn)];
      case "connected":
        return this.#connect(event.t_ms, index);
      case "sent":
        return this.#data("out", event, index);
      case "received":
        return this.#data("in", event, index);
      case "icmp":
        this.#isRejected = true;
        return this.#sent === undefined ? [] : icmpAbout(event, index, this.#ends, this.#sent);
      case "end":
        return this.#end(event, index);
      default:
        return [];
    }
  }

  /** SYN/ACK when it came, as far as the kernel tells, and the ACK that completes the handshake. */
  #connect(t_ms: number, index: number): MadePacket[] {
    if (this.#isConnected) return [];
    this.#isConnected = true;
    const answered = Math.min(t_ms, this.#opened + (this.#options.roundTripMs ?? Infinity));
    return [
      this.#segment("in", answered, index, TCP_FLAG.syn | TCP_FLAG.ack),
      this.#segment("out", answered, index, TCP_FLAG.ack),
    ];
  }

  #data(
    direction: Direction,
    event: { readonly t_ms: number; readonly data: string; readonly octets: number },
    index: number,
  ): MadePacket[] {
    const { data, length } = dataOf(event);
    const packets = this.#connect(event.t_ms, index);
    for (let at = 0; at < length; at += this.#mss) {
      const octets = Math.min(this.#mss, length - at);
      const flags = TCP_FLAG.ack | (at + octets === length ? TCP_FLAG.psh : 0);
      packets.push(this.#segment(direction, event.t_ms, index, flags, data.subarray(at, at + octets), octets));
    }
    return packets;
  }

  #end(event: EndEvent, index: number): MadePacket[] {
    const { how, failure, t_ms, acked, abortive } = event;
    switch (how) {
      case "fin":
        return [this.#segment("in", t_ms, index, TCP_FLAG.fin | TCP_FLAG.ack, undefined, 0, acked)];
      case "ours":
        if (!this.#isConnected) return [];
        return [this.#segment("out", t_ms, index, (abortive ? TCP_FLAG.rst : TCP_FLAG.fin) | TCP_FLAG.ack)];
      case "connect":
        // A handshake of TLS can be reset, too; and what an ICMP error ended, no RST has.
        if (this.#isRejected || (failure !== "refused" && failure !== "reset")) return [];
        break;
      case "error":
        if (failure !== "reset") return [];
    }
    return [this.#segment("in", t_ms, index, TCP_FLAG.rst | TCP_FLAG.ack, undefined, 0, acked)];
  }

  /** @param acked octets of the other side's stream that are acknowledged, where it is known */
  #segment(
    direction: Direction,
    t_ms: number,
    index: number,
    flags: number,
    data: Uint8Array = new Uint8Array(0),
    length = data.length,
    acked?: number,
  ): MadePacket {
    const isOut = direction === "out";
    const isSyn = (flags & TCP_FLAG.syn) !== 0;
    const all = this.#next[isOut ? "in" : "out"];
    // SYN counts as an octet.
    const known = acked === undefined ? all : Math.min(all, this.#first + 1 + acked);
    const header: TcpHeader = {
      // A RST in answer to a SYN has no number of its own (RFC 9293 §3.5.2).
      sequence: isOut || this.#isConnected ? this.#next[direction] % MODULUS : 0,
      acknowledgement: (flags & TCP_FLAG.ack) === 0 ? 0 : known % MODULUS,
      flags,
      window: (flags & TCP_FLAG.rst) === 0 ? WINDOW : 0,
      ...(isSyn && { options: synOptions(WINDOW_SCALE, isOut ? undefined : this.#announced) }),
    };
    const packet = tcpPacket(isOut ? this.#ends : reversed(this.#ends), header, data, length);
    if (isOut) this.#sent = packet;
    this.#next[direction] += length + (isSyn || (flags & TCP_FLAG.fin) !== 0 ? 1 : 0);
    return madePacket({ t_ms, event: index, direction }, packet, length - data.length);
  }
}
