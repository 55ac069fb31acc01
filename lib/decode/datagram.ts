/** What a UDP datagram holds: IKE on the ports that are its own, and wherever it cannot be anything else. */
import { decodeDatagram, NON_ESP_MARKER } from "../encap/mod.ts";
import { brokenItem, ikeItem } from "./found.ts";
import type { Item, Place } from "./item.ts";
import { couldBeIke, hasMarker, isIke } from "./plausible.ts";

/** A datagram as it was captured. */
export interface Datagram {
  readonly data: Uint8Array;
  /** Octets that it had. */
  readonly length: number;
  /** Either end's port. */
  readonly ports: readonly number[];
  readonly place: Place;
}

const MARKER = NON_ESP_MARKER.length;

/** Nothing: something else travels on this port. */
export function itemsOfDatagram(datagram: Datagram): Item[] {
  const { ports } = datagram;
  if (ports.includes(500)) return [bare(datagram)];
  if (ports.includes(4500)) return marked(datagram);
  const { data, length } = datagram;
  if (isIke(data, length)) return [bare(datagram)];
  return hasMarker(data) && isIke(data.subarray(MARKER), length - MARKER) ? [behindMarker(datagram)] : [];
}

/** Port 500, where all is IKE. */
function bare(datagram: Datagram): Item {
  const { data, length, place } = datagram;
  if (hasMarker(data) && couldBeIke(data.subarray(MARKER), length - MARKER)) {
    return behindMarker(datagram, "with a non-ESP marker, which port 500 does not have (RFC 7296 section 3.1)");
  }
  if (couldBeIke(data, length)) return whole(data, length, place);
  return brokenItem(data, place, { path: "datagram", offset: 0, reason: "does not begin with an IKE header" });
}

/** Port 4500 (RFC 3948 §2). */
function marked(datagram: Datagram): Item[] {
  const { data, length, place } = datagram;
  const frame = decodeDatagram(data, "marker");
  switch (frame.kind) {
    case "keepalive":
      return [{ kind: "keepalive", place, octets: 1 }];
    case "ike":
      return [behindMarker(datagram)];
    case "esp":
      if (isIke(data, length)) {
        return [whole(data, length, place, "without the non-ESP marker: a receiver takes it for ESP (RFC 3948)")];
      }
      return [{ kind: "esp", place, spi: frame.spi, octets: length }];
    default: {
      const reason = `${data.length} octets are neither IKE, ESP nor a NAT-keepalive`;
      return [brokenItem(data, place, { path: "datagram", offset: 0, reason })];
    }
  }
}

function behindMarker({ data, length, place }: Datagram, ...notes: string[]): Item {
  const inside = { ...place, offset: place.offset + MARKER };
  return whole(data.subarray(MARKER), length - MARKER, inside, ...notes);
}

function whole(octets: Uint8Array, length: number, place: Place, ...notes: string[]): Item {
  const missing = length - octets.length;
  const cut = missing > 0 ? [`the capture has kept all but the last ${missing} octets`] : [];
  return ikeItem(octets, place, [...notes, ...cut]);
}
