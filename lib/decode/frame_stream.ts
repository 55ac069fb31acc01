/** IKE messages of one direction of an RFC 9329 stream, with what is wrong with it and what is missing. */
import { type Frame, FrameDecoder, STREAM_PREFIX } from "../encap/mod.ts";
import { decodeMessage } from "../ike/mod.ts";
import type { Listener } from "../model/mod.ts";
import { recogniseListener } from "../probe/listener.ts";
import { concatBytes, count, type Fault } from "../wire/mod.ts";
import type { Item, Place } from "./item.ts";
import { beginsFrame, hasMarker } from "./plausible.ts";

/** Octets that are shown of what cannot be read. */
const MOST_SHOWN = 4096;
/** Length and non-ESP marker. */
const BEFORE_MESSAGE = 6;

const NOTHING = new Uint8Array(0);
const LISTENER_NAME: Readonly<Partial<Record<Listener, string>>> = {
  http: "HTTP",
  tls: "TLS",
  ssh: "SSH",
  smtp: "SMTP",
};

/** Where a stretch of the stream was. */
export type PlaceOf = (offset: number, frames: readonly number[]) => Place;

/** See the file's head. */
export class FrameStream {
  readonly #placeOf: PlaceOf;
  #decoder: FrameDecoder;
  #isPrefixDue: boolean;
  /** Offset of the frame at hand in the stream. */
  #start = 0;
  /** What is there of the frame at hand, and where it came in. */
  #tail: Uint8Array[] = [];
  #tailOctets = 0;
  #frames: number[] = [];
  /** The place in the stream is lost: what comes is skipped until a frame begins. */
  #isLost = false;

  /** @param expectPrefix the stream is an Originator's, from its beginning */
  constructor(expectPrefix: boolean, placeOf: PlaceOf) {
    this.#placeOf = placeOf;
    this.#decoder = new FrameDecoder({ expectPrefix });
    this.#isPrefixDue = expectPrefix;
  }

  /** The next octets. @param frame number of the packet that they came in; undefined where there are none */
  *push(data: Uint8Array, frame?: number): Generator<Item> {
    if (this.#isLost && !this.#find(data)) {
      this.#start += data.length;
      return;
    }
    const frames = this.#decoder.push(data);
    this.#keep(data, frame);
    if (this.#isPrefixDue && this.#decoder.prefixed) {
      this.#isPrefixDue = false;
      this.#advance(STREAM_PREFIX.length);
      this.#frames = this.#only(frame);
    }
    for (const [i, found] of frames.entries()) {
      // All but the first frame that a packet completes are in that packet alone.
      if (i > 0) this.#frames = this.#only(frame);
      yield* this.#frame(found);
    }
    if (frames.length > 0) this.#frames = this.#only(frame);
    const { fault } = this.#decoder;
    if (fault === undefined) return;
    yield this.#broken({ ...fault, offset: fault.path === "prefix" ? fault.offset : 0 });
    this.#lose();
  }

  /** So many octets are missing. */
  *gap(octets: number): Generator<Item> {
    yield* this.#cut(`${count(octets)} of the stream were not captured`, true);
    this.#start += octets;
  }

  /** The stream is over. */
  *end(): Generator<Item> {
    const fault = this.#isLost ? undefined : this.#decoder.end();
    if (fault !== undefined) yield* this.#cut(fault.reason, false);
  }

  #keep(data: Uint8Array, frame: number | undefined): void {
    this.#tail.push(data);
    this.#tailOctets += data.length;
    if (frame !== undefined && this.#frames.at(-1) !== frame) this.#frames.push(frame);
  }

  /** Where the tail came in when it is the rest of one packet. */
  #only(frame: number | undefined): number[] {
    return frame === undefined || this.#tailOctets === 0 ? [] : [frame];
  }

  /** Lets go of so many octets of the tail. */
  #advance(octets: number): void {
    this.#start += octets;
    this.#tailOctets -= octets;
    let left = octets;
    while (left > 0) {
      const first = this.#tail[0]!;
      if (first.length > left) this.#tail[0] = first.subarray(left);
      else this.#tail.shift();
      left -= Math.min(left, first.length);
    }
  }

  *#frame(frame: Frame): Generator<Item> {
    const place = (offset: number) => this.#placeOf(this.#start + offset, this.#frames);
    switch (frame.kind) {
      case "ike":
        yield ikeItem(frame.message, place(BEFORE_MESSAGE));
        break;
      case "keepalive":
        yield { kind: "keepalive", place: place(2), octets: 1 };
        break;
      case "esp":
        yield { kind: "esp", place: place(2), spi: frame.spi, octets: frame.data.length + 4 };
        break;
      case "empty":
      case "other":
        yield this.#broken({ path: "frame", offset: 0, reason: "is neither IKE, ESP nor a NAT-keepalive" });
    }
    this.#advance(octetsOf(frame));
  }

  /** What is there of a frame that is not all there. */
  *#cut(reason: string, isGap: boolean): Generator<Item> {
    const octets = concatBytes(...this.#tail);
    const message = octets.subarray(BEFORE_MESSAGE);
    const listener = this.#start === 0 ? recogniseListener(octets, NOTHING) : undefined;
    const speaks = listener === undefined ? "" : `; it begins like ${LISTENER_NAME[listener] ?? listener}`;
    const isMessage = !this.#isPrefixDue && message.length > 0 && hasMarker(octets.subarray(2));
    if (isMessage) {
      yield ikeItem(message, this.#placeOf(this.#start + BEFORE_MESSAGE, this.#frames), [reason]);
    }
    if (isGap || !isMessage) yield this.#broken({ path: "stream", offset: octets.length, reason: reason + speaks });
    this.#lose();
  }

  #broken(fault: Fault): Item {
    const octets = concatBytes(...this.#tail).subarray(0, MOST_SHOWN);
    return { kind: "broken", place: this.#placeOf(this.#start, this.#frames), octets, fault };
  }

  #lose(): void {
    this.#isLost = true;
    this.#advance(this.#tailOctets);
    this.#frames = [];
  }

  /** Whether octets begin a frame from which on the stream can be read again. */
  #find(data: Uint8Array): boolean {
    if (!beginsFrame(data)) return false;
    this.#decoder = new FrameDecoder({ expectPrefix: false });
    this.#isPrefixDue = false;
    this.#isLost = false;
    return true;
  }
}

/** A message that was found. */
export function ikeItem(octets: Uint8Array, place: Place, notes: readonly string[] = []): Item {
  return { kind: "ike", place, octets, decoded: decodeMessage(octets), notes };
}

function octetsOf(frame: Frame): number {
  switch (frame.kind) {
    case "ike":
      return BEFORE_MESSAGE + frame.message.length;
    case "keepalive":
      return 3;
    case "esp":
      return BEFORE_MESSAGE + frame.data.length;
    case "empty":
      return 2;
    case "other":
      return 2 + frame.data.length;
  }
}
