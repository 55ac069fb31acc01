/** One datagram and its first reaction, on a socket of its own; sent twice, as one loss must not look like a block. */
import { decodeDatagram, withMarker } from "../../encap/mod.ts";
import type { MessageNote } from "../../exchange/initiator.ts";
import { defaultEncoding, type ExperimentName, type UdpEncoding } from "../../model/mod.ts";
import type { Arrival, Channel } from "../../net/transport.ts";
import { Flow } from "../flow.ts";
import { PathResult } from "../path_result.ts";
import type { Laboratory, Observation } from "./laboratory.ts";
import type { TrialPath } from "./stream_trial.ts";

/** What is sent, and how an answer is read. */
export interface UdpScript {
  readonly name: ExperimentName;
  readonly port?: number;
  readonly sourcePort?: number;
  readonly encoding?: UdpEncoding;
  /** An IKE message, to which the encoding is applied, ... */
  readonly message?: Uint8Array;
  /** ... or octets to send as they are. */
  readonly datagram?: Uint8Array;
  readonly what: string;
  readonly read?: (message: Uint8Array, at: number) => MessageNote;
  readonly facts?: Record<string, string | number | boolean>;
}

/** @param watchMs How long to watch; the second copy goes out in the middle. */
export function udpTrial(
  lab: Laboratory,
  path: TrialPath,
  script: UdpScript,
  watchMs: number,
  round = 1,
): Promise<Observation> {
  return lab.run(script.name, path.id, (number) => observe(lab, path, script, watchMs, number), round);
}

async function observe(
  lab: Laboratory,
  path: TrialPath,
  script: UdpScript,
  watchMs: number,
  experiment: number,
): Promise<Observation> {
  const { network, settings, signal, recorder } = lab.context;
  const remote = { address: path.address, port: script.port ?? path.spec.port };
  const flow = new Flow(recorder, network.clock, path.id, experiment);
  const { source } = settings;
  const { sourcePort } = script;
  const opened = await network.openUdp(remote, {
    signal,
    ...(source && { source }),
    ...(sourcePort && { sourcePort }),
  });
  if (!opened.ok) {
    flow.failed(opened);
    const opening = new PathResult();
    opening.failedToOpen(opened, "udp");
    return { result: "failed", facts: { ...script.facts, detail: opening.reason ?? opened.failure } };
  }
  const { channel } = opened;
  flow.open("udp", remote, channel.sight, channel.local);
  try {
    const trial = new UdpTrial(lab, path, script, channel, flow);
    return { ...await trial.run(watchMs), ...(script.facts && { facts: script.facts }) };
  } finally {
    flow.end("ours");
    channel.close();
  }
}

class UdpTrial {
  readonly #encoding: UdpEncoding;

  constructor(
    readonly lab: Laboratory,
    path: TrialPath,
    readonly script: UdpScript,
    readonly channel: Channel,
    readonly flow: Flow,
  ) {
    this.#encoding = script.encoding ?? path.spec.encoding ?? defaultEncoding(path.spec.port);
  }

  async run(watchMs: number): Promise<Observation> {
    const { context, end } = this.lab;
    const began = context.now();
    const until = Math.min(end, began + watchMs);
    for (const [copy, pause] of [(began + until) / 2, until].entries()) {
      const sent = await this.#send(copy);
      for (;;) {
        const arrival = await this.channel.receive(pause, context.signal);
        if (arrival === undefined) break;
        const result = this.#take(arrival);
        if (result !== undefined) return { result, ms: arrival.at - sent };
      }
    }
    return { result: "silent" };
  }

  async #send(copy: number): Promise<number> {
    const { datagram, message, what } = this.script;
    const plain = datagram ?? message!;
    const octets = datagram === undefined && this.#encoding === "marker" ? withMarker(plain) : plain;
    this.flow.sent(octets, what, copy);
    const sent = this.lab.context.now();
    await this.channel.send(octets);
    return sent;
  }

  #take(arrival: Arrival): Observation["result"] | undefined {
    const { flow, channel, script } = this;
    if (arrival.kind === "icmp") {
      flow.icmp(arrival.icmp, arrival.at);
      if (arrival.icmp.failure === "message-too-long") return undefined;
      return arrival.icmp.failure === "refused" ? "refused" : "prohibited";
    }
    if (arrival.kind !== "octets") return "failed";
    flow.received(arrival);
    const { data, at, from } = arrival;
    const frame = decodeDatagram(data, this.#encoding);
    // An answer comes in the encoding that its port has, not always in the one that was asked with.
    const message = frame.kind === "ike" ? frame.message : data;
    const note = script.read?.(message, at) ?? { fit: "not-ike", what: `${data.length} octets unasked` } as const;
    flow.message(message, note, at, from);
    if (from !== undefined && (from.address !== channel.remote.address || from.port !== channel.remote.port)) {
      return undefined;
    }
    return note.fit === "answer" ? "answered" : script.read === undefined ? "octets" : undefined;
  }
}
