/** Decides which experiments a run still needs: those whose question the first attempts have left open, no others. */
import type { PathReport } from "../../model/mod.ts";
import type { PathJob } from "../context.ts";
import { tryClosedTcpPorts, tryClosedUdpPort } from "./closed_ports.ts";
import type { Laboratory } from "./laboratory.ts";
import { searchNats } from "./nat_search.ts";
import { streamTrial } from "./stream_trial.ts";
import { TcpDifferential } from "./tcp_differential.ts";
import { UdpDifferential } from "./udp_differential.ts";

/** How long one reaction is waited for: some round trips, at least and at most so many milliseconds. */
const WATCH_MS = { normal: [450, 1_000], deep: [1_500, 6_500] } as const;

/** A SYN, and no more. */
const SYN = { name: "tcp-silence", transport: "tcp", connectOnly: true } as const;

/** When the further SYNs to a port that has not answered one are sent; all have their answers by the same time. */
const SYN_DELAYS_MS = [0, 100, 200] as const;

/** So many SYNs, one behind the other, must be refused too soon: jitter makes one seem so. */
const TOO_SOON_ROUNDS = 2;

/** A path of the run, with what it was found to be. */
export interface Tried {
  readonly job: PathJob;
  readonly path: Pick<
    PathReport,
    "id" | "transport" | "address" | "expected" | "state" | "attempts" | "ike" | "timing_ms"
  >;
}

/** How long the experiments at an address watch for a reaction, by what its paths took; in milliseconds. */
export function watchMs(here: readonly Tried[], mode: "normal" | "deep"): number {
  const times = here.flatMap(({ path }) => [path.timing_ms.connect ?? [], path.timing_ms.answer ?? []].flat());
  const [least, most] = WATCH_MS[mode];
  if (times.length === 0) return (least + most) / 2;
  return Math.min(most, Math.max(least, 4 * Math.min(...times) + 300));
}

/** Runs what the paths of one address leave open. */
export async function experimentsAt(here: readonly Tried[], lab: Laboratory, watch: number): Promise<void> {
  if (!lab.hasTime(watch)) return;
  const expected = here.filter(({ path }) => path.expected);
  const streams = expected.filter(({ path }) => path.transport !== "udp" && leavesQuestion(path));
  const silentUdp = expected.filter(({ path }) => path.transport === "udp" && path.state === "silent");
  const unsolvedUdp = expected.filter(({ path }) => path.transport === "udp" && path.ike?.outcome === "unsolved");
  const answeredUdp = here.find(({ path }) => path.transport === "udp" && path.state === "answered");
  const work: Promise<unknown>[] = [
    ...streams.map(({ job, path }) => new TcpDifferential(lab, job, path.state, watch).run()),
    ...silentUdp.map(({ job }) => new UdpDifferential(lab, job, watch).run()),
  ];
  if (silentUdp.length > 0) work.push(tryClosedUdpPort(lab, silentUdp[0]!.job, watch));
  work.push(doubtHandshake(here, answeredUdp, lab, watch));
  work.push(
    ...expected.filter(({ path }) => isUnconnected(path, here, lab)).map(({ job }) => moreSyns(lab, job, watch)),
    ...expected.filter(({ path }) => isDoubtful(path, lab)).map(({ job }) =>
      new UdpDifferential(lab, job, watch).once()
    ),
  );
  const asked = answeredUdp ?? unsolvedUdp[0];
  const muteStreams = streams.filter(({ path }) => path.state === "silent");
  if (asked !== undefined && silentUdp.length + unsolvedUdp.length + muteStreams.length > 0) {
    work.push(new UdpDifferential(lab, asked.job, watch).again());
  }
  await Promise.all(work);
  // Last, and alone: it takes all cores, and would spoil the times of whatever runs beside it.
  await searchNats(lab, here);
}

/** A stream that stood, and then did not answer. */
function leavesQuestion(path: Tried["path"]): boolean {
  if (path.state === "foreign") return true;
  return path.timing_ms.connect !== undefined && ["reset", "closed", "silent"].includes(path.state);
}

/**
 * A stream whose SYN was not answered, or met an ICMP error: systems give up at the first one, although it may be passing
 * (RFC 1122 §4.2.3.9). So may a RST be, where UDP was refused as well: a gateway that restarts sends both.
 */
