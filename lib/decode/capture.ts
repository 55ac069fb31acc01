/** Finds IKE in the packets of a capture: UDP datagrams, put together from fragments, and RFC 9329 streams. */
import {
  type CapturedFrame,
  Fragments,
  ipPacketIn,
  isKnownLink,
  PROTOCOL,
  readIp,
  readTcp,
  readUdp,
  type Reassembled,
} from "../capture/mod.ts";
import { formatAddress } from "../wire/mod.ts";
import { Connection, type Seen } from "./connection.ts";
import { itemsOfDatagram } from "./datagram.ts";
import type { PlaceOf } from "./frame_stream.ts";
import type { Item, Place } from "./item.ts";

/** Connections that are followed at the same time; those that are not RFC 9329 are given up for new ones. */
const MOST_CONNECTIONS = 20_000;

/** RFC 9329 §2. */
const IKE_PORT = 4500;

/** A connection, its number, and the end that counts as its first side. */
interface Followed {
  readonly connection: Connection;
  readonly first: string;
  readonly clock: { ns: bigint | undefined };
}

/** See the file's head. Takes the packets one after the other. */
export class CaptureDecoder {
  /** Packets so far. */
  packets = 0;
  /** TCP connections that speak something else. */
  otherConnections = 0;
  /** Link types that cannot be looked into. */
  readonly unknownLinks = new Set<number>();
  readonly #fragments = new Fragments();
  readonly #connections = new Map<string, Followed>();
  /** Wireshark counts all connections from 0. */
  #connectionNumbers = 0;
  /** Of the packet at hand. */
  #ns: bigint | undefined;

  /** What a packet completes. */
  *take({ number, ns, linkType, octets }: CapturedFrame): Generator<Item> {
    this.packets++;
    this.#ns = ns;
    if (!isKnownLink(linkType)) this.unknownLinks.add(linkType);
    const packet = ipPacketIn(octets, linkType);
    const contents = packet && readIp(packet);
    if (contents === undefined) return;
    for (const whole of this.#fragments.take(contents, number)) yield* this.#packet(whole);
  }

  /** The capture is over: what was never completed. */
  *end(): Generator<Item> {
    this.#ns = undefined;
    for (const part of this.#fragments.end()) yield* this.#packet(part);
    for (const followed of this.#connections.values()) yield* this.#close(followed);
    this.#connections.clear();
  }

  *#packet(packet: Reassembled): Generator<Item> {
    switch (packet.protocol) {
      case PROTOCOL.udp:
        return yield* this.#datagram(packet);
      case PROTOCOL.tcp:
        return yield* this.#segment(packet);
      case PROTOCOL.esp: {
        const { payload, length } = packet;
        if (payload.length < 4) return;
        const spi = new DataView(payload.buffer, payload.byteOffset).getUint32(0);
        yield { kind: "esp", place: this.#place(packet, "ip", 0, 0), spi, octets: length };
      }
    }
  }

  #place(packet: Reassembled, transport: Place["transport"], sourcePort: number, destinationPort: number): Place {
    return {
      packets: packet.frames,
      ...(this.#ns !== undefined && { ns: this.#ns }),
      transport,
      source: { address: formatAddress(packet.source), port: sourcePort },
      destination: { address: formatAddress(packet.destination), port: destinationPort },
      offset: 0,
    };
  }

  *#datagram(packet: Reassembled): Generator<Item> {
    const datagram = readUdp(packet.payload);
    if (datagram === undefined) return;
    const { data, sourcePort, destinationPort } = datagram;
    // What fragments that never came would have held is missing as well.
    const length = Math.max(datagram.length, data.length);
    // Most packets of a capture are neither, and an address takes time to format.
    let place: Place | undefined;
    const self = { data, length, ports: [sourcePort, destinationPort] };
    const makePlace = () => place ??= this.#place(packet, "udp", sourcePort, destinationPort);
    for (
      const item of itemsOfDatagram({
        ...self,
        get place() {
          return makePlace();
        },
      })
    ) {
      yield packet.isIncomplete ? incomplete(item, packet) : item;
    }
  }

  *#segment(packet: Reassembled): Generator<Item> {
    const segment = readTcp(packet.payload, packet.length);
    if (segment === undefined) return;
    const source = endKey(packet.source, segment.sourcePort);
    const destination = endKey(packet.destination, segment.destinationPort);
    const key = source < destination ? source + destination : destination + source;
    let followed = this.#connections.get(key);
    const from = (side: Followed) => source === side.first ? 0 : 1;
    if (followed?.connection.isSucceededBy(segment, from(followed))) {
      yield* this.#close(followed);
      followed = undefined;
    }
    if (followed === undefined) {
      if (this.#connections.size >= MOST_CONNECTIONS) yield* this.#giveUpOldest();
      followed = this.#follow(packet, segment.sourcePort, segment.destinationPort, source);
      this.#connections.set(key, followed);
    }
    followed.clock.ns = this.#ns;
    yield* followed.connection.take(segment, from(followed), { number: packet.frames.at(-1)!, ns: this.#ns });
  }

  #follow(packet: Reassembled, sourcePort: number, destinationPort: number, first: string): Followed {
    const number = this.#connectionNumbers++;
    let ends: readonly [Place, Place] | undefined;
    const endsOnce = () => {
      const there = this.#place(packet, "tcp", sourcePort, destinationPort);
      const back = { ...there, source: there.destination!, destination: there.source! };
      return ends ??= [there, back];
    };
    // What a stream ends with was there when its last segment came, and not when the capture ended.
    const clock = { ns: this.#ns };
    const placeOf = (side: 0 | 1): PlaceOf<Seen> => (offset, packets) => {
      const ns = packets.length === 0 ? clock.ns : latest(packets).ns;
      const numbers = packets.map(({ number }) => number);
      return { ...endsOnce()[side], ...(ns !== undefined && { ns }), packets: numbers, connection: number, offset };
    };
    const hasIkePort = sourcePort === IKE_PORT || destinationPort === IKE_PORT;
    return { connection: new Connection([placeOf(0), placeOf(1)], hasIkePort), first, clock };
  }

  /** A quarter of them at once: going through all of them for each new one would take long. */
  *#giveUpOldest(): Generator<Item> {
    const oldest = [...this.#connections].slice(0, MOST_CONNECTIONS / 4);
    const others = oldest.filter(([, { connection }]) => !connection.isOurs);
    for (const [key, followed] of others.length > 0 ? others : oldest) {
      this.#connections.delete(key);
      yield* this.#close(followed);
    }
  }

  *#close({ connection }: Followed): Generator<Item> {
    yield* connection.end();
    if (!connection.isOurs) this.otherConnections++;
  }
}

/** Segments may have been captured out of their order. */
function latest(packets: readonly Seen[]): Seen {
  return packets.reduce((one, other) => other.number > one.number ? other : one);
}

/** A string that is the same for the same address and port. */
function endKey(address: Uint8Array, port: number): string {
  return String.fromCharCode(...address, port);
}

/** Says of an item that fragments are missing. */
function incomplete(item: Item, { length, payload }: Reassembled): Item {
  const reason = `fragments are missing: ${payload.length} of ${length} octets of the packet are there`;
  if (item.kind === "ike") return { ...item, notes: [...item.notes, reason] };
  return item;
}
