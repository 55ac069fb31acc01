/**
 * The last thing that is said on a connection: the SA that it carries is ended, so that a run leaves nothing behind at the
 * gateway over TCP or TLS. Most gateways answer, and close the connection themselves; who does not is not waited for long.
 * But a gateway must be done with the farewell before it sees the end of the connection, or never have it. So one that TCP
 * is still delivering is waited for longer, and is taken back in the end.
 */
import type { Farewell } from "../exchange/farewell.ts";
import { IKE_SA_INIT } from "../exchange/fit.ts";
import type { Initiator } from "../exchange/initiator.ts";
import { decodeHeader } from "../ike/mod.ts";
import type { RunContext } from "./context.ts";
import type { IkeStream, StreamArrival } from "./stream.ts";

/**
 * How long an answer is waited for, in milliseconds and in round trips: `most`, if the farewell is not acknowledged by
 * then. On a short path that is between the third and the fourth retransmission (RFC 6298 §5, with the 0.2 s of Linux).
 */
const PATIENCE = { least: 1000, most: 2500, roundTrips: 4 } as const;

/** In an interrupted run, so long is waited for the answer to an IKE_SA_INIT that is under way, in milliseconds. */
const LATE_ANSWER_MS = 300;

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
  #answered = false;

  constructor(
    readonly context: RunContext,
    readonly stream: IkeStream,
    readonly machine: Initiator,
    /** The longest that was seen on the connection, in milliseconds. */
    readonly roundTripMs: number,
  ) {}

  /** Milliseconds that a gateway which has the farewell is given. */
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
    const undecided = () => machine.outcome === undefined || machine.outcome.kind === "unsolved";
    if (hurried) await this.#listen(context.now() + LATE_ANSWER_MS, undecided);
    await this.#takeArrived();
    this.#farewell = await this.#prepare();
    if (this.#farewell === undefined || stream.ended) return false;
    await stream.sendIke(this.#farewell.message, this.#farewell.what);
    const said = context.now();
    const unanswered = () => !this.#answered && !stream.ended;
    await this.#listen(said + (hurried ? PATIENCE.least : this.patience));
    if (unanswered() && !hurried && !stream.isHeard) await this.#listen(said + PATIENCE.most);
    if (unanswered()) {
      stream.flow.timeout(context.now() - said, `an answer to the ${this.#farewell.what}`);
      if (stream.isHeard === false) stream.abandon();
    }
    return this.#farewell.ended;
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

  async #listen(until: number, wanted: () => boolean = () => true): Promise<void> {
    this.#until = until;
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
      this.#answered = true;
      this.#until = Math.min(this.#until, context.now() + CLOSING_MS);
    }
  }
}