function isUnconnected(path: Tried["path"], here: readonly Tried[], lab: Laboratory): boolean {
  if (path.transport === "udp" || path.timing_ms.connect !== undefined) return false;
  if (path.state === "refused") return here.some((one) => icmps(one.path, lab) > 0);
  return path.state === "silent" || path.state === "prohibited";
}

/** UDP of which not every request met an ICMP error: what it was given up for may be forged, or over. */
function isDoubtful(path: Tried["path"], lab: Laboratory): boolean {
  if (path.transport !== "udp" || (path.state !== "refused" && path.state !== "prohibited")) return false;
  return icmps(path, lab) < path.attempts;
}

/** ICMP errors that a path met, but for those about size. */
function icmps(path: Tried["path"], lab: Laboratory): number {
  return lab.context.recorder.events
    .filter((event) => event.kind === "icmp" && event.path === path.id && event.failure !== "message-too-long").length;
}

/** SYNs that each come alone, and not too soon after each other: so that lost ones are not taken for a filter. */
async function moreSyns(lab: Laboratory, job: PathJob, watch: number): Promise<void> {
  const { clock } = lab.context.network;
  const began = lab.context.now();
  await Promise.all(SYN_DELAYS_MS.map(async (delay, i) => {
    if (delay > 0) await clock.sleep(began + delay, lab.context.signal);
    if (lab.open) await streamTrial(lab, job, SYN, watch - delay, i + 1);
  }));
}

/** Asks what the times of TCP can be compared with, where somebody nearer than the gateway may have spoken for it. */
async function doubtHandshake(
  here: readonly Tried[],
  answeredUdp: Tried | undefined,
  lab: Laboratory,
  watch: number,
): Promise<void> {
  const doubt = here.find(({ path }) => path.transport !== "udp" && whoseHandshake(path, here)) ??
    await refusedSooner(here, lab, watch);
  if (doubt === undefined) return;
  await Promise.all([
    tryClosedTcpPorts(lab, doubt.job, watch),
    answeredUdp === undefined ? undefined : new UdpDifferential(lab, answeredUdp.job, watch).sample(),
  ]);
}

/**
 * A path whose SYN is refused sooner than the gateway could. No kernel stamps a RST: while a run begins, its own work makes
 * one seem late by tens of milliseconds. So one SYN more is sent now that there is nothing else to do, where that could tell,
 * and another one where that was refused too soon, as jitter alone may be why.
 */
async function refusedSooner(here: readonly Tried[], lab: Laboratory, watch: number): Promise<Tried | undefined> {
  if (!isQuicker(0, here)) return undefined;
  const refused = here.filter(({ path }) => path.expected && path.transport !== "udp" && path.state === "refused");
  for (const tried of refused) {
    if (await isRefusedSooner(tried, here, lab, watch)) return tried;
  }
  return undefined;
}

/** Whoever is nearer is nearer each time. */
async function isRefusedSooner(
  { job }: Tried,
  here: readonly Tried[],
  lab: Laboratory,
  watch: number,
): Promise<boolean> {
  for (let round = 1; round <= TOO_SOON_ROUNDS; round++) {
    const { result, ms = Infinity } = await streamTrial(lab, job, SYN, watch, round);
    if (result !== "refused" || !isQuicker(ms, here)) return false;
  }
  return true;
}

/** Could the TCP handshake have been completed by somebody nearer than the gateway? */
function whoseHandshake(path: Tried["path"], here: readonly Tried[]): boolean {
  const connect = path.timing_ms.connect;
  if (path.expected && path.state === "silent") return true;
  if (connect === undefined) return false;
  if (path.expected && leavesQuestion(path)) return true;
  if (path.ike === undefined) return false;
  const udp = here.filter((t) => t.path.transport === "udp" && t.path.ike !== undefined).map((t) => t.path);
  const natOnlyHere = path.ike.nat.client === "translated" && udp.some((u) => u.ike!.nat.client === "none");
  return natOnlyHere || isQuicker(connect, here);
}

/** Much quicker than any answer over UDP, by more than an event loop may be late. */
function isQuicker(ms: number, here: readonly Tried[]): boolean {
  const answers = here.flatMap(({ path }) => path.transport === "udp" ? path.timing_ms.answer ?? [] : []);
  return answers.length > 0 && ms < Math.min(...answers) / 2 && ms + 15 < Math.min(...answers);
}
