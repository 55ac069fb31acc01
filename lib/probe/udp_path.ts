/** One path over UDP: a real IKE_SA_INIT, retransmitted as RFC 7296 §2.1 says, until an answer or the deadline. */
import { decodeDatagram, withMarker } from "../encap/mod.ts";
import { graceMs } from "../exchange/grace.ts";
import { Initiator, type Transmit } from "../exchange/initiator.ts";
import { defaultEncoding, type Endpoint, type UdpEncoding } from "../model/mod.ts";
import type { Arrival, Channel } from "../net/transport.ts";
import type { PathJob, RunContext } from "./context.ts";
import { Flow } from "./flow.ts";
import { initiatorSettings, initiatorSources, workOnPuzzle } from "./initiating.ts";
import { leftNoSa, reportIke } from "./outcome.ts";
import { PathResult } from "./path_result.ts";
import { Refusals } from "./refusals.ts";

/** Runs the path; never rejects for what the network does. */
export async function probeUdp(job: PathJob, context: RunContext): Promise<PathResult> {
  const result = new PathResult();
  const remote: Endpoint = { address: job.address, port: job.spec.port };
  const { source } = context.settings;
  const flow = new Flow(context.recorder, context.network.clock, job.id);
  const opened = await context.network.openUdp(remote, { signal: context.signal, ...(source && { source }) });
  if (!opened.ok) {
    flow.failed(opened);
    result.failedToOpen(opened, "udp");
    return result;
  }
  const channel = opened.channel;
  flow.open("udp", remote, channel.sight, channel.local);
  result.local = channel.local;
  context.hold(channel, flow);
  await new UdpRun(job, context, channel, flow, result).run();
  return result;
}

class UdpRun {
  readonly #initiator: Initiator;
  readonly #encoding: UdpEncoding;
  readonly #full: boolean;
  readonly #refusals = new Refusals();
  #lastSent = 0;
  #answerMs: number | undefined;
  #reserved = false;

  constructor(
    readonly job: PathJob,
    readonly context: RunContext,
    readonly channel: Channel,
    readonly flow: Flow,
    readonly result: PathResult,
  ) {
    this.#encoding = job.spec.encoding ?? defaultEncoding(job.spec.port);
    this.#full = this.#reserved = context.reserve(job);
    this.#initiator = new Initiator(
      initiatorSettings(job, context, channel, this.#full ? "ordinary" : "unacceptable"),
      initiatorSources(context),
    );
  }

