/**
 * TCP connections of the simulated network: handshake, ordered delivery, retransmission, FIN and RST. There are no
 * windows and no congestion; a piece that was sent is one segment (or several, above the MSS), as with TCP_NODELAY.
 */
import type { Endpoint, Sight } from "../../lib/model/mod.ts";
import type { Arrival, Channel, Icmp, TcpInfo } from "../../lib/net/transport.ts";
import { Mailbox } from "./mailbox.ts";
import type { Flag, Packet } from "./packet.ts";
import type { Timer, VirtualClock } from "./clock.ts";

/** What a connection needs of the network. */
export interface TcpWire {
  readonly clock: VirtualClock;
  /** Whether this side's waiting makes time pass. */
  readonly client: boolean;
  transmit(packet: Packet): void;
  /** The connection is over: its packets are nobody's from now on. */
  release(): void;
}

/** Retransmission timeout of data in milliseconds, doubled each time (RFC 6298 says 1 s; kernels go down to 0.2 s). */
const DATA_TIMEOUT = 200;
/** Of a SYN. */
const SYN_TIMEOUT = 1000;
const MAX_ATTEMPTS = 8;

interface Segment {
  readonly flag: "syn" | "syn-ack" | "data" | "fin";
  readonly sequence: number;
  readonly data: Uint8Array;
  attempt: number;
  timer?: Timer;
}

/** How the handshake of a client's connection ended. */
export type Handshake = "connected" | "refused" | Icmp;

/** One end of a connection. */
export class SimulatedTcp implements Channel {
  readonly localCandidates: readonly string[];
  readonly mailbox = new Mailbox(true);
  #state: "opening" | "open" | "closed" = "opening";
  #sent = 0;
  #received = 0;
  #acked = 0;
  #unacknowledged: Segment[] = [];
  #early = new Map<number, Packet>();
  #retransmits = 0;
  #opened = 0;
  #rtt = 0;
  #onHandshake: ((result: Handshake) => void) | undefined;
  #finReceived = false;
  #acceptedCallback: (() => void) | undefined;

  constructor(
    readonly local: Endpoint,
    readonly remote: Endpoint,
    readonly sight: Sight,
    private readonly wire: TcpWire,
    private readonly mss = 1460,
  ) {
    this.localCandidates = [local.address];
  }

  /** The client's side: sends the SYN; `done` hears how it went, unless nothing ever comes back. */
  open(done: (result: Handshake) => void): void {
    this.#onHandshake = done;
    this.#opened = this.wire.clock.now();
    this.#send({ flag: "syn", sequence: -1, data: new Uint8Array(), attempt: 0 });
  }

  /** The server's side: answers the SYN; `accepted` is called when the handshake is complete. */
  acceptSyn(accepted: () => void): void {
    this.#acceptedCallback = accepted;
    this.#send({ flag: "syn-ack", sequence: -1, data: new Uint8Array(), attempt: 0 });
  }

  send(data: Uint8Array): Promise<void> {
    if (this.#state === "open") {
      for (let at = 0; at < data.length; at += this.mss) this.#queue("data", data.slice(at, at + this.mss));
    }
    return Promise.resolve();
  }

  receive(until: number, signal?: AbortSignal): Promise<Arrival | undefined> {
    const clock = this.wire.client ? this.wire.clock : this.wire.clock.background;
    return this.mailbox.receive(clock, until, signal);
  }

