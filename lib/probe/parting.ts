/**
 * The last thing that is said on a connection: the SA that it carries is ended, so that a run leaves nothing behind at the
 * gateway over TCP or TLS. Most gateways answer, and close the connection themselves; who does not is not waited for long.
 */
import type { Farewell } from "../exchange/farewell.ts";
import { IKE_SA_INIT } from "../exchange/fit.ts";
import type { Initiator } from "../exchange/initiator.ts";
import { decodeHeader } from "../ike/mod.ts";
import type { RunContext } from "./context.ts";
import type { IkeStream, StreamArrival } from "./stream.ts";

/** How long an answer is waited for, in milliseconds and in round trips. */
const PATIENCE = { least: 300, most: 1000, roundTrips: 4 } as const;

/** After the answer, so long is waited for the gateway's FIN, which shows that it closed the connection itself. */
const CLOSING_MS = 15;

/** Nothing interrupts a farewell, which is short. */
const UNINTERRUPTED = new AbortController().signal;

/** What a farewell is made with: for who needs one only, as its ciphers take 10 ms to load. */
export function loadFarewell(): Promise<typeof import("../exchange/farewell.ts")> {
  return import("../exchange/farewell.ts");
}

/** A connection that carries an SA, or on which one was asked for. */
export class Parting {
  #until = 0;
  #farewell: Farewell | undefined;

  constructor(
    readonly context: RunContext,
    readonly stream: IkeStream,
    readonly machine: Initiator,
    /** The longest that was seen on the connection, in milliseconds. */
    readonly roundTripMs: number,
  ) {}

  /** Milliseconds that the gateway is given. */
  get patience(): number {
    return Math.min(PATIENCE.most, Math.max(PATIENCE.least, PATIENCE.roundTrips * this.roundTripMs));
  }

  /**
   * Ends the SA; over when the gateway has answered or closed the connection, or patience ends. True: it has confirmed
   * that the SA is no more.
   *
   * @param hurried The run was interrupted: the least patience; but an answer to IKE_SA_INIT that is still on its way is
   * waited for, as nothing can be ended without it.
   */
  async run(hurried: boolean): Promise<boolean> {
    const { context, stream, machine } = this;
    const began = context.now();
    const until = began + (hurried ? PATIENCE.least : this.patience);
    this.#until = hurried ? until : began;
    await this.#listen(() => machine.outcome === undefined || machine.outcome.kind === "unsolved");
    await this.#takeArrived();
    this.#farewell = await this.#prepare();
    if (this.#farewell === undefined || stream.ended) return false;
    await stream.sendIke(this.#farewell.message, this.#farewell.what);
    this.#until = until;
    await this.#listen(() => true);
    const { ended, what } = this.#farewell;
    if (!ended && !stream.ended) stream.flow.timeout(context.now() - began, `an answer to the ${what}`);
    return ended;
  }

  /** What has come already came before the farewell, and must not be taken for a reaction to it. */
  async #takeArrived(): Promise<void> {
    // One moment for all of it: who sends without end would otherwise be listened to without end.
    const until = this.context.now();
    while (!this.stream.ended) {
      const arrival = await this.stream.next(until, UNINTERRUPTED, this.machine.spiI);
      if (arrival.kind === "ike") this.#hear(arrival);
      else if (arrival.kind !== "end") return;
    }
  }

  async #prepare(): Promise<Farewell | undefined> {
    const { context } = this;
    const sa = this.machine.acceptedSa;
    if (sa === undefined) return undefined;
    const { Farewell } = await loadFarewell();
    const shared = await context.sharedSecret(sa.group, sa.publicR);
    return Farewell.to(sa, shared, (length) => context.network.random(length));
  }

  async #listen(wanted: () => boolean): Promise<void> {
    while (wanted() && !this.stream.ended) {
      const arrival = await this.stream.next(this.#until, UNINTERRUPTED, this.machine.spiI);
      if (arrival.kind === "ike") this.#hear(arrival);
      else if (arrival.kind !== "end") return;
      if (this.context.now() >= this.#until) return;
    }
  }

  /** A repeated answer to IKE_SA_INIT is the machine's, whenever it comes. */
  #hear({ message, at }: Extract<StreamArrival, { kind: "ike" }>): void {
    const { context, machine, stream } = this;
    const farewell = decodeHeader(message)?.exchangeType === IKE_SA_INIT ? undefined : this.#farewell;
    const note = farewell?.handleMessage(message) ?? machine.handleMessage(message, at);
    stream.flow.message(message, note, at);
    if (farewell !== undefined && note.fit === "answer") {
      this.#until = Math.min(this.#until, context.now() + CLOSING_MS);
    }
  }
}
