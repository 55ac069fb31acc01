/**
 * Did the gateway stop answering because of our own requests? strongSwan ignores an address after five half-open SAs;
 * whoever reads the silence that follows as a block accuses the network of what the probe did.
 */
import type { Confidence, Evidence, ExperimentName, PathReport } from "../model/mod.ts";
import { tallyAt } from "./chance.ts";
import { allAre, type Seen, type Trial, type View } from "./view.ts";
import { list, unique } from "./words.ts";

/** Silence that our own requests may have caused. */
export interface Limit {
  readonly paths: readonly PathReport[];
  /** What happened, as a clause. */
  readonly because: string;
  readonly confidence: Confidence;
  readonly evidence: readonly Evidence[];
  /** It explains other silence at the address, which then is no block: the gateway is known to answer such questions. */
  readonly explains: boolean;
}

/** The demands to which a request was owed; silence after one of them is no block, as the port has answered. */
const DEMANDS = ["cookie", "group", "puzzle"];

/** What was demanded, the requests that met silence, and all of it in order. */
export interface DemandedSilence {
  readonly demand: string;
  readonly sent: readonly Seen[];
  readonly seen: readonly Seen[];
}

/**
 * A path whose last request went unanswered after an earlier one had been answered with a demand. Undefined when it was
 * answered to the end, or never.
 */
export function silentAfterDemand(view: View, path: PathReport): DemandedSilence | undefined {
  if (path.ike?.outcome !== "unsolved") return undefined;
  const demand = view.messages(path).findLast(({ event }) => DEMANDS.includes(event.result ?? ""));
  const sent = view.events(path, "sent").filter(({ event, index }) =>
    demand !== undefined && index > demand.index && /^IKE_SA_INIT/.test(event.what)
  );
  if (demand === undefined || sent.length === 0) return undefined;
  return { demand: demand.event.result!, sent, seen: [demand, ...sent] };
}

/** What says that an address limits us; undefined when nothing does. */
export function limitAt(view: View, address: string): Limit | undefined {
  return askedAgain(view, address) ?? statelessOnly(view, address) ?? afterDemand(view, address);
}

/** A UDP port that had answered is silent when asked again, and so is all that was asked over UDP beside and after it. */
function askedAgain(view: View, address: string): Limit | undefined {
  const trials = view.trialsAt(address, "udp-again");
  if (!allAre(trials, "silent")) return undefined;
  const asked = trials.map((trial) => view.path(trial.path)!).filter((path) => path.ike !== undefined);
  if (asked.length === 0 || isAnsweredSince(view, address, Math.min(...trials.map((trial) => trial.started_ms)))) {
    return undefined;
  }
  const answers = answersUnacceptable(view, address);
  const before = asked.flatMap((path) => view.messages(path).filter(({ event }) => event.fit === "answer"));
  const silent = view.at(address).filter((path) => path.transport === "udp" && path.state === "silent");
  return {
    paths: [...new Set([...asked, ...silent, ...unsolved(view, address)])],
    because: `${view.names(asked)} had answered, and is silent when asked again`,
    // Whether this gateway answers a request that it cannot accept is known only if it has done so.
    confidence: answers && tallyAt(view, address).lost === 0 ? "likely" : "possible",
    explains: answers,
    evidence: [
      view.evidence(`${view.names(asked)} had answered`, before.slice(0, 2)),
      view.trialEvidence(`asked again after everything else, ${view.names(asked)} is silent`, ...trials),
    ],
  };
}

/** Who answers other questions over UDP meanwhile has not stopped answering us: some flows are lost. */
function isAnsweredSince(view: View, address: string, ms: number): boolean {
  return view.udpTrialsAt(address).some((trial) => trial.result === "answered" && trial.ended_ms > ms);
}

/** Questions that leave no state are answered where full requests are not: the gateway hears us, and chooses. */
function statelessOnly(view: View, address: string): Limit | undefined {
  const heard = view.at(address).filter((path) => path.transport === "udp" && path.state === "silent")
    .map((path) => ({ path, answered: stateless(view, path) }))
    .filter(({ answered }) => answered.length > 0);
  if (heard.length === 0) return undefined;
  const sameSize = heard.some(({ path, answered }) => answered.some((trial) => isAsLarge(view, path, trial)));
  return {
    paths: heard.map(({ path }) => path),
    because: "questions that leave no half-open SA are answered, full requests are not" +
      (sameSize ? "" : " (or larger datagrams are lost)"),
    confidence: sameSize && tallyAt(view, address).lost === 0 && answersAsLarge(view, address) ? "likely" : "possible",
    explains: true,
    evidence: heard.flatMap(({ path, answered }) => [
      view.evidence(`${view.name(path)} leaves full requests unanswered`, view.events(path, "sent")),
      view.trialEvidence(
        `and answers ${list(unique(answered.map(({ name }) => QUESTION[name] ?? name)))}`,
        ...answered,
      ),
    ]),
  };
}

/** No question of a full request's size stayed unanswered: what is lost of some flows is not the gateway's choice. */
function answersAsLarge(view: View, address: string): boolean {
  const asked = [...view.trialsAt(address, "udp-no-proposal"), ...view.trialsAt(address, "udp-again")];
  return asked.every((trial) => trial.result === "answered");
}

const QUESTION: Readonly<Partial<Record<ExperimentName, string>>> = {
  "udp-version": "a header of another major version",
  "udp-empty-init": "an IKE_SA_INIT without payloads",
  "udp-no-proposal": "a request whose proposal nobody accepts",
};

function stateless(view: View, path: PathReport): Trial[] {
  return (Object.keys(QUESTION) as ExperimentName[]).flatMap((name) => view.trialsOf(path, name))
    .filter((trial) => trial.result === "answered");
}

/** A small question that passes says nothing of a larger one. */
function isAsLarge(view: View, path: PathReport, trial: Trial): boolean {
  const [full] = view.events(path, "sent");
  const [asked] = view.trialEvents(trial, "sent");
  return full !== undefined && asked !== undefined && asked.event.octets >= full.event.octets * 0.75;
}

/** Another request was demanded and sent, and then there was silence. */
function afterDemand(view: View, address: string): Limit | undefined {
  const paths = unsolved(view, address);
  if (paths.length === 0) return undefined;
  const cases = paths.map((path) => ({ path, ...silentAfterDemand(view, path)! }));
  // One lost datagram would look the same; several copies with the demanded cookie are not lost by chance.
  const sure = cases.some(({ demand, sent }) => demand !== "group" && (cases.length > 1 || sent.length > 2));
  return {
    paths,
    because: `${view.names(paths)} asked for another request and did not answer that`,
    confidence: sure ? "likely" : "possible",
    explains: true,
    evidence: cases.map(({ path, demand, seen }) =>
      view.evidence(`${view.name(path)} asked for another request (${demand}) and did not answer that`, seen)
    ),
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
