/**
 * Round trips, and what is too quick to have come from the gateway. Only differences that no jitter, no event loop and no
 * slow CPU of a gateway explains count: a wrong accusation costs more than a missed one.
 */
import type { PathReport } from "../model/mod.ts";
import { isStream, type Seen, type View } from "./view.ts";

/** Shorter round trips than this are not compared: schedulers and event loops are of the same size. */
const LEAST_COMPARABLE_MS = 8;

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
 * The best round trip of IKE over UDP to an address, by answers that cost no computation; undefined when there was none. An
 * answer to an earlier copy of a retransmitted request seems quicker than it was: that errs on the safe side.
 */
export function udpRoundTrip(view: View, address: string): Measured | undefined {
  const flows = [
    ...view.at(address).filter((path) => path.transport === "udp").map((path) => view.events(path)),
    ...view.trials.filter((trial) => trial.name.startsWith("udp-") && view.path(trial.path)?.address === address)
      .map((trial) => view.trialEvents(trial)),
  ];
  return least(flows.flatMap((events) =>
    events.flatMap((seen, i): Measured[] => {
      const { event } = seen;
      if (event.kind !== "message" || event.fit !== "answer" || !CHEAP.includes(event.result ?? "")) return [];
      const sent = events.slice(0, i).findLast((one) => one.event.kind === "sent");
      return sent === undefined ? [] : [{ ms: event.t_ms - sent.event.t_ms, seen: [sent, seen] }];
    })
  ));
}

/** Handshakes of a path and its experiments on the same port, by the kernel's clock where it is readable. */
export function handshakes(view: View, path: PathReport): Measured[] {
  const trials = view.trials.filter((trial) => trial.path === path.id && trial.name !== "tcp-closed-port");
  const events = [
    ...view.events(path, "connected"),
    ...trials.flatMap((trial) => view.trialEvents(trial, "connected")),
  ];
  return events.map((seen) => ({ ms: seen.event.rtt_ms ?? seen.event.ms, seen: [seen] }));
}

/** The quickest handshake of a path. */
export function handshake(view: View, path: PathReport): Measured | undefined {
  return least(handshakes(view, path));
}

/** The RST to our SYN, when it came much sooner than the gateway answers over UDP. */
export function quickRst(view: View, path: PathReport): { rst: Measured; udp: Measured } | undefined {
  const end = view.events(path, "end").findLast(({ event }) => event.failure === "refused");
  const udp = udpRoundTrip(view, path.address);
  if (!isStream(path) || end === undefined || udp === undefined) return undefined;
  const rst = { ms: end.event.ms, seen: [end] };
  return isTooQuick(rst.ms, udp.ms) ? { rst, udp } : undefined;
}

/** Whether a reaction cannot have made a round trip of this length. */
export function isTooQuick(reactionMs: number, roundTripMs: number): boolean {
  return roundTripMs >= LEAST_COMPARABLE_MS && reactionMs < roundTripMs * TOO_QUICK;
}

/**
 * Connections of a path, its experiments included, that were reset sooner than any reaction of whoever completed the
 * handshake could arrive. What the gateway's TCP does first, it does when our ACK or our octets arrive; so its RST comes
 * two round trips after our SYN, at the earliest. Counted from the SYN, and with half a round trip to spare.
 */
export function earlyResets(view: View, path: PathReport): { resets: Measured[]; roundTrip: Measured } | undefined {
  const known = handshakes(view, path);
  const roundTrip = least(known);
  // A clock outside of the kernel adds the event loop's delays to single measurements: it takes several.
  const trusted = known.some(({ seen }) => "rtt_ms" in seen[0]!.event) || known.length >= 3;
  if (roundTrip === undefined || !trusted || roundTrip.ms < LEAST_COMPARABLE_MS) return undefined;
  const trials = view.trials.filter((trial) => trial.path === path.id && trial.name !== "tcp-closed-port");
  const ends = [...view.events(path, "end"), ...trials.flatMap((trial) => view.trialEvents(trial, "end"))];
  const resets = ends
    .filter(({ event }) => event.how === "rst" && event.ms < roundTrip.ms * 1.5)
    .map((seen) => ({ ms: seen.event.ms, seen: [seen] }));
  return resets.length === 0 ? undefined : { resets, roundTrip };
}
