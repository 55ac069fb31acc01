/** One connection of the TCP differential: open, say something, watch the first reaction. */
import type { MessageNote } from "../../exchange/initiator.ts";
import type { ExperimentName } from "../../model/mod.ts";
import { hex } from "../../wire/mod.ts";
import { PathResult } from "../path_result.ts";
import { roundMs } from "../recorder.ts";
import { type IkeStream, openStream, type StreamArrival } from "../stream.ts";
import type { PathJob } from "../context.ts";
import type { Laboratory, Observation } from "./laboratory.ts";

/** What a trial says, and how it reads what comes back. */
export interface Script {
  readonly name: ExperimentName;
  readonly transport?: "tcp" | "tls";
  /** Port, where it is not the path's. */
  readonly port?: number;
  /** Sends; the last send is the decisive one. Absent: nothing is said. */
  readonly say?: (stream: IkeStream) => Promise<void>;
  /** The SPI and the reading of an IKE answer. */
  readonly spiI?: Uint8Array;
  readonly read?: (message: Uint8Array, at: number) => MessageNote;
  /** The handshake is all that is asked. */
  readonly connectOnly?: boolean;
  /** Further facts for the report. */
  readonly facts?: Record<string, string | number | boolean>;
}

/** A path as a trial sees it. */
export type TrialPath = Pick<PathJob, "id" | "address" | "spec">;

/** @param watchMs How long to watch, after the handshake and after the last send, each. */
export function streamTrial(
  lab: Laboratory,
  path: TrialPath,
  script: Script,
  watchMs: number,
  round = 1,
): Promise<Observation> {
  return lab.run(script.name, path.id, (number) => observe(lab, path, script, watchMs, number), round);
}

async function observe(
  lab: Laboratory,
  path: TrialPath,
  script: Script,
  watchMs: number,
  experiment: number,
): Promise<Observation> {
  const { context } = lab;
  const until = () => Math.min(lab.end, context.now() + watchMs);
  const job = script.port === undefined ? path : { ...path, spec: { ...path.spec, port: script.port } };
  const opening = new PathResult();
  const transport = script.transport ?? (path.spec.transport === "tls" ? "tls" : "tcp");
  const stream = await openStream(job, context, { transport, until: until(), experiment }, opening);
  if (stream === undefined) return notOpened(opening, script);
  const facts = () => streamFacts(stream, opening, script);
  try {
    if (script.connectOnly) return { result: "connected", ms: opening.connectMs, facts: facts() };
    const connected = context.now();
    await script.say?.(stream);
    const { arrival, at } = await firstReaction(stream, until(), lab, script);
    const since = stream.sentBefore(at) ?? connected;
    return { ...conclude(arrival), ...(arrival.kind !== "nothing" && { ms: at - since }), facts: facts() };
  } finally {
    stream.flow.close(stream.channel);
  }
}

/** The first thing that is an answer, an end, or foreign; an IKE message that is not ours is written down and passed. */
async function firstReaction(stream: IkeStream, until: number, lab: Laboratory, script: Script) {
  for (;;) {
    const arrival = await stream.next(until, lab.context.signal, script.spiI);
    const at = "at" in arrival ? arrival.at : lab.context.now();
    if (arrival.kind !== "ike") return { arrival, at };
    const note = script.read?.(arrival.message, arrival.at) ??
      { fit: "stray", what: "an IKE message unasked" } as const;
    stream.flow.message(arrival.message, note, arrival.at);
    if (note.fit === "answer") return { arrival, at };
  }
}

function conclude(arrival: StreamArrival): Pick<Observation, "result"> {
  switch (arrival.kind) {
    case "ike":
      return { result: "answered" };
    case "foreign":
      return { result: "octets" };
    case "nothing":
      return { result: "silent" };
    case "end":
      return { result: arrival.how === "fin" ? "closed" : arrival.how === "rst" ? "reset" : "failed" };
  }
}

const OPENING = {
  silent: "filtered",
  refused: "refused",
  prohibited: "prohibited",
  reset: "reset",
  closed: "closed",
} as const;

function notOpened(opening: PathResult, script: Script): Observation {
  const result = opening.state === "foreign" ? "octets" : OPENING[opening.state as keyof typeof OPENING] ?? "failed";
  const stood = opening.connectMs !== undefined;
  return {
    result: stood && result === "filtered" ? "silent" : result,
    ...(opening.openMs !== undefined && !stood && result !== "filtered" && { ms: opening.openMs }),
    facts: {
      ...script.facts,
      ...(opening.reason !== undefined && { detail: opening.reason }),
      ...(opening.speaks !== undefined && { speaks: opening.speaks }),
      ...(stood && { connect_ms: roundMs(opening.connectMs!) }),
    },
  };
}

function ackedOf(stream: IkeStream): { acked?: number } {
  const acked = stream.channel.tcpInfo?.()?.acked;
  return acked === undefined ? {} : { acked };
}

function streamFacts(stream: IkeStream, opening: PathResult, script: Script): Observation["facts"] {
  const info = stream.channel.tcpInfo?.();
  return {
    ...script.facts,
    ...(opening.connectMs !== undefined && { connect_ms: roundMs(opening.connectMs) }),
    ...(info !== undefined && { rtt_ms: info.min_rtt_ms ?? info.rtt_ms }),
    ...ackedOf(stream),
    ...(stream.first.length > 0 && { first: hex(stream.first.subarray(0, 64)) }),
    ...(stream.speaks !== undefined && { speaks: stream.speaks }),
  };
}
