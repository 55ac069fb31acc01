/**
 * Round trips, and what is too quick to have come from the gateway. Only differences that no jitter, no event loop and no
 * slow CPU of a gateway explains count: a wrong accusation costs more than a missed one.
 */
import type { Confidence, Event, PathReport } from "../model/mod.ts";
import { type EventOf, isStream, type Seen, type View } from "./view.ts";

/** Shorter round trips than this are not compared: schedulers are of the same size. */
export const LEAST_COMPARABLE_MS = 8;

/** TCP is compared with IKE over UDP only where so many answers were timed, and the difference is as large. */
const LEAST_UDP_SAMPLES = 2;
const LEAST_DIFFERENCE_MS = 15;

/** A reaction in less than this part of the round trip did not make the round trip. */
export const TOO_QUICK = 0.5;

/** Answers that cost the gateway no key exchange: their time is the network's. */
const CHEAP = ["cookie", "group", "error", "version"];

/** A measured time with the events that show it. */
export interface Measured {
  readonly ms: number;
  /**
   * When the program saw it, where it says so: later than it came by tens of milliseconds while a run begins. A RST has no
   * other time.
   */
  readonly noticedMs?: number;
  readonly seen: readonly Seen[];
}

/** The least of several measurements. */
export function least(measured: readonly Measured[]): Measured | undefined {
  return measured.reduce<Measured | undefined>(
    (best, one) => best === undefined || one.ms < best.ms ? one : best,
    undefined,
  );
}

/** The middle one of several measurements, or the slower of the two in the middle: what one odd packet does not move. */
function middle(measured: readonly Measured[]): Measured | undefined {
  return measured.toSorted((a, b) => a.ms - b.ms)[Math.floor(measured.length / 2)];
}

/**
 * Round trips of IKE over UDP to an address, by answers that cost the gateway no computation; none where arrivals are not
 * stamped by the kernel: our own event loop is late by tens of milliseconds while the paths of a run begin. An answer to an
 * earlier copy of a repeated question seems quicker than it was: that errs on the safe side.
 */
export function udpRoundTrips(view: View, address: string): Measured[] {
  const exchanges = [
    ...view.at(address).filter((path) => path.transport === "udp").map((path) => view.events(path)),
    ...view.udpTrialsAt(address).map((trial) => view.trialEvents(trial)),
  ];
  return exchanges.filter(isStamped).flatMap((events) =>
    events.flatMap((seen, i): Measured[] => {
      const { event } = seen;
      if (event.kind !== "message" || event.fit !== "answer" || !CHEAP.includes(event.result ?? "")) return [];
      const sent = events.slice(0, i).findLast((one) => one.event.kind === "sent");
      return sent === undefined ? [] : [{ ms: event.t_ms - sent.event.t_ms, seen: [sent, seen] }];
    })
  );
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
    const refused = event.kind === "end" && event.failure === "refused";
    return refused ? [{ ms: event.ms, seen: [seen], noticedMs: event.ms }] : [];
  }));
}

/** The handshakes of a path and of its experiments on the same port, by the kernel's clock where that is readable. */
export function handshakes(view: View, path: PathReport): Measured[] {
  const opened = new Map(ownEvents(view, path, "open").map(({ event }) => [event.flow, event.t_ms]));
  return ownEvents(view, path, "connected").flatMap((seen) => {
    const { rtt_ms, t_ms, flow } = seen.event;
    if (rtt_ms === undefined) return [];
    return [{ ms: rtt_ms, seen: [seen], noticedMs: t_ms - (opened.get(flow) ?? t_ms - rtt_ms) }];
  });
}

/** RSTs to SYNs of ours on a path's port. */
function refusals(view: View, path: PathReport): Measured[] {
  return ownEvents(view, path, "end").flatMap((seen) =>
    seen.event.failure === "refused" ? [{ ms: seen.event.ms, seen: [seen] }] : []
  );
}

/** Events of a path and of its experiments on its own port, the path's first. */
function ownEvents<K extends Event["kind"]>(view: View, path: PathReport, kind: K): Seen<EventOf<K>>[] {
  return [...view.events(path, kind), ...view.ownTrials(path).flatMap((trial) => view.trialEvents(trial, kind))];
}

/** A reaction of TCP that is too quick, beside what it is compared with. */
export interface TooQuick {
  readonly reaction: Measured;
  readonly udp: Measured;
  readonly otherPorts: Measured;
  /** `possible` where a RST was as quick only once. */
  readonly confidence: Confidence;
}

/**
 * Whether the first reaction of a path's TCP, a handshake or a RST to our SYN, came much sooner than from the gateway. Two
 * things say how far the gateway is: IKE over UDP, and other TCP ports. One alone would accuse a slow IKE service, or
 * everybody whose ports are treated differently. Whoever is nearer is so each time: the middle one of the handshakes
 * counts, and the network's own jitter has to be less than the difference.
 */
export function tooQuick(view: View, path: PathReport): TooQuick | undefined {
  if (!isStream(path)) return undefined;
  const refused = path.state === "refused" ? refusals(view, path) : [];
  // While a run begins, our own work makes the first RST late; one that was asked for later shows the way.
  const reaction = refused.length > 0 ? least(refused) : middle(handshakes(view, path));
  const udpTimes = udpRoundTrips(view, path.address);
  const [udp, other] = [least(udpTimes), otherPorts(view, path)];
  if (reaction === undefined || udp === undefined || udpTimes.length < LEAST_UDP_SAMPLES || other === undefined) {
    return undefined;
  }
  // What was noticed late is compared with what was noticed as late.
  const beside = ({ ms, noticedMs = ms }: Measured) =>
    [[udp.ms, ms], [other.ms, other.noticedMs === undefined ? ms : noticedMs]] as const;
  const isFar = (near: Measured) =>
    beside(near).every(([far, ms]) => far - ms >= LEAST_DIFFERENCE_MS && ms < far * TOO_QUICK);
  const jitter = middle(udpTimes)!.ms - udp.ms;
  if (!isFar(reaction) || jitter > udp.ms - reaction.ms) return undefined;
  const once = refused.filter(isFar).length === 1;
  return { reaction, udp, otherPorts: other, confidence: once ? "possible" : "likely" };
}
