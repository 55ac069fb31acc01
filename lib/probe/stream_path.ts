/**
 * One path over TCP or TLS: RFC 9329 with a real IKE_SA_INIT inside. No retransmission on a live connection (§7.2); a
 * corrected request goes out on the same connection while that stays open, and on a new one where the gateway hung up.
 */
import { Initiator } from "../exchange/initiator.ts";
import type { PathJob, RunContext } from "./context.ts";
import { initiatorSettings, initiatorSources, localEndpoints, unopened, workOnPuzzle } from "./initiating.ts";
import { reportIke } from "./outcome.ts";
import { loadFarewell, Parting } from "./parting.ts";
import { PathResult } from "./path_result.ts";
import { isLost, leavesNothing, type StreamEnd, type StreamRequest } from "./request_fate.ts";
import { MAX_HALF_OPEN_TCP } from "./shared.ts";
import { type IkeStream, openStream, type StreamArrival } from "./stream.ts";

/** New connections that a gateway may make necessary by hanging up. */
const MAX_CONNECTIONS = 8;

/**
 * After an answer that asks for another request, so long is waited for a FIN before that request goes out on the same
 * connection: libreswan 4.10 closes in the same millisecond, and what is sent into a closing connection is lost.
 */
const HANG_UP_MS = 15;

/**
 * What a path may still take when others, or its own question, kept it waiting until its own deadline, in milliseconds; or
 * so often the time that its answer to the question took.
 */
const LATE_TURN = { ms: 1000, answers: 2 } as const;

/** Where others could take its place, the stream that goes ahead waits so many milliseconds more for word over UDP. */
const WORD_MS = 40;

/** In which a stream that has been answered takes the turn that another one has given back. */
const HANDOVER_MS = 1;

/**
 * A question that leaves no state gets this part of a path's time. Silence to it proves nothing, so the rest is the full
 * request's.
 */
const ASKING_PART = 0.6;

/** Why a connection is not watched any more. */
const PARTING = "the SA is being ended";

/** Why a stream is only asked. */
const SPENT = {
  spent: MAX_HALF_OPEN_TCP,
  limit: MAX_HALF_OPEN_TCP,
  detail: "a request over TCP or TLS was not answered, and may have been accepted: no other one is made that may be",
} as const;

/** Runs the path; never rejects for what the network does. */
export async function probeStream(job: PathJob, context: RunContext): Promise<PathResult> {
  const run = new StreamRun(job, context, job.spec.transport === "tls" ? "tls" : "tcp");
  const leave = context.turn(job.address).join();
  try {
    await run.run();
  } finally {
    leave();
  }
  return run.result;
}

class StreamRun {
  readonly result = new PathResult();
  #stream: IkeStream | undefined;
  #connections = 0;
  #isAskedInFull = false;
  #foreign: Extract<StreamArrival, { kind: "foreign" }> | undefined;
  #end: StreamEnd | undefined;
  #deadline: number;
  #watching: Promise<void> | undefined;
  readonly #parting = new AbortController();

  constructor(readonly job: PathJob, readonly context: RunContext, readonly transport: "tcp" | "tls") {
    this.#deadline = context.now() + context.settings.timeoutMs;
  }

