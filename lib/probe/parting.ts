/**
 * The last thing that is said on a connection: the SA that it carries is ended, so that a run leaves nothing behind at the
 * gateway over TCP or TLS. Most gateways answer at once, and close the connection themselves.
 *
 * A gateway must be done with the farewell before it sees the end of the connection, or never have it. The report waits a
 * moment for the answer; behind it, the connection of who has not answered stays open for a while longer.
 */
import type { Farewell } from "../exchange/farewell.ts";
import { IKE_SA_INIT } from "../exchange/fit.ts";
import type { Initiator } from "../exchange/initiator.ts";
import { decodeHeader } from "../ike/mod.ts";
import type { RunContext } from "./context.ts";
import type { IkeStream, StreamArrival } from "./stream.ts";

/**
 * How long a report waits for the answer, in milliseconds and in round trips: `most`, if the farewell is not acknowledged
 * by then. On a short path that is between the third and the fourth retransmission (RFC 6298 §5, with the 0.2 s of Linux).
 */
const PATIENCE = { least: 1000, most: 2500, roundTrips: 4 } as const;

/** The same in a run that is to end soon; and so long it waits for the answer to an IKE_SA_INIT that is under way. */
const HURRIED_MS = 300;

/** So long the connection of a gateway that has the farewell stays open: what keeps it busy is over by then, mostly. */
const OPEN_MS = 8000;

/** After the answer, so long is waited for the gateway's FIN, which shows that it closed the connection itself. */
const CLOSING_MS = 15;

/** Nothing interrupts it. */
const UNINTERRUPTED = new AbortController().signal;

/** What a farewell is made with: for who needs one only, as its ciphers take 10 ms to load. */
export function loadFarewell(): Promise<typeof import("../exchange/farewell.ts")> {
  return import("../exchange/farewell.ts");
}

/** A connection that carries an SA, or on which one was asked for. */
export class Parting {
  #until = 0;
  #farewell: Farewell | undefined;
  #answered = false;
  #said = 0;

  constructor(
    readonly context: RunContext,
    readonly stream: IkeStream,
    readonly machine: Initiator,
    /** The longest that was seen on the connection, in milliseconds. */
    readonly roundTripMs: number,
  ) {}

  /** Milliseconds for which a report waits for a gateway that has the farewell. */
  get patience(): number {
    return Math.min(PATIENCE.most, Math.max(PATIENCE.least, PATIENCE.roundTrips * this.roundTripMs));
  }

  /**
   * Ends the SA; over when the gateway has answered or closed the connection, or the report cannot wait any longer. True:
   * it has confirmed that the SA is no more.
   *
   * @param hurry The run was interrupted, or is while this goes on; but an answer to IKE_SA_INIT that is still on its way is
   * waited for, as nothing can be ended without it.
   */
  async run(hurry: AbortSignal): Promise<boolean> {
    const { context, stream, machine } = this;
    const undecided = () => machine.outcome === undefined || machine.outcome.kind === "unsolved";
    if (hurry.aborted) await this.#listen(context.now() + HURRIED_MS, UNINTERRUPTED, undecided);
    await this.#takeArrived();
    this.#farewell = await this.#prepare();
    if (this.#farewell === undefined || stream.ended) return false;
    await stream.sendIke(this.#farewell.message, this.#farewell.what);
    this.#said = context.now();
    await this.#listen(this.#said + this.patience, hurry);
    if (this.isOpen && !stream.isHeard) await this.#listen(this.#said + PATIENCE.most, hurry);
    if (this.isOpen && hurry.aborted) await this.#listen(context.now() + HURRIED_MS);
    if (this.isOpen) {
      stream.flow.timeout(context.now() - this.#said, `an answer to the ${this.#farewell.what}`);
      if (!hurry.aborted) this.#takeBack();
    }
    return this.#farewell.ended;
  }

  /** The farewell is said, and neither answered nor overtaken by the connection's end: it is not to be closed yet. */
  get isOpen(): boolean {
    return this.#farewell !== undefined && !this.#answered && !this.stream.ended;
  }

  /** Behind {@linkcode run}: keeps the connection open as long as it has to be, and closes it. */
  async settle(): Promise<void> {
    const { stream } = this;
    if (!stream.isHeard) await this.#listen(this.#said + PATIENCE.most);
    this.#takeBack();
    await this.#listen(this.#said + OPEN_MS);
    stream.close("fin");
  }

  /** A farewell that is not acknowledged will not be delivered any more. */
  #takeBack(): void {
    if (this.isOpen && this.stream.isHeard === false) this.stream.close("rst");
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

  async #listen(until: number, signal = UNINTERRUPTED, wanted: () => boolean = () => true): Promise<void> {
    this.#until = until;
    while (wanted() && !this.stream.ended && !signal.aborted && this.context.now() < this.#until) {
      const arrival = await this.stream.next(this.#until, signal, this.machine.spiI);
      if (arrival.kind === "ike") this.#hear(arrival);
    }
  }

  /** A repeated answer to IKE_SA_INIT is the machine's, whenever it comes. */
  #hear({ message, at }: Extract<StreamArrival, { kind: "ike" }>): void {
    const { context, machine, stream } = this;
    const farewell = decodeHeader(message)?.exchangeType === IKE_SA_INIT ? undefined : this.#farewell;
    const note = farewell?.handleMessage(message) ?? machine.handleMessage(message, at);
    stream.flow.message(message, note, at);
    if (farewell !== undefined && note.fit === "answer") {
      this.#answered = true;
      this.#until = Math.min(this.#until, context.now() + CLOSING_MS);
    }
  }
}
