/**
 * Did the gateway stop answering because of our own requests? strongSwan ignores an address after five half-open SAs;
 * whoever reads the silence that follows as a block accuses the network of what the probe did.
 */
import type { Confidence, Evidence, ExperimentName, PathReport } from "../model/mod.ts";
import { allAre, type Seen, type View } from "./view.ts";

/** Silence that our own requests may have caused. */
export interface Limit {
  readonly paths: readonly PathReport[];
  readonly confidence: Confidence;
  readonly evidence: readonly Evidence[];
}

/** The demands to which a request was owed; silence after one of them is no block, as the port has answered. */
const DEMANDS = ["cookie", "group", "puzzle"];

/**
 * A path whose last request went unanswered after an earlier one had been answered with a demand. Undefined when it was
 * answered to the end, or never.
 */
export function silentAfterDemand(view: View, path: PathReport): { demand: string; seen: readonly Seen[] } | undefined {
  if (path.ike?.outcome !== "unsolved") return undefined;
  const demand = view.messages(path).findLast(({ event }) => DEMANDS.includes(event.result ?? ""));
  const sent = view.events(path, "sent").filter(({ event, index }) =>
    demand !== undefined && index > demand.index && /^IKE_SA_INIT/.test(event.what)
  );
  if (demand === undefined || sent.length === 0) return undefined;
  return { demand: demand.event.result!, seen: [demand, ...sent] };
}

/** What says that an address limits us; undefined when nothing does. */
export function limitAt(view: View, address: string): Limit | undefined {
  return askedAgain(view, address) ?? statelessOnly(view, address) ?? afterCookie(view, address);
}

/** A UDP port that had answered is silent when asked again. */
function askedAgain(view: View, address: string): Limit | undefined {
  const trials = view.trialsAt(address, "udp-again");
  if (!allAre(trials, "silent")) return undefined;
  const asked = trials.map((trial) => view.path(trial.path)!).filter((path) => path.ike !== undefined);
  if (asked.length === 0) return undefined;
  const before = asked.flatMap((path) => view.messages(path).filter(({ event }) => event.fit === "answer"));
  const silent = view.at(address).filter((path) => path.transport === "udp" && path.state === "silent");
  return {
    paths: [...new Set([...asked, ...silent, ...unsolved(view, address)])],
    // Whether this gateway answers a request that it cannot accept is known only if it has done so.
    confidence: answersUnacceptable(view, address) ? "likely" : "possible",
    evidence: [
      view.evidence(`${view.names(asked)} had answered`, before.slice(0, 2)),
      view.trialEvidence(`asked again after everything else, ${view.names(asked)} is silent`, ...trials),
    ],
  };
}

/** Questions that leave no state are answered where full requests are not: the gateway hears us, and chooses. */
function statelessOnly(view: View, address: string): Limit | undefined {
  for (const path of view.at(address)) {
    if (path.transport !== "udp" || path.state !== "silent") continue;
    const answered = (name: ExperimentName) => view.trialsOf(path, name).filter((trial) => trial.result === "answered");
    const large = answered("udp-no-proposal");
    const small = [...answered("udp-version"), ...answered("udp-empty-init")];
    if (large.length + small.length === 0) continue;
    const what = large.length > 0
      ? "one of the same size that leaves no half-open SA"
      : "small ones that leave no state";
    return {
      paths: [path],
      // Small answers alone could also mean that larger datagrams are lost.
      confidence: large.length > 0 ? "likely" : "possible",
      evidence: [
        view.evidence(`${view.name(path)} leaves full requests unanswered`, view.events(path, "sent")),
        view.trialEvidence(`and answers ${what}`, ...large, ...small),
      ],
    };
  }
  return undefined;
}

/** A cookie was demanded and given, and then there was silence. */
function afterCookie(view: View, address: string): Limit | undefined {
  const paths = unsolved(view, address);
  if (paths.length === 0) return undefined;
  const lossy = paths.every((path) => path.transport === "udp") && paths.length === 1;
  return {
    paths,
    confidence: lossy ? "possible" : "likely",
    evidence: paths.map((path) => {
      const { demand, seen } = silentAfterDemand(view, path)!;
      return view.evidence(`${view.name(path)} asked for another request (${demand}) and did not answer that`, seen);
    }),
  };
}

function unsolved(view: View, address: string): PathReport[] {
  return view.at(address).filter((path) => silentAfterDemand(view, path) !== undefined);
}

/** Seen in this run: a request whose proposal nobody accepts got an answer from this address. */
function answersUnacceptable(view: View, address: string): boolean {
  return view.at(address).some((path) => path.ike?.outcome === "alive") ||
    view.trialsAt(address, "udp-no-proposal").some((trial) => trial.result === "answered") ||
    view.at(address).some((path) => path.ike?.error === "NO_PROPOSAL_CHOSEN");
}