  async run(): Promise<void> {
    const { context, job } = this;
    if (this.#full) await this.#exchange();
    else {
      const done = await context.asking(job.address).turn(context.network.clock, context.signal);
      await this.#exchange();
      done();
    }
    this.#conclude();
    if (!context.signal.aborted) context.aside(this.#watch());
  }

  async #exchange(): Promise<void> {
    const { context, channel } = this;
    const machine = this.#initiator;
    const deadline = context.now() + context.settings.timeoutMs;
    while (machine.outcome === undefined && context.now() < deadline && !context.signal.aborted) {
      await workOnPuzzle(machine, context, deadline);
      for (let next = machine.pollTransmit(context.now()); next; next = machine.pollTransmit(context.now())) {
        await this.#send(next);
      }
      const refused = this.#refusedAt() ?? deadline;
      if (context.now() >= refused) return;
      const until = Math.min(deadline, refused, machine.pollTimeout() ?? deadline);
      const arrival = await channel.receive(until, context.signal);
      if (arrival === undefined) machine.handleTimeout(context.now());
      else if (this.#take(arrival)) break;
    }
  }

  /** When ICMP errors end the path; undefined while they do not, and where anything has answered. */
  #refusedAt(): number | undefined {
    if (this.#initiator.answers > 0) return undefined;
    const grace = graceMs(this.context.known.roundTripMs(this.job.address));
    return this.#refusals.endAt(this.#initiator.pollTimeout() !== undefined, grace);
  }

  async #send(next: Transmit): Promise<void> {
    const datagram = this.#encoding === "marker" ? withMarker(next.message) : next.message;
    this.flow.sent(datagram, next.what, next.retransmission);
    this.#lastSent = this.context.now();
    this.#refusals.sent(this.#lastSent);
    this.context.known.askedOverUdp(this.job.address);
    if (this.#full) this.context.groups.asked(this.job.address, this.#lastSent);
    this.result.attempts++;
    await this.channel.send(datagram);
  }

  /** True when the socket is of no use any more. */
  #take(arrival: Arrival): boolean {
    if (arrival.kind === "octets") {
      this.#datagram(arrival);
      return false;
    }
    if (arrival.kind === "icmp") {
      this.flow.icmp(arrival.icmp, arrival.at);
      this.#refusals.met(arrival.icmp, arrival.at);
      return false;
    }
    this.flow.arrivalEnd(arrival);
    if (arrival.kind === "error") this.result.failedToOpen({ ok: false, ms: 0, ...arrival }, "udp");
    return true;
  }

  #datagram(arrival: Extract<Arrival, { kind: "octets" }>): void {
    const { flow, channel } = this;
    flow.received(arrival);
    const { from, at, data } = arrival;
    const frame = decodeDatagram(data, this.#encoding);
    if (frame.kind !== "ike") {
      const fit = frame.kind === "keepalive" || frame.kind === "esp" ? frame.kind : "not-ike";
      return flow.message(data, { fit, what: `${data.length} octets that are no IKE message` }, at, from);
    }
    const foreign = from !== undefined &&
      (from.address !== channel.remote.address || from.port !== channel.remote.port);
    if (foreign) {
      const what = `IKE from ${from.address} port ${from.port}, where nothing was sent`;
      return flow.message(frame.message, { fit: "other-source", what }, at, from);
    }
    const answersBefore = this.#initiator.answers;
    const note = this.#initiator.handleMessage(frame.message, at);
    flow.message(frame.message, note, at, from);
    if (this.#initiator.answers > answersBefore) this.#answered(note.result, at - this.#lastSent);
  }

  #answered(result: string | undefined, ms: number): void {
    const { known } = this.context;
    known.answeredOverUdp(this.job.address);
    if (result === "late") return;
    known.tookMs(this.job.address, ms);
    this.#answerMs = ms;
    if (result !== "accepted" && result !== "group") return;
    const group = this.#initiator.currentGroup;
    this.context.groups.learn(this.job.address, group);
  }

  #conclude(): void {
    const { context, job, result } = this;
    result.ike = reportIke(this.#initiator, !this.#full);
    result.answerMs = this.#answerMs;
    // A closed or forbidden port took no request; after silence, the answer may have been lost.
    const refused = this.#initiator.answers === 0 && this.#refusals.ofAll;
    if (this.#reserved && (refused || leftNoSa(this.#initiator))) {
      this.#reserved = false;
      context.budget.giveBack(job.address, false);
    }
    if (result.ike !== undefined) return result.end("answered");
    if (context.signal.aborted) return result.end("skipped", "interrupted before anything came back");
    const { icmp } = this.#refusals;
    if (icmp !== undefined) {
      const said = `ICMP ${icmp.name}${icmp.from ? ` from ${icmp.from}` : ""}`;
      return result.end(icmp.failure === "refused" ? "refused" : "prohibited", said);
    }
    const waited = context.settings.timeoutMs;
    this.flow.timeout(waited, "an answer to IKE_SA_INIT");
    const requests = result.attempts === 1 ? "1 request" : `${result.attempts} requests`;
    result.end("silent", `no answer to ${requests} in ${waited / 1000} s`);
  }

  /** Until the run ends: answers that contradict the first one, or come late, are evidence. */
  async #watch(): Promise<void> {
    for (;;) {
      const arrival = await this.channel.receive(Infinity, this.context.signal);
      if (arrival === undefined) return;
      if (arrival.kind === "octets") {
        this.#datagram(arrival);
        this.#reconsider();
      } else if (arrival.kind === "icmp") this.flow.icmp(arrival.icmp, arrival.at);
    }
  }

  /** Nobody forges an acceptance: it is better than what the path was given up for, an error notify or ICMP errors. */
  #reconsider(): void {
    const { context, job, result } = this;
    if (this.#initiator.outcome?.kind !== "accepted" || !isForgeable(result)) return;
    result.raise(reportIke(this.#initiator, !this.#full)!, this.#answerMs);
    if (this.#reserved) return;
    this.#reserved = true;
    context.budget.countAgain(job.address, false);
  }
}

/** Ended by what anybody could have sent. */
function isForgeable({ state, ike }: PathResult): boolean {
  if (state === "refused" || state === "prohibited") return true;
  return ike !== undefined && ["rejected", "version", "malformed"].includes(ike.outcome);
}
