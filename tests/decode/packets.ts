/** Packets for captures: datagrams and TCP conversations of a client and a gateway. */
import { CaptureDecoder } from "../../lib/decode/capture.ts";
import type { Item } from "../../lib/decode/item.ts";
import { type Ends, reversed, tcpPacket, udpPacket } from "../../lib/capture/segment.ts";
import { addressBytes } from "../../lib/wire/mod.ts";

export const CLIENT = "192.0.2.1";
export const GATEWAY = "192.0.2.7";
const SYN = 0x02, ACK = 0x10;

export function ends(sourcePort: number, destinationPort: number): Ends {
  return { source: addressBytes(CLIENT), destination: addressBytes(GATEWAY), sourcePort, destinationPort };
}

/** A datagram from the client. */
export function datagram(sourcePort: number, destinationPort: number, data: Uint8Array): Uint8Array {
  return udpPacket(ends(sourcePort, destinationPort), data);
}

/** Segments of one TCP connection, numbered as they are asked for. */
export class Talk {
  readonly #ends: Ends;
  readonly #next: Record<"client" | "gateway", number>;

  constructor(port = 4500, readonly sequence = 1000, clientPort = 40_000) {
    this.#ends = ends(clientPort, port);
    this.#next = { client: sequence + 1, gateway: sequence + 5001 };
  }

  handshake(): Uint8Array[] {
    return [this.#packet("client", this.sequence, SYN), this.#packet("gateway", this.sequence + 5000, SYN | ACK)];
  }

  say(who: "client" | "gateway", data: Uint8Array): Uint8Array {
    const packet = this.#packet(who, this.#next[who], ACK, data);
    this.#next[who] += data.length;
    return packet;
  }

  #packet(who: "client" | "gateway", sequence: number, flags: number, data?: Uint8Array): Uint8Array {
    const acknowledgement = (flags & ACK) === 0 ? 0 : this.#next[who === "client" ? "gateway" : "client"];
    const header = { sequence, acknowledgement, flags, window: 1000 };
    return tcpPacket(who === "client" ? this.#ends : reversed(this.#ends), header, data ?? new Uint8Array(0));
  }
}

/** What is found in packets, one a millisecond. */
export function itemsIn(packets: readonly Uint8Array[]): Item[] {
  const decoder = new CaptureDecoder();
  const items = packets.flatMap((octets, i) => [
    ...decoder.take({ number: i + 1, ns: BigInt(i) * 1_000_000n, linkType: 101, octets, length: octets.length }),
  ]);
  return [...items, ...decoder.end()];
}

/** The messages among items. */
export function messagesIn(items: readonly Item[]): Uint8Array[] {
  return items.flatMap((item) => item.kind === "ike" ? [item.octets] : []);
}

/** What is broken among items, and nothing else is a message with a fault. */
export function faultsIn(items: readonly Item[]): string[] {
  return items.flatMap((item) => item.kind === "broken" ? [item.fault.reason] : []);
}
