/**
 * Round trips, and what is too quick to have come from the gateway. Only differences that no jitter, no event loop and no
 * slow CPU of a gateway explains count: a wrong accusation costs more than a missed one.
 */
import type { PathReport } from "../model/mod.ts";
import { isStream, type Seen, type View } from "./view.ts";

/** Shorter round trips than this are not compared: schedulers are of the same size. */
const LEAST_COMPARABLE_MS = 8;

/**
 * Over UDP no kernel measures round trips: they carry the delays of our event loop, which is busy while the paths of a run
 * begin (tens of milliseconds were seen). Only answers to experiments count, several of them, and a large difference.
 */
const LEAST_UDP_SAMPLES = 2;
const LEAST_UDP_DIFFERENCE_MS = 15;

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
 * The best round trip of IKE over UDP to an address, by experiments whose answers cost the gateway no computation; undefined
 * when there were too few. An answer to an earlier copy of a repeated question seems quicker than it was: that errs on the
 * safe side.
 */
export function udpRoundTrip(view: View, address: string): Measured | undefined {
  const trials = view.trials.filter((trial) =>
    trial.name.startsWith("udp-") && view.path(trial.path)?.address === address
  );
  const samples = trials.flatMap((trial) => {
    const events = view.trialEvents(trial);
    return events.flatMap((seen, i): Measured[] => {
      const { event } = seen;
      if (event.kind !== "message" || event.fit !== "answer" || !CHEAP.includes(event.result ?? "")) return [];
      const sent = events.slice(0, i).findLast((one) => one.event.kind === "sent");
      return sent === undefined ? [] : [{ ms: event.t_ms - sent.event.t_ms, seen: [sent, seen] }];
    });
  });
  return samples.length < LEAST_UDP_SAMPLES ? undefined : least(samples);
}

/**
 * The quickest handshake of a path and of its experiments on the same port, by the kernel's clock; undefined where that is
 * not readable.
 */
export function handshake(view: View, path: PathReport): Measured | undefined {
  const trials = view.trials.filter((trial) => trial.path === path.id && trial.name !== "tcp-closed-port");
  const events = [
    ...view.events(path, "connected"),
    ...trials.flatMap((trial) => view.trialEvents(trial, "connected")),
  ];
  return least(
    events.flatMap((seen) => seen.event.rtt_ms === undefined ? [] : [{ ms: seen.event.rtt_ms, seen: [seen] }]),
  );
}

/** The RST to our SYN, when it came much sooner than the gateway answers over UDP. */
export function quickRst(view: View, path: PathReport): { rst: Measured; udp: Measured } | undefined {
  const end = view.events(path, "end").findLast(({ event }) => event.failure === "refused");
  const udp = udpRoundTrip(view, path.address);
  if (!isStream(path) || end === undefined || udp === undefined) return undefined;
  const rst = { ms: end.event.ms, seen: [end] };
  return isTooQuick(rst.ms, udp.ms) ? { rst, udp } : undefined;
}

/** Whether a reaction is far quicker than IKE over UDP. */
export function isTooQuick(reactionMs: number, udpMs: number): boolean {
  return udpMs - reactionMs >= LEAST_UDP_DIFFERENCE_MS && reactionMs < udpMs * TOO_QUICK;
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
  const trials = view.trials.filter((trial) => trial.path === path.id && trial.name !== "tcp-closed-port");
  const ends = [...view.events(path, "end"), ...trials.flatMap((trial) => view.trialEvents(trial, "end"))];
  const resets = ends
    .filter(({ event }) => event.how === "rst" && event.ms < roundTrip.ms * 1.5)
    .map((seen) => ({ ms: seen.event.ms, seen: [seen] }));
  return resets.length === 0 ? undefined : { resets, roundTrip };
}
