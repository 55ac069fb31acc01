/** What the paths of a run have learnt of an address, for each other: how far it is, and whether IKE answers over UDP. */
import type { Clock } from "../net/transport.ts";

interface Known {
  roundTripMs?: number;
  asked: boolean;
  answered: boolean;
  readonly told: AbortController;
}

/** See the file's head. */
export class KnownAddresses {
  readonly #known = new Map<string, Known>();

  #of(address: string): Known {
    const known = this.#known.get(address) ?? { asked: false, answered: false, told: new AbortController() };
    this.#known.set(address, known);
    return known;
  }

  /** The longest that was seen: whoever answers in the gateway's place is nearer. Undefined where nothing came back yet. */
  roundTripMs(address: string): number | undefined {
    return this.#of(address).roundTripMs;
  }

  /** A handshake was completed, or a request answered. */
  tookMs(address: string, ms: number): void {
    const known = this.#of(address);
    known.roundTripMs = Math.max(known.roundTripMs ?? 0, ms);
  }

  /** A request over UDP goes out. */
  askedOverUdp(address: string): void {
    this.#of(address).asked = true;
  }

  /** IKE has answered over UDP, whatever it said. */
  answeredOverUdp(address: string): void {
    const known = this.#of(address);
    known.answered = true;
    known.told.abort();
  }

  /** Whether IKE answers over UDP; where it was asked and has not answered yet, that is waited for. */
  async answersOverUdp(address: string, until: number, clock: Clock, signal: AbortSignal): Promise<boolean> {
    const known = this.#of(address);
    if (known.asked && !known.answered) await clock.sleep(until, AbortSignal.any([signal, known.told.signal]));
    return known.answered;
  }
}
