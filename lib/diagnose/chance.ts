/**
 * Could silence be loss by chance? By all that a run has lost at an address: copies of requests over UDP, and SYNs. One
 * end sees what it has lost only where a later copy got through; so little is known of a network after a few packets, and
 * that is counted in. Packets of one flow are lost together where a link or a member of a cluster is dead, so flows count
 * as well.
 */
import type { Confidence } from "../model/mod.ts";
import { leastSure } from "./least_sure.ts";
import { type Loss, lossAt, PATIENCE, udpFlowsAt } from "./loss.ts";
import { isStream, type Seen, type View } from "./view.ts";

/** Chance that explains silence often enough to accuse nobody. */
const NOT_BY_CHANCE = 0.005;

/** Packets that called for an answer, and those whose answer did not come in time although others' did. */
export type Tally = Pick<Loss, "lost" | "sent">;

/** What the run knows of loss at an address, over UDP and TCP together. */
export function tallyAt(view: View, address: string): Tally {
  const udp = lossAt(view, address) ?? { lost: 0, sent: answersOverUdp(view, address) };
  const syns = synsAt(view, address);
  return { lost: udp.lost + syns.lost, sent: udp.sent + syns.sent };
}

/**
 * How sure silence may make us, at an address where so many copies met nothing else: `certain` where nothing is ever lost,
 * `possible` where this run loses so much that chance explains it.
 */
export function confidenceIn(silentCopies: number, { lost, sent }: Tally): Confidence {
  // Half a packet lost of one more than were sent: the usual estimate of a share after few trials.
  const chance = ((lost + 0.5) / (sent + 1)) ** silentCopies;
  if (lost === 0) return chance > NOT_BY_CHANCE ? "likely" : "certain";
  return chance > NOT_BY_CHANCE ? "possible" : "likely";
}

/** Packets that met nothing but silence, and the flows that they belong to. */
export interface Silence {
  readonly packets: number;
  readonly flows: number;
}

/** Of several paths, what the one that has met the least has met. */
export function leastSilence(silences: readonly Silence[]): Silence {
  const least = (of: (one: Silence) => number) => Math.min(...silences.map(of));
  return { packets: least(({ packets }) => packets), flows: least(({ flows }) => flows) };
}

/** How sure so much silence may make us at an address: by packet and by flow, whichever says less. */
export function confidenceBesideLoss(view: View, address: string, { packets, flows }: Silence): Confidence {
  return leastSure([confidenceIn(packets, tallyAt(view, address)), confidenceIn(flows, flowsAt(view, address))]);
}

/** Flows to ports of an address that answered, and those of them in which nothing came back. */
export function flowsAt(view: View, address: string): Tally {
  const udp = udpFlowsAt(view, address).flatMap((flow): Flow[] => {
    const [open] = flow.flatMap(({ event }) => event.kind === "open" ? [event] : []);
    if (open === undefined || !flow.some(({ event }) => event.kind === "sent")) return [];
    return [{ port: `udp ${open.remote.port}`, answered: flow.some(({ event }) => event.kind === "message") }];
  });
  const tcp = attemptsAt(view, address).map(({ port, answered }) => ({ port: `tcp ${port}`, answered }));
  const answering = new Set([...udp, ...tcp].filter(({ answered }) => answered).map(({ port }) => port));
  const counted = [...udp, ...tcp].filter(({ port }) => answering.has(port));
  return { lost: counted.filter(({ answered }) => !answered).length, sent: counted.length };
}

interface Flow {
  /** Where nothing ever answers, silence tells nothing of loss. */
  readonly port: string;
  readonly answered: boolean;
}

/**
 * SYNs that a system has sent (RFC 6298 §2.1, §5.5: after one second, three, seven) so long ago that their answer is due.
 *
 * @param ms Since the first one
 * @param dueMs How soon answers come
 */
export function synsDue(ms: number, dueMs: number): number {
  let count = 0;
  while ((2 ** count - 1) * SYN_TIMEOUT_MS + dueMs < ms) count++;
  return count;
}

const SYN_TIMEOUT_MS = 1000;
/** No answer comes in less than this part of the round trip. */
const TOO_SOON = 0.5;

function answersOverUdp(view: View, address: string): number {
  return udpFlowsAt(view, address).flat()
    .filter(({ event }) => event.kind === "message" && event.fit === "answer").length;
}

/** One attempt to connect: how long it took, and whether it was answered. */
interface Attempt {
  readonly port: number;
  readonly ms: number;
  readonly answered: boolean;
}

/** Ports that never answer tell nothing of loss: whoever drops their SYNs may mean it. */
function synsAt(view: View, address: string): Tally {
  const attempts = attemptsAt(view, address);
  const successes = attempts.filter(({ answered }) => answered);
  const roundTrip = Math.min(...successes.map(({ ms }) => ms));
  const answering = new Set(successes.map(({ port }) => port));
  let [lost, sent] = [0, 0];
  for (const { port, ms, answered } of attempts) {
    if (!answering.has(port)) continue;
    const due = synsDue(ms, roundTrip * PATIENCE);
    // The last one that can have been answered was.
    const missed = answered ? Math.min(due, synsDue(ms, roundTrip * TOO_SOON) - 1) : due;
    lost += missed;
    sent += missed + (answered ? 1 : 0);
  }
  return { lost, sent };
}

function attemptsAt(view: View, address: string): Attempt[] {
  return view.flows(view.at(address).filter(isStream), () => true).flatMap(attemptOf);
}

function attemptOf(flow: readonly Seen[]): Attempt[] {
  const [open] = flow.flatMap(({ event }) => event.kind === "open" && event.protocol === "tcp" ? [event] : []);
  if (open === undefined) return [];
  const { port } = open.remote;
  const [connected] = flow.flatMap(({ event }) => event.kind === "connected" ? [event] : []);
  if (connected !== undefined) return [{ port, ms: connected.ms, answered: true }];
  const [end] = flow.flatMap(({ event }) => event.kind === "end" && event.how === "connect" ? [event] : []);
  if (end === undefined || !["refused", "timeout"].includes(end.failure ?? "")) return [];
  return [{ port, ms: end.ms, answered: end.failure === "refused" }];
}