  close(how: "fin" | "rst" = "fin"): void {
    if (this.#state === "closed") return;
    const open = this.#state === "open";
    // As a kernel does: octets that nobody read turn a close into a reset.
    if (this.mailbox.unread) how = "rst";
    this.mailbox.close();
    if (open && how === "fin") this.#queue("fin", new Uint8Array());
    if (open && how === "rst") this.#transmit("rst", this.#sent, new Uint8Array());
    this.#state = "closed";
    if (how === "rst" || !open) this.#stop();
  }

  tcpInfo(): TcpInfo | undefined {
    if (!this.sight.tcpInfo) return undefined;
    return {
      rtt_ms: this.#rtt,
      min_rtt_ms: this.#rtt,
      mss: this.mss,
      acked: this.#acked,
      unacked: this.#sent - this.#acked,
      retransmits: this.#retransmits,
    };
  }

  /** Called by the network with a packet for this end. */
  deliver(packet: Packet): void {
    if (packet.flag === "rst") return this.#reset();
    if (packet.flag === "syn-ack") return this.#connected();
    if (packet.flag === "syn") return this.#resend("syn-ack");
    this.#acknowledge(packet.acknowledged ?? 0);
    if (this.#state === "opening") this.#accepted();
    if (packet.flag !== "data" && packet.flag !== "fin") return;
    if (this.#state === "closed") return this.#refuseData(packet);
    this.#early.set(packet.sequence!, packet);
    this.#deliverInOrder();
    this.#transmit("ack", this.#sent, new Uint8Array());
  }

  /** Called by the network when a router or host complained about a packet of ours. */
  deliverIcmp(icmp: Icmp): void {
    // Established connections ride out ICMP errors (RFC 5461); a handshake ends by them, as Linux does.
    if (this.#state === "opening" && this.#onHandshake !== undefined) this.#settle(icmp);
  }

  #connected(): void {
    if (this.#state === "opening") {
      this.#state = "open";
      this.#rtt = this.wire.clock.now() - this.#opened;
      this.#stopSegments("syn");
      this.#transmit("ack", 0, new Uint8Array());
      this.#settle("connected");
    } else if (this.#state === "open") {
      this.#transmit("ack", this.#sent, new Uint8Array());
    }
  }

  #accepted(): void {
    this.#state = "open";
    this.#stopSegments("syn-ack");
    this.#acceptedCallback?.();
    this.#acceptedCallback = undefined;
  }

  #settle(result: Handshake): void {
    const done = this.#onHandshake;
    this.#onHandshake = undefined;
    if (result !== "connected") {
      this.#state = "closed";
      this.#stop();
    }
    done?.(result);
  }

  #reset(): void {
    if (this.#state === "opening" && this.#onHandshake !== undefined) return this.#settle("refused");
    this.mailbox.push({ kind: "rst", at: this.wire.clock.now() });
    this.#state = "closed";
    this.#stop();
  }

  #refuseData(packet: Packet): void {
    if (packet.flag === "fin") {
      this.#received = Math.max(this.#received, packet.sequence! + 1);
      this.#transmit("ack", this.#sent, new Uint8Array());
      if (this.#unacknowledged.length === 0) this.#stop();
    } else {
      this.#transmit("rst", this.#sent, new Uint8Array());
      this.#stop();
    }
  }

  #deliverInOrder(): void {
    for (let next = this.#early.get(this.#received); next !== undefined; next = this.#early.get(this.#received)) {
      this.#early.delete(this.#received);
      const at = this.wire.clock.now();
      if (next.flag === "fin") {
        if (this.#finReceived) return;
        this.#finReceived = true;
        this.#received++;
        this.mailbox.push({ kind: "fin", at });
      } else {
        // A middlebox may have changed the length: the sender's numbering goes on as it was sent.
        this.#received += next.span ?? next.data.length;
        if (next.data.length > 0) this.mailbox.push({ kind: "octets", at, data: next.data });
      }
    }
  }

  #queue(flag: "data" | "fin", data: Uint8Array): void {
    const segment: Segment = { flag, sequence: this.#sent, data, attempt: 0 };
    this.#sent += flag === "fin" ? 1 : data.length;
    this.#send(segment);
  }

  #send(segment: Segment): void {
    if (segment.attempt === 0) this.#unacknowledged.push(segment);
    else this.#retransmits++;
    this.#transmit(segment.flag, segment.sequence, segment.data, segment.attempt);
    const base = segment.flag === "syn" || segment.flag === "syn-ack" ? SYN_TIMEOUT : DATA_TIMEOUT + 2 * this.#rtt;
    segment.timer = this.wire.clock.schedule(this.wire.clock.now() + base * 2 ** segment.attempt, () => {
      segment.attempt++;
      // As Linux with timestamps: the round trip is that of the SYN that was answered.
      if (segment.flag === "syn") this.#opened = this.wire.clock.now();
      if (segment.attempt < MAX_ATTEMPTS) this.#send(segment);
    });
  }

  #resend(flag: Flag): void {
    for (const segment of this.#unacknowledged) if (segment.flag === flag) this.#transmit(flag, -1, segment.data);
  }

  #acknowledge(position: number): void {
    this.#acked = Math.max(this.#acked, Math.min(position, this.#sent));
    const done = (segment: Segment) =>
      segment.sequence >= 0 && segment.sequence + (segment.flag === "fin" ? 1 : segment.data.length) <= position;
    for (const segment of this.#unacknowledged) if (done(segment)) segment.timer?.cancel();
    this.#unacknowledged = this.#unacknowledged.filter((segment) => !done(segment));
    if (this.#state === "closed" && this.#unacknowledged.length === 0 && this.#finReceived) this.#stop();
  }

  #stopSegments(flag: Flag): void {
    for (const segment of this.#unacknowledged) if (segment.flag === flag) segment.timer?.cancel();
    this.#unacknowledged = this.#unacknowledged.filter((segment) => segment.flag !== flag);
  }

  #stop(): void {
    for (const segment of this.#unacknowledged) segment.timer?.cancel();
    this.#unacknowledged = [];
    this.wire.release();
  }

  #transmit(flag: Flag, sequence: number, data: Uint8Array, attempt = 0): void {
    this.wire.transmit({
      protocol: "tcp",
      from: this.local,
      to: this.remote,
      data,
      span: data.length,
      flag,
      sequence,
      acknowledged: this.#received,
      attempt,
    });
  }
}
