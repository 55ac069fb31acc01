/** The datagrams of one UDP socket. */
import { type Endpoint, type Event } from "../model/mod.ts";
import { dataOf, endsOf, type FlowPackets, icmpAbout, type MadePacket, madePacket } from "./packet.ts";
import { type Ends, reversed, udpPacket } from "./segment.ts";

/** Octets of data in a datagram, at most, with an IPv4 header. */
const LONGEST = 65_535 - 20 - 8;

/** See the file's head. */
export class UdpFlow implements FlowPackets {
  readonly #local: Endpoint;
  readonly #ends: Ends;
  /** The packet that was sent last. */
  #sent: Uint8Array | undefined;

  constructor(local: Endpoint, ends: Ends) {
    this.#local = local;
    this.#ends = ends;
  }

  take(event: Event, index: number): MadePacket[] {
    switch (event.kind) {
      case "sent": {
        const packet = datagram({ t_ms: event.t_ms, event: index, direction: "out" }, this.#ends, event);
        this.#sent = packet.octets;
        return [packet];
      }
      case "received": {
        const from = event.from === undefined ? this.#ends : endsOf(this.#local, event.from);
        const isSameFamily = from?.destination.length === this.#ends.destination.length;
        const back = reversed(isSameFamily ? from! : this.#ends);
        return [datagram({ t_ms: event.t_ms, event: index, direction: "in" }, back, event)];
      }
      case "icmp":
        return this.#sent === undefined ? [] : icmpAbout(event, index, this.#ends, this.#sent);
      default:
        return [];
    }
  }
}

function datagram(
  stamp: Pick<MadePacket, "t_ms" | "event" | "direction">,
  ends: Ends,
  event: { readonly data: string; readonly octets: number },
): MadePacket {
  const all = dataOf(event);
  const length = Math.min(all.length, LONGEST);
  const data = all.data.subarray(0, length);
  return madePacket(stamp, udpPacket(ends, data, length), length - data.length);
}
