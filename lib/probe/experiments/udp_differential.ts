/**
 * The UDP differential of a silent port: other messages that leave no state, the other encoding, another source port of
 * ours. One end cannot see which direction loses the datagram; it can see whether it is the port, the message or all of UDP.
 */
import { Ask, type AskKind } from "../../exchange/ask.ts";
import { defaultEncoding, type ExperimentName, type UdpEncoding } from "../../model/mod.ts";
import type { PathJob } from "../context.ts";
import type { Laboratory, Observation } from "./laboratory.ts";
import { noProposalRequest } from "./no_proposal.ts";
import { type UdpScript, udpTrial } from "./udp_trial.ts";

/** One path's differential. */
export class UdpDifferential {
  constructor(readonly lab: Laboratory, readonly job: PathJob, readonly watchMs: number) {}

  /** All questions at once: each is one small datagram, sent at most twice. */
  async run(): Promise<void> {
    const { port } = this.job.spec;
    const encoding = this.job.spec.encoding ?? defaultEncoding(port);
    const other: UdpEncoding = encoding === "bare" ? "marker" : "bare";
    const source = port === 500 ? 500 : 4500;
    await Promise.all([
      this.#ask("udp-version", "version"),
      this.#ask("udp-empty-init", "empty"),
      this.#noProposal(),
      this.#ask("udp-other-encoding", "empty", { encoding: other, facts: { encoding: other } }),
      this.#ask("udp-source-port", "empty", { sourcePort: source, facts: { source_port: source } }),
    ]);
  }

  /** Asks a port that has refused some requests, and been silent to others. */
  async once(): Promise<void> {
    await this.#noProposal();
  }

  /** Asks a port that answers for nothing but the time that an answer takes. */
  async sample(): Promise<void> {
    await this.#noProposal();
    await this.#ask("udp-version", "version");
    await this.#noProposal();
  }

  /** Asks a port that has answered before once more; twice where that meets silence, as both copies may be lost. */
  async again(): Promise<void> {
    const first = await this.#noProposal("udp-again");
    if (first.result === "silent" && this.lab.hasTime(this.watchMs)) await this.#noProposal("udp-again", 2);
  }

  async #ask(name: ExperimentName, kind: AskKind, more: Partial<UdpScript> = {}): Promise<Observation> {
    const ask = new Ask(kind, (length) => this.lab.context.network.random(length));
    const { message, what } = ask;
    const script = { name, message, what, read: (answer: Uint8Array) => ask.handleMessage(answer), ...more };
    return await udpTrial(this.lab, this.job, script, this.watchMs);
  }

  async #noProposal(name: ExperimentName = "udp-no-proposal", round = 1): Promise<Observation> {
    const { message, what, read } = noProposalRequest(this.job, this.lab.context);
    return await udpTrial(this.lab, this.job, { name, message, what, read }, this.watchMs, round);
  }
}