  async run(): Promise<void> {
    const { context, job } = this;
    const turn = context.turn(job.address);
    // The stream that goes ahead holds the turn from the start, or a quicker one would take it meanwhile.
    const mine = job.leads && context.mayLeaveState(job) && turn.tryTake();
    if (!(await this.#connect())) return mine ? turn.release("nothing") : undefined;
    if (mine && !(await this.#hasToAsk())) return await this.#full();
    const asking = this.#deadline - context.settings.timeoutMs * (1 - ASKING_PART);
    const machine = await this.#exchange("unacceptable", asking);
    const answered = machine.answers > 0;
    this.result.ike = reportIke(machine, true);
    if (!(await this.#takeTurn(mine, answered))) {
      if (mine && !answered) await this.#listenOn(machine);
      return this.#conclude(machine);
    }
    if (answered) {
      const late = Math.max(LATE_TURN.ms, LATE_TURN.answers * (this.result.answerMs ?? 0));
      this.#deadline = Math.max(this.#deadline, context.now() + late);
      await this.#hungUp();
    }
    await this.#full();
  }

  /**
   * Whether the stream that goes ahead asks first, as all others do. A full IKE_SA_INIT that meets silence may have been
   * accepted, and was the only one that this address gets over TCP and TLS: where IKE does not answer over UDP, somebody may
   * swallow it on this port and not on another.
   */
  async #hasToAsk(): Promise<boolean> {
    const { context, job } = this;
    const { clock } = context.network;
    await context.groups.word(job.address, this.result.connectMs ?? 0, clock, context.signal);
    const turn = context.turn(job.address);
    if (!turn.isContested) return false;
    const until = context.now() + WORD_MS;
    return !(await context.known.answersOverUdp(job.address, until, clock, context.signal)) && turn.isContested;
  }

  /** The turn to send what a gateway may accept; false: it cannot be had, or there is nobody to send it to. */
  async #takeTurn(mine: boolean, answered: boolean): Promise<boolean> {
    const { context, job } = this;
    const { clock } = context.network;
    const turn = context.turn(job.address);
    const isGone = !answered && (this.#foreign !== undefined || this.#stream === undefined);
    // Silence to a question proves nothing, but who has been answered comes first.
    if (mine && !isGone && (answered || !turn.isAwaited)) return true;
    if (mine) turn.release("nothing");
    if (isGone) return false;
    if (mine) await clock.sleep(context.now() + HANDOVER_MS, context.signal);
    const until = mine ? this.#deadline : this.#deadline + LATE_TURN.ms;
    const waits = mine || answered;
    if (context.mayLeaveState(job) && (waits ? await turn.take(clock, until, context.signal) : turn.tryTake())) {
      return true;
    }
    if (turn.left === "perhaps") {
      context.recorder.record({ kind: "budget", path: job.id, address: job.address, ...SPENT }, context.now());
    }
    return false;
  }

  /** The turn is ours: the exchange that a gateway may accept. */
  async #full(): Promise<void> {
    const { context, job } = this;
    const reserved = context.reserve(job);
    const { clock } = context.network;
    await context.groups.word(job.address, this.result.connectMs ?? 0, clock, context.signal);
    this.#isAskedInFull = reserved;
    const machine = await this.#exchange(reserved ? "ordinary" : "unacceptable", this.#deadline);
    if (reserved) context.beforeClosing((hurry) => this.#part(machine, hurry));
    const accepted = machine.conclude()?.kind === "accepted";
    const left = accepted ? "accepted" : leavesNothing(this.#request(machine)) ? "nothing" : "perhaps";
    if (reserved && left === "nothing") context.budget.giveBack(job.address, true);
    context.turn(job.address).release(reserved ? left : "nothing");
    this.result.ike = reportIke(machine, !reserved) ?? this.result.ike;
    this.#conclude(machine);
  }

  /** The latest request. */
  #request(machine: Initiator, end = this.#end): StreamRequest {
    const roundTripMs = this.result.connectMs ?? 0;
    const foreign = this.#foreign?.speaks;
    return { machine, stream: this.#stream, end, ...(foreign && { foreign }), roundTripMs, now: this.context.now() };
  }

  async #connect(): Promise<boolean> {
    if (this.#connections++ >= MAX_CONNECTIONS) return false;
    const options = { transport: this.transport, until: this.#deadline };
    this.#stream = await openStream(this.job, this.context, options, this.result);
    if (this.#stream !== undefined) this.context.hold(this.#stream.channel, this.#stream.flow);
    return this.#stream !== undefined;
  }

  /** Another stream went ahead: the question may still be answered, in the time that a path has. */
  async #listenOn(machine: Initiator): Promise<void> {
    if (this.#end !== undefined) return;
    await this.#drive(machine, "unacceptable", this.#deadline);
    this.result.ike = reportIke(machine, true);
  }

  /** Runs one IKE_SA_INIT. */
  async #exchange(offer: "ordinary" | "unacceptable", deadline: number): Promise<Initiator> {
    const { context, job } = this;
    const { address, spec } = job;
    if (this.#stream === undefined || this.#stream.ended) await this.#connect();
    const machine = new Initiator(
      initiatorSettings(job, context, this.#stream?.channel ?? unopened({ address, port: spec.port }), offer),
      initiatorSources(context),
    );
    this.#end = undefined;
    await this.#drive(machine, offer, deadline);
    return machine;
  }

  /** To its end, over as many connections as the gateway makes necessary. */
  async #drive(machine: Initiator, offer: "ordinary" | "unacceptable", deadline: number): Promise<void> {
    const { context, job } = this;
    while (this.#stream !== undefined && machine.outcome === undefined && !context.signal.aborted) {
      await workOnPuzzle(machine, context, deadline);
      const next = machine.pollTransmit(context.now());
      if (next !== undefined) {
        if (this.#stream.ended) break;
        this.result.attempts++;
        await this.#stream.sendIke(next.message, next.what);
        if (offer === "unacceptable") context.earlyParting?.asked(job);
        else this.#expectFarewell();
      }
      const arrival = await this.#stream.next(deadline, context.signal, machine.spiI);
      if (arrival.kind === "ike") {
        this.#answer(machine, arrival);
        if (machine.hasMore && await this.#hungUp()) await this.#again(machine);
      } else if (arrival.kind === "end") {
        const isSafe = offer === "unacceptable" || isLost(this.#request(machine, arrival));
        if (machine.answers > 0 && isSafe) await this.#again(machine);
        else this.#end = arrival;
      } else if (arrival.kind === "foreign") this.#foreign ??= arrival;
      if (
        arrival.kind === "nothing" || this.#end !== undefined || (this.#foreign !== undefined && arrival.kind !== "ike")
      ) break;
    }
    if (this.#foreign !== undefined) await this.#moreBanner();
  }

  /** A stray message leaves the request unanswered. */
  #answer(machine: Initiator, arrival: Extract<StreamArrival, { kind: "ike" }>): void {
    const stream = this.#stream!;
    const before = machine.answers;
    const note = machine.handleMessage(arrival.message, arrival.at);
    stream.flow.message(arrival.message, note, arrival.at);
    if (note.fit === "not-ike") this.#foreign ??= { kind: "foreign", speaks: "other" };
    if (note.result === "accepted" || note.result === "group") {
      this.context.groups.learn(this.job.address, machine.currentGroup);
    }
    if (machine.answers > before) this.result.answerMs = arrival.at - stream.lastSent;
  }

  /** Waits the moment in which a gateway that hangs up after an answer does so. */
  async #hungUp(): Promise<boolean> {
    const stream = this.#stream!;
    const until = this.context.now() + HANG_UP_MS;
    while (this.context.now() < until && !stream.ended) {
      const arrival = await stream.next(until, this.context.signal);
      if (arrival.kind === "end") return true;
      if (arrival.kind === "nothing") break;
    }
    return stream.ended;
  }

  /** A new connection for a request that is still owed; a fresh one where the old request may have been taken. */
  async #again(machine: Initiator): Promise<void> {
    if (machine.isOwed) machine.restart();
    if (!(await this.#connect())) return;
    machine.rebind(localEndpoints(this.#stream!.channel));
  }

  /** A little more of what a foreign listener says, for the banner. */
  async #moreBanner(): Promise<void> {
    const until = Math.min(this.#deadline, this.context.now() + 50);
    while (this.#stream !== undefined && !this.#stream.ended && this.context.now() < until) {
      if ((await this.#stream.next(until, this.context.signal)).kind === "nothing") return;
    }
  }

  #conclude(machine: Initiator): void {
    const { result, context } = this;
    if (result.ike !== undefined) return this.#answered(machine);
    if (result.state !== undefined) return;
    if (this.#foreign !== undefined) return result.foreign(this.#foreign.speaks, this.#stream!.first);
    const after = `after ${result.attempts === 0 ? "nothing" : "the stream prefix and a request"} was sent`;
    const how = this.#end?.how;
    if (how === "rst") return result.end("reset", `reset by the other side ${after}`);
    if (how === "fin") return result.end("closed", `closed by the other side ${after}`);
    if (how === "error") return result.end("failed", this.#end!.detail);
    if (context.signal.aborted) return result.end("skipped", "interrupted before anything came back");
    this.#stream?.flow.timeout(context.settings.timeoutMs, "an answer to IKE_SA_INIT");
    // What comes too late is evidence.
    this.#watching = context.aside(this.#watch(machine));
    const isSpared = !this.#isAskedInFull && context.turn(this.job.address).left === "perhaps";
    const asked = isSpared ? "a question that leaves no state; the budget allows no other" : "IKE_SA_INIT";
    result.end("silent", `connected, and no answer to ${asked}`);
  }

  #answered(machine: Initiator): void {
    // A later connection may have failed; the path has answered all the same.
    this.result.state = "answered";
    this.result.reason = undefined;
    if (machine.outcome?.kind === "accepted" && !this.context.signal.aborted) {
      this.#watching = this.context.aside(this.#watch(machine));
    }
  }

  /**
   * Ciphers take a moment to load: while an answer is under way, where that disturbs no time that is being measured, as the
   * kernel notes when it came.
   */
  #expectFarewell(): void {
    if (this.#stream?.channel.sight.tcpInfo) loadFarewell().catch(() => {});
  }

  /** Nothing is left to be asked: the SA is ended before its connection is closed. */
  async #part(machine: Initiator, hurry: AbortSignal): Promise<void> {
    this.#parting.abort(PARTING);
    await this.#watching;
    const { job, context, result } = this;
    if (this.#stream === undefined) return;
    const roundTripMs = Math.max(result.connectMs ?? 0, result.answerMs ?? 0);
    const parting = new Parting(context, this.#stream, machine, roundTripMs);
    const ended = await parting.run(hurry);
    if (ended) context.budget.end(job.address);
    if (parting.isOpen) context.settle(this.#stream.channel, () => parting.settle());
  }

  /** Until the SA is ended: what still arrives on the connection that carries it. */
  async #watch(machine: Initiator): Promise<void> {
    const stream = this.#stream;
    const signal = AbortSignal.any([this.context.signal, this.#parting.signal]);
    while (stream !== undefined && !stream.ended) {
      const arrival = await stream.next(Infinity, signal, machine.spiI);
      if (arrival.kind === "nothing") return;
      if (arrival.kind === "ike") {
        stream.flow.message(arrival.message, machine.handleMessage(arrival.message, arrival.at), arrival.at);
      }
    }
  }
}
