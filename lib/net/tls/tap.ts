/**
 * What passes between a TLS library and the channel below it. The library tells little of why something failed; what the
 * server sent first, in clear, and how the channel ended tell the rest.
 */
import { concatBytes } from "../../wire/mod.ts";
import type { Arrival, Channel, Icmp } from "../transport.ts";

/** Kept of what came first: enough for a ServerHello, an alert, or the banner of something else. */
const FIRST_OCTETS = 4096;

/** How a channel ended. */
export type End = Exclude<Arrival, { kind: "octets" | "icmp" }>;

/** Where the octets from the network go. */
export interface Sink {
  /** Resolves when there is room for more. */
  octets(data: Uint8Array): Promise<void> | void;
  end(): void;
}

/** See the file's head. */
export class Tap {
  #first: Uint8Array = new Uint8Array(0);
  #end: End | undefined;
  #heard = 0;
  #icmp: Icmp | undefined;
  readonly #stop = new AbortController();
  /** Told of ICMP errors, once somebody listens. */
  onIcmp: ((arrival: Extract<Arrival, { kind: "icmp" }>) => void) | undefined;

  constructor(readonly below: Channel) {}

  /** What the server sent first. */
  get first(): Uint8Array {
    return this.#first;
  }

  /** {@linkcode Clock.now} of the last octets from below. */
  get heard(): number {
    return this.#heard;
  }

  /** How the channel ended, once it did. */
  get end(): End | undefined {
    return this.#end;
  }

  /** The last ICMP error. */
  get icmp(): Icmp | undefined {
    return this.#icmp;
  }

  /** Carries everything to the sink until the channel ends or {@linkcode stop} is called. */
  async pump(sink: Sink): Promise<void> {
    for (;;) {
      const arrival = await this.below.receive(Infinity, this.#stop.signal);
      if (arrival === undefined) return;
      if (arrival.kind === "icmp") {
        this.#icmp = arrival.icmp;
        this.onIcmp?.(arrival);
      } else if (arrival.kind === "octets") {
        this.#heard = arrival.at;
        if (this.#first.length < FIRST_OCTETS) {
          this.#first = concatBytes(this.#first, arrival.data).subarray(0, FIRST_OCTETS);
        }
        await sink.octets(arrival.data);
      } else {
        this.#end = arrival;
        return sink.end();
      }
    }
  }

  /** Ends {@linkcode pump}. */
  stop(): void {
    this.#stop.abort();
  }
}
