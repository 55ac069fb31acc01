/**
 * Round trips, and what is too quick to have come from the gateway. Only differences that no jitter, no event loop and no
 * slow CPU of a gateway explains count: a wrong accusation costs more than a missed one.
 */
import type { PathReport } from "../model/mod.ts";
import { isStream, type Seen, type View } from "./view.ts";

/** Shorter round trips than this are not compared: schedulers are of the same size. */
const LEAST_COMPARABLE_MS = 8;

/** TCP is compared with IKE over UDP only where so many answers were timed, and the difference is as large. */
const LEAST_UDP_SAMPLES = 2;
const LEAST_DIFFERENCE_MS = 15;

/** A reaction in less than this part of the round trip did not make the round trip. */
const TOO_QUICK = 0.5;

/** Answers that cost the gateway no key exchange: their time is the network's. */
const CHEAP = ["cookie", "group", "error", "version"];

/** A measured time with the events that show it. */
export interface Measured {
  readonly ms: number;
  readonly seen: readonly Seen[];
}

/** The least of several measurements. */
function least(measured: readonly Measured[]): Measured | undefined {
  return measured.reduce<Measured | undefined>(
    (best, one) => best === undefined || one.ms < best.ms ? one : best,
    undefined,
  );
}

/**
 * The best round trip of IKE over UDP to an address, by answers that cost the gateway no computation; undefined when there
 * were too few, or where arrivals are not stamped by the kernel: our own event loop is late by tens of milliseconds while the
 * paths of a run begin. An answer to an earlier copy of a repeated question seems quicker than it was: that errs on the safe
 * side.
 */
function udpRoundTrip(view: View, address: string): Measured | undefined {
  const exchanges = [
    ...view.at(address).filter((path) => path.transport === "udp").map((path) => view.events(path)),
    ...view.trials.filter((trial) => trial.name.startsWith("udp-") && view.path(trial.path)?.address === address)
      .map((trial) => view.trialEvents(trial)),
  ];
  const samples = exchanges.filter(isStamped).flatMap((events) =>
    events.flatMap((seen, i): Measured[] => {
      const { event } = seen;
      if (event.kind !== "message" || event.fit !== "answer" || !CHEAP.includes(event.result ?? "")) return [];
      const sent = events.slice(0, i).findLast((one) => one.event.kind === "sent");
      return sent === undefined ? [] : [{ ms: event.t_ms - sent.event.t_ms, seen: [sent, seen] }];
    })
  );
  return samples.length < LEAST_UDP_SAMPLES ? undefined : least(samples);
}

/** The sockets that see ICMP errors are those that the kernel stamps arrivals for. */
function isStamped(events: readonly Seen[]): boolean {
  return events.some(({ event }) => event.kind === "open" && event.sight.icmp);
}

/**
 * How soon other TCP ports of the address react, with a handshake or a RST: shows how far the gateway's own TCP is, however
 * slow its IKE service may be.
 */
function otherPorts(view: View, path: PathReport): Measured | undefined {
  const elsewhere = view.beside(path).filter((other) => isStream(other) && other.port !== path.port);
  const trials = view.trialsAt(path.address, "tcp-closed-port");
  const events = [
    ...elsewhere.flatMap((other) => view.events(other)),
    ...trials.flatMap((trial) => view.trialEvents(trial)),
  ];
  return least(events.flatMap((seen): Measured[] => {
    const { event } = seen;
    if (event.kind === "connected") return [{ ms: event.rtt_ms ?? event.ms, seen: [seen] }];
    return event.kind === "end" && event.failure === "refused" ? [{ ms: event.ms, seen: [seen] }] : [];
  }));
}

/**
 * The quickest handshake of a path and of its experiments on the same port, by the kernel's clock; undefined where that is
 * not readable.
 */
export function handshake(view: View, path: PathReport): Measured | undefined {
  const trials = ownTrials(view, path);
  const events = [
    ...view.events(path, "connected"),
    ...trials.flatMap((trial) => view.trialEvents(trial, "connected")),
  ];
  return least(
    events.flatMap((seen) => seen.event.rtt_ms === undefined ? [] : [{ ms: seen.event.rtt_ms, seen: [seen] }]),
  );
}

/** The quickest RST to a SYN of ours on a path's port. */
function refusal(view: View, path: PathReport): Measured | undefined {
  const ends = [
    ...view.events(path, "end"),
    ...ownTrials(view, path).flatMap((trial) => view.trialEvents(trial, "end")),
  ];
  return least(ends.flatMap((seen) => seen.event.failure === "refused" ? [{ ms: seen.event.ms, seen: [seen] }] : []));
}

/** A path's experiments on its own port. */
function ownTrials(view: View, path: PathReport) {
  return view.trials.filter((trial) => trial.path === path.id && trial.name !== "tcp-closed-port");
}

/** A reaction of TCP that is too quick, beside what it is compared with. */
export interface TooQuick {
  readonly reaction: Measured;
  readonly udp: Measured;
  readonly otherPorts: Measured;
}

/**
 * Whether the first reaction of a path's TCP, a handshake or a RST to our SYN, came much sooner than from the gateway. Two
 * things say how far the gateway is: IKE over UDP, and other TCP ports. One alone would accuse a slow IKE service, or
 * everybody whose ports are treated differently.
 */
export function tooQuick(view: View, path: PathReport): TooQuick | undefined {
  const reaction = path.state === "refused" ? refusal(view, path) : handshake(view, path);
  const udp = udpRoundTrip(view, path.address);
  const other = otherPorts(view, path);
  if (!isStream(path) || reaction === undefined || udp === undefined || other === undefined) return undefined;
  const far = [udp, other].every(({ ms }) => ms - reaction.ms >= LEAST_DIFFERENCE_MS && reaction.ms < ms * TOO_QUICK);
  return far ? { reaction, udp, otherPorts: other } : undefined;
}

/**
 * Connections of a path, its experiments included, that were reset sooner than any reaction of whoever completed the
 * handshake could arrive. What the gateway's TCP does first, it does when our ACK or our octets arrive; so its RST comes
 * two round trips after our SYN, at the earliest. Counted from the SYN, and with half a round trip to spare; our own delays
 * only make a RST look later.
 */
export function earlyResets(view: View, path: PathReport): { resets: Measured[]; roundTrip: Measured } | undefined {
  const roundTrip = handshake(view, path);
  if (roundTrip === undefined || roundTrip.ms < LEAST_COMPARABLE_MS) return undefined;
  const trials = ownTrials(view, path);
  const ends = [...view.events(path, "end"), ...trials.flatMap((trial) => view.trialEvents(trial, "end"))];
  const resets = ends
    .filter(({ event }) => event.how === "rst" && event.ms < roundTrip.ms * 1.5)
    .map((seen) => ({ ms: seen.event.ms, seen: [seen] }));
  return resets.length === 0 ? undefined : { resets, roundTrip };
}
