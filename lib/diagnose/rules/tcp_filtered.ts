import type { Confidence, Evidence, PathReport } from "../../model/mod.ts";
import { confidenceBesideLoss, leastSilence, type Silence, synsDue } from "../chance.ts";
import { type LifeSign, lifeSigns } from "../life.ts";
import type { Trial, View } from "../view.ts";
import { type Conclusion, defineRule } from "../rule.ts";
import { worstOf } from "../severity.ts";
import { answersLater, filteredAt } from "../syn.ts";
import { count, time } from "../words.ts";

/** `tcp-filtered`. */
export const tcpFiltered = defineRule({
  code: "tcp-filtered",
  title: "the SYN is dropped",
  question: "Why does the TCP connection not come about?",
  meaning:
    "Our SYN gets no answer, not even after the system's retransmissions. Somebody drops it, or what answers it: a " +
    "closed port of a host that is up answers with RST. TCP encapsulation cannot be used on this path.",
  established:
    "The connection attempt and the SYNs behind it ended without SYN/ACK, RST or ICMP error, and something else at the " +
    "same address answered in the same run. Certain where IKE answered, nothing else was lost in that run, and so many " +
    "SYNs cannot be; possible where a later SYN was answered; likely at most where the host only refused something, " +
    "and possible where it only accepted.",
  confusedWith:
    "A gateway that offers no TCP without a filter: it answers with RST (tcp-not-offered). A dead host: then nothing " +
    "else answers either (address-dead); but a proxy accepts on some ports in the name of any host. What remains " +
    "possible: a filter on the way in either direction, or the gateway's own firewall, which drops what it does not offer.",
  advice: {
    client: ["Ask the network's administrator to allow this TCP port out."],
    gateway: ["Check that its firewall allows the port if TCP encapsulation is meant to be offered."],
  },
  references: ["RFC 9329 §3", "RFC 9329 §6.1", "RFC 9293 §3.10.7.1"],
  conclude: (view) =>
    view.addresses.flatMap((address) => {
      const silent = filteredAt(view, address);
      const late = silent.filter((path) => answersLater(view, path));
      const filtered = silent.filter((path) => !late.includes(path));
      return [
        ...(filtered.length > 0 ? [concludeFiltered(view, address, filtered)] : []),
        ...(late.length > 0 ? [concludeLate(view, late)] : []),
      ];
    }),
});

function concludeFiltered(view: View, address: string, paths: readonly PathReport[]): Conclusion {
  const signs = lifeSigns(view, address, paths);
  const closed = view.trialsAt(address, "tcp-closed-port").filter((trial) => trial.result === "refused");
  return {
    severity: worstOf(view, paths),
    confidence: confidenceOf(view, address, paths, signs),
    paths: paths.map((path) => path.id),
    summary: `${view.names(paths)}: the SYN gets no answer${because(signs)}`,
    evidence: [
      ...silence(view, paths),
      ...moreSyns(view, paths),
      ...signs.slice(0, 1).map((sign) => view.evidence(sign.text, sign.seen)),
      ...(closed.length === 0 ? [] : [
        view.trialEvidence("a SYN to a closed port is answered with RST: it is this port that is dropped", ...closed),
      ]),
    ],
  };
}

/** A later SYN was answered: nobody drops them all. */
function concludeLate(view: View, paths: readonly PathReport[]): Conclusion {
  const answered = paths.flatMap((path) =>
    view.trialsOf(path, "tcp-silence").filter(({ result }) => result === "connected" || result === "refused")
  );
  return {
    severity: worstOf(view, paths),
    confidence: "possible",
    paths: paths.map((path) => path.id),
    summary:
      `${view.names(paths)}: the SYNs get no answer for ${time(Math.min(...paths.map((p) => p.timing_ms.total)))}, ` +
      "and a later one does: lost by chance, or dropped for a while or beyond a limit",
    evidence: [
      ...silence(view, paths),
      ...moreSyns(view, paths),
      view.trialEvidence(
        `a further SYN ${time(Math.min(...answered.map((one) => one.started_ms)))} after the run began: answered`,
        ...answered,
      ),
    ],
    advice: [
      "Here: probe again, more than once: what is lost by chance is lost elsewhere as well.",
      "Gateway: look for a limit of new connections, there and before it, and for a restart at this time.",
    ],
  };
}

function because(signs: readonly LifeSign[]): string {
  if (signs.length === 0) return ", and nothing shows that the gateway is alive";
  const where = isAccepted(signs)
    ? "dropped on the way or at the gateway, or it is down and somebody answers in its name"
    : "dropped on the way or at the gateway";
  return `: ${where} (${signs[0]!.text})`;
}

function silence(view: View, paths: readonly PathReport[]): Evidence[] {
  return paths.map((path) =>
    view.evidence(
      `${view.name(path)}: no SYN/ACK, no RST, no ICMP error in ${time(path.timing_ms.total)}`,
      view.events(path, "open"),
      view.events(path, "end"),
    )
  );
}

/** Life of the gateway's IKE makes the filter sure; a host that refuses likely; one that accepts may be anybody. */
function confidenceOf(
  view: View,
  address: string,
  paths: readonly PathReport[],
  signs: readonly LifeSign[],
): Confidence {
  if (signs.length === 0 || isAccepted(signs)) return "possible";
  const confidence = confidenceBesideLoss(view, address, leastSilence(paths.map((path) => silentSynsOf(view, path))));
  return signs[0]!.strength === "ike" || confidence !== "certain" ? confidence : "likely";
}

/** Nothing but accepted connections shows life, as proxies give them for any address. */
function isAccepted(signs: readonly LifeSign[]): boolean {
  return signs.length > 0 && signs.every(({ strength, refuses }) => strength === "host" && !refuses);
}

/** Each connection has a source port of its own, and with it its own way through a cluster. */
function silentSynsOf(view: View, path: PathReport): Silence {
  const further = silentSyns(view, path).length;
  return { packets: synsDue(path.timing_ms.total, 0) + further, flows: 1 + further };
}

function moreSyns(view: View, paths: readonly PathReport[]): Evidence[] {
  const trials = paths.flatMap((path) => silentSyns(view, path));
  if (trials.length === 0) return [];
  return [view.trialEvidence(`${count(trials.length, "further SYN")} later: no answer either`, ...trials)];
}

function silentSyns(view: View, path: PathReport): Trial[] {
  return view.trialsOf(path, "tcp-silence").filter(({ result }) => result === "filtered");
}
