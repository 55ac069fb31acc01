/**
 * Connections that were reset sooner than whoever completed the handshake could react. What the gateway's TCP does first,
 * it does when our ACK or our octets arrive; so its RST comes a round trip after the handshake, at the earliest.
 *
 * The handshake's own time is no measure of that: networks take longer for the first packet of a connection, and their
 * jitter makes one of several times look small. So a RST is compared with the least that anything took, which is best
 * known by reactions on connections that stood; and whoever is nearer is so most times.
 */
import type { Confidence, ExperimentName, ExperimentResult, PathReport } from "../model/mod.ts";
import { handshakes, least, LEAST_COMPARABLE_MS, type Measured, TOO_QUICK, udpRoundTrips } from "./round_trip.ts";
import type { Seen, View } from "./view.ts";

/** See the file's head. */
export interface EarlyResets {
  /** The early ones, each with its time since the handshake. */
  readonly resets: readonly Measured[];
  /** The least that an answer, a handshake or another reaction took. */
  readonly roundTrip: Measured;
  /** `possible`: no reaction on a connection that stood tells whether the handshakes alone are slow. */
  readonly confidence: Confidence;
}

/** Undefined where most RSTs may be the gateway's, and where nothing can be compared. */
export function earlyResets(view: View, path: PathReport): EarlyResets | undefined {
  const controls = reactions(view, path);
  const roundTrip = least([...handshakes(view, path), ...controls, ...udpRoundTrips(view, path.address)]);
  if (roundTrip === undefined || roundTrip.ms < LEAST_COMPARABLE_MS) return undefined;
  const all = view.flows([path], (name) => !OWN_RESETS.includes(name)).flatMap(resetAfterHandshake);
  const resets = all.filter(({ ms }) => ms < roundTrip.ms * TOO_QUICK);
  if (resets.length * 2 <= all.length) return undefined;
  return { resets, roundTrip, confidence: confidenceOf(resets.length, controls.length) };
}

/**
 * What a Responder may well reset by itself, as the stream prefix is missing or what follows is no request (RFC 9329 §7.1):
 * that it does says nothing of the RSTs that others get.
 */
const OWN_RESETS: readonly ExperimentName[] = [
  "tcp-silence",
  "tcp-other-prefix",
  "tcp-other-stream",
  "tcp-http",
  "tcp-bad-length",
  "tcp-empty-init",
  "tcp-closed-port",
];

function confidenceOf(resets: number, controls: number): Confidence {
  if (controls === 0 || resets === 1) return "possible";
  return resets > 2 ? "certain" : "likely";
}

/** What ends in order or speaks has made the whole way. */
const REACTED: readonly ExperimentResult[] = ["closed", "answered", "octets"];

/** How soon a path's experiments met a reaction that is no RST. The cut prefix is timed by its second half, and left out. */
function reactions(view: View, path: PathReport): Measured[] {
  return view.ownTrials(path).filter(({ name, result }) => name !== "tcp-prefix-split" && REACTED.includes(result))
    .flatMap((trial) => trial.ms === undefined ? [] : [{ ms: trial.ms, seen: view.trialEvents(trial) }]);
}

/** A SYN that had to be repeated makes all that follows look later than it was. */
const SYN_REPEATED_MS = 900;

/** A connection's RST with its time since the handshake, by the kernel's clock; our own delays only make it look later. */
function resetAfterHandshake(flow: readonly Seen[]): Measured[] {
  const [connected] = flow.flatMap(({ event }) => event.kind === "connected" ? [event] : []);
  if (connected?.rtt_ms === undefined || connected.ms - connected.rtt_ms > SYN_REPEATED_MS) return [];
  return flow.flatMap((seen) =>
    seen.event.kind === "end" && seen.event.how === "rst"
      ? [{ ms: Math.max(0, seen.event.ms - connected.rtt_ms!), seen: [seen] }]
      : []
  );
}
