/**
 * Signs that octets of a stream were changed between the gateway and us. A few bits that differ in a field whose value is
 * known, a length that disagrees with another one: each is told from an answer to somebody else by the bits' distance.
 */
import type { PathReport } from "../model/mod.ts";
import { bitsApart, fitOf, FRAME_HEADER, misfits, octetsOf, ourSpi } from "./octets.ts";
import { count } from "./words.ts";
import { isStream, type Seen, type View } from "./view.ts";

/** So many different bits of 64 are no other SPI: chance has 1 in a million for them. */
const FEW_BITS = 8;

/** IKE header (RFC 7296 §3.1): exchange type, flags, message ID of an answer to IKE_SA_INIT. */
const ANSWER_HEADER = Uint8Array.of(34, 0x20, 0, 0, 0, 0);
const AT = { exchange: 18, length: 24, end: 28 } as const;

/** One sign. */
export interface Modification {
  readonly text: string;
  readonly seen: readonly Seen[];
  /** `bits`: values that are known differ in few bits. `length`: two lengths disagree. `message`: it only looks damaged. */
  readonly kind: "bits" | "length" | "message";
}

/** What on a path looks changed, if anything. */
export function modifications(view: View, path: PathReport): Modification[] {
  if (!isStream(path)) return [];
  // A gateway that writes broken messages does so over UDP as well.
  const everywhere = view.at(path.address).some((other) =>
    other.transport === "udp" &&
    (other.ike?.outcome === "malformed" || view.messages(other).some(({ event }) => fitOf(event) === "stray"))
  );
  if (everywhere) return [];
  const messages = misfits(view, path).flatMap((message) => {
    const text = changedMessage(message.octets, message.spi, message.event.fit);
    return text === undefined ? [] : [{ text, seen: [message], kind: "bits" as const }];
  });
  return [...messages, ...changedLength(view, path), ...damagedAnswer(view, path), ...damagedRequest(view, path)];
}

function changedMessage(octets: Uint8Array, spi: Uint8Array, fit: string): string | undefined {
  if (fit === "esp") {
    return carriesOurs(octets, spi)
      ? "a frame whose non-ESP marker is not zero carries an IKE message with our SPI"
      : undefined;
  }
  if (octets.length < AT.end) return undefined;
  const bits = bitsApart(octets.subarray(0, 8), spi);
  if (bits > 0 && bits <= FEW_BITS) {
    return `the initiator SPI of the answer differs from ours in ${count(bits, "bit")} of 64`;
  }
  if (bits > FEW_BITS) return undefined;
  const header = bitsApart(octets.subarray(AT.exchange, AT.length), ANSWER_HEADER);
  return header > 0 && header <= 2
    ? `the header of the answer with our SPI differs from that of an answer in ${count(header, "bit")}`
    : undefined;
}

/** What looks like ESP: our SPI stands at its beginning, or behind the SPI of ESP, which was to be the marker. */
function carriesOurs(octets: Uint8Array, spi: Uint8Array): boolean {
  return octets.length >= AT.end && [0, 4].some((at) => bitsApart(octets.subarray(at, at + 8), spi) === 0);
}

/** The first frame of the stream: its Length against the length in the IKE header with our SPI. */
function changedLength(view: View, path: PathReport): Modification[] {
  if (path.state === "answered" && path.ike?.outcome !== "malformed") return [];
  const received = view.events(path, "received");
  const first = received[0];
  if (first === undefined) return [];
  const same = received.filter(({ event }) => event.flow === first.event.flow);
  const octets = octetsOf(same.map(({ event }) => event.data).join("").slice(0, 128));
  const spi = ourSpi(view, path, { flow: first.event.flow, index: first.index });
  if (spi === undefined || octets.length < FRAME_HEADER + AT.end) return [];
  if (bitsApart(octets.subarray(FRAME_HEADER, FRAME_HEADER + 8), spi) !== 0) return [];
  const view4 = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  const frame = view4.getUint16(0) - FRAME_HEADER;
  const message = view4.getUint32(FRAME_HEADER + AT.length);
  if (frame === message) return [];
  const text = `a frame with room for ${frame} octets carries a message that says ${message}`;
  return [{ text, seen: same.slice(0, 4), kind: "length" }];
}

/** The answer over TCP does not parse; the one over UDP does. */
function damagedAnswer(view: View, path: PathReport): Modification[] {
  if (path.ike?.outcome !== "malformed" || !view.worksOverUdp(path.address)) return [];
  const answers = view.messages(path).filter(({ event }) => event.fit === "answer");
  return [{ text: "the answer here is broken, the one over UDP is not", seen: answers, kind: "message" }];
}

/** The gateway calls our request over TCP broken, and accepts the same over UDP. */
function damagedRequest(view: View, path: PathReport): Modification[] {
  if (path.ike?.error !== "INVALID_SYNTAX" || !view.worksOverUdp(path.address)) return [];
  const answers = view.messages(path).filter(({ event }) => event.notify === "INVALID_SYNTAX");
  return [{
    text: "the gateway calls our request here broken (INVALID_SYNTAX), and accepts it over UDP",
    seen: answers,
    kind: "message",
  }];
}
