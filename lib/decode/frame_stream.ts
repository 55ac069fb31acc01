/** IKE messages of one direction of an RFC 9329 stream, with what is wrong with it and what is missing. */
import { type Frame, FrameDecoder, STREAM_PREFIX } from "../encap/mod.ts";
import type { Listener } from "../model/mod.ts";
import { recogniseListener } from "../probe/listener.ts";
import { count, type Fault } from "../wire/mod.ts";
import { brokenItem, ikeItem } from "./found.ts";
import type { Item, Place } from "./item.ts";
import { hasMarker } from "./plausible.ts";
import { Resync } from "./resync.ts";

/** Octets that are taken apart at once: a packet of a capture can claim sixteen million, in frames of two. */
const MOST_AT_ONCE = 65_536;
/** Length and non-ESP marker. */
const BEFORE_MESSAGE = 6;

const NOTHING = new Uint8Array(0);
const LISTENER_NAME: Readonly<Partial<Record<Listener, string>>> = {
  http: "HTTP",
  tls: "TLS",
  ssh: "SSH",
  smtp: "SMTP",
};

/** Where a stretch of the stream was; `F`: how packets are named. */
export type PlaceOf<F> = (offset: number, frames: readonly F[]) => Place;

/** What a stream begins with: an Originator's with the prefix, the other with a frame, an older one with any octet. */
export type Beginning = "prefix" | "frame" | "middle";

/** See the file's head. */
export class FrameStream<F> {
  readonly #placeOf: PlaceOf<F>;
  #decoder: FrameDecoder;
  #isPrefixDue: boolean;
  /** Offset of the frame at hand in the stream. */
  #start = 0;
  /** What is there of the frame at hand, and where it came in. */
  #tail: Uint8Array[] = [];
  #tailOctets = 0;
  #frames: F[] = [];
  /** The place in the stream is lost: what comes is skipped until it is known where a frame begins. */
  #lost: Resync<F> | undefined;
  #isFound: boolean;

  constructor(beginning: Beginning, placeOf: PlaceOf<F>) {
    this.#placeOf = placeOf;
    this.#decoder = new FrameDecoder({ expectPrefix: beginning === "prefix" });
    this.#isPrefixDue = beginning === "prefix";
    this.#isFound = beginning !== "middle";
    if (!this.#isFound) this.#lost = new Resync();
  }

  /** Whether it is known to be a stream of RFC 9329. */
  get isFound(): boolean {
    return this.#isFound;
  }

  /** The next octets. @param frame the packet that they came in; undefined where there are none */
  *push(data: Uint8Array, frame: F | undefined): Generator<Item> {
    if (this.#lost === undefined) return yield* this.#read(data, frame);
    this.#start += data.length;
    const found = this.#lost.push({ data, frame });
    if (found === undefined) return;
    this.#lost = undefined;
    this.#isFound = true;
    this.#decoder = new FrameDecoder({ expectPrefix: found.hasPrefix });
    this.#isPrefixDue = found.hasPrefix;
    for (const { data } of found.arrived) this.#start -= data.length;
    for (const { data, frame } of found.arrived) yield* this.#read(data, frame);
  }

  *#read(data: Uint8Array, frame: F | undefined): Generator<Item> {
    for (let at = 0; at < data.length; at += MOST_AT_ONCE) {
      if (this.#lost !== undefined) {
        this.#start += data.length - at;
        return;
      }
      yield* this.#take(data.subarray(at, at + MOST_AT_ONCE), frame);
    }
  }

  *#take(data: Uint8Array, frame: F | undefined): Generator<Item> {
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
    yield this.#broken(this.#tailOctets, { ...fault, offset: fault.path === "prefix" ? fault.offset : 0 });
    this.#lose();
  }

  /** So many octets are missing. */
  *gap(octets: number): Generator<Item> {
    if (this.#isFound) yield* this.#cut(`${count(octets)} of the stream were not captured`, true);
    this.#lost?.reset();
    this.#start += octets;
  }

  /** The stream is over. */
  *end(): Generator<Item> {
    const fault = this.#lost === undefined ? this.#decoder.end() : undefined;
    if (fault !== undefined) yield* this.#cut(fault.reason, false);
  }

  #keep(data: Uint8Array, frame: F | undefined): void {
    this.#tail.push(data);
    this.#tailOctets += data.length;
    if (frame !== undefined && this.#frames.at(-1) !== frame) this.#frames.push(frame);
  }

  /** Where the tail came in when it is the rest of one packet. */
  #only(frame: F | undefined): F[] {
    return frame === undefined || this.#tailOctets === 0 ? [] : [frame];
  }

  /** Lets go of so many octets of the tail. */
  #advance(octets: number): void {
    this.#start += octets;
    this.#tailOctets -= octets;
    let left = octets;
    let gone = 0;
    while (left > 0) {
      const first = this.#tail[gone]!;
      if (first.length > left) this.#tail[gone] = first.subarray(left);
      else gone++;
      left -= Math.min(left, first.length);
    }
    this.#tail.splice(0, gone);
  }

  /** A copy of the tail's first octets. */
  #front(octets: number): Uint8Array {
    const front = new Uint8Array(Math.min(octets, this.#tailOctets));
    let at = 0;
    for (const piece of this.#tail) {
      if (at === front.length) break;
      const part = piece.subarray(0, front.length - at);
      front.set(part, at);
      at += part.length;
    }
    return front;
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
        yield this.#broken(octetsOf(frame), {
          path: "frame",
          offset: 0,
          reason: "is neither IKE, ESP nor a NAT-keepalive",
        });
    }
    this.#advance(octetsOf(frame));
  }

  /** What is there of a frame that is not all there. */
  *#cut(reason: string, isGap: boolean): Generator<Item> {
    const octets = this.#front(this.#tailOctets);
    const message = octets.subarray(BEFORE_MESSAGE);
    const listener = this.#start === 0 ? recogniseListener(octets, NOTHING) : undefined;
    const speaks = listener === undefined ? "" : `; it begins like ${LISTENER_NAME[listener] ?? listener}`;
    const isMessage = !this.#isPrefixDue && message.length > 0 && hasMarker(octets.subarray(2));
    if (isMessage) {
      yield ikeItem(message, this.#placeOf(this.#start + BEFORE_MESSAGE, this.#frames), [reason]);
    }
    if (isGap || !isMessage) {
      yield this.#broken(octets.length, { path: "stream", offset: octets.length, reason: reason + speaks });
    }
    this.#lose();
  }

  /** @param octets so many of the tail it is about */
  #broken(octets: number, fault: Fault): Item {
    return brokenItem(this.#front(octets), this.#placeOf(this.#start, this.#frames), fault);
  }

  #lose(): void {
    this.#lost ??= new Resync();
    this.#advance(this.#tailOctets);
    this.#frames = [];
  }
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
