/**
 * Silent UDP ports: which of the three `udp-*-blocked` findings it is, if any. One end cannot see which direction loses the
 * datagrams; it can see that the gateway is alive, that UDP as such passes, and what makes a difference.
 */
import type { Confidence, Evidence, PathReport } from "../model/mod.ts";
import { udpCaptureAdvice } from "./capture.ts";
import { confidenceBesideLoss, leastSilence } from "./chance.ts";
import { isDead, type LifeSign, lifeSigns, udpPassesBothWays } from "./life.ts";
import { limitAt } from "./limits.ts";
import type { Conclusion } from "./rule.ts";
import { worstOf } from "./severity.ts";
import { count, list, time } from "./words.ts";
import type { Trial, View } from "./view.ts";

/** One of the three codes. */
export type UdpBlockedCode = "udp-blocked" | "udp-500-blocked" | "udp-4500-blocked";

/** What the rule of one code finds. */
export function concludeBlocked(view: View, code: UdpBlockedCode): Conclusion[] {
  return view.addresses.flatMap((address) => {
    const silent = blockedAt(view, address);
    return silent.length > 0 && codeOf(view, address, silent) === code ? [conclude(view, address, silent)] : [];
  });
}

/** Paths of an address that nothing at all came back on, and whose silence no other finding explains. */
function blockedAt(view: View, address: string): PathReport[] {
  const silent = view.at(address).filter((path) =>
    path.transport === "udp" && path.state === "silent" && view.messages(path).length === 0
  );
  if (silent.length === 0 || limitAt(view, address)?.explains) return [];
  if (isAllSilent(view, address)) return [];
  return silent.filter((path) =>
    !["udp-version", "udp-empty-init", "udp-no-proposal", "udp-other-encoding"].some((name) =>
      view.trialsOf(path, name as Trial["name"]).some((trial) => trial.result === "answered")
    )
  );
}

/** Nothing shows life, and nothing but silence came from anywhere: that is `address-dead`. */
export function isAllSilent(view: View, address: string): boolean {
  const tried = view.at(address).filter((path) => path.state !== "failed");
  return tried.length > 0 && tried.every((path) => path.state === "silent") && isDead(view, address);
}

function codeOf(view: View, address: string, silent: readonly PathReport[]): UdpBlockedCode {
  const [first] = silent;
  const udp = view.at(address).filter((path) => path.transport === "udp" && path.state !== "failed");
  if (silent.length > 1 || (udp.length > 1 && silent.length === udp.length)) return "udp-blocked";
  return first!.port === 500 ? "udp-500-blocked" : first!.port === 4500 ? "udp-4500-blocked" : "udp-blocked";
}

function conclude(view: View, address: string, silent: readonly PathReport[]): Conclusion {
  const signs = lifeSigns(view, address, silent);
  const needed = bySourcePort(view, silent);
  const closedPort = view.trialsAt(address, "udp-closed-port").find((trial) => udpPassesBothWays(view, trial));
  const blind = silent.some((path) => view.sight(path)?.icmp !== true);
  return {
    severity: worstOf(view, silent),
    confidence: confidenceOf(view, signs, blind, silent),
    paths: silent.map((path) => path.id),
    summary: needed === undefined
      ? summary(view, silent, signs, closedPort)
      : `${view.names(silent)} answers only requests from our port ${needed.facts?.source_port}: a filter on the way ` +
        "looks at the source port",
    evidence: [
      ...silent.map((path) => silenceEvidence(view, path)),
      ...signs.slice(0, 2).map((sign) => view.evidence(sign.text, sign.seen)),
      ...(closedPort === undefined ? [] : [
        view.trialEvidence("a closed UDP port answers with ICMP port unreachable: UDP passes both ways", closedPort),
      ]),
      ...(needed === undefined ? [] : [
        view.trialEvidence(`the same question from our port ${needed.facts?.source_port} is answered`, needed),
      ]),
      ...(blind
        ? [{ text: "this socket does not see ICMP errors: a refusal looks like silence here", events: [] }]
        : []),
    ],
    advice: advice(view, silent, needed),
  };
}

function summary(
  view: View,
  silent: readonly PathReport[],
  signs: readonly LifeSign[],
  closedPort: Trial | undefined,
): string {
  const ports = view.names(silent);
  const [best] = signs;
  const is = silent.length === 1 ? "is" : "are";
  if (best === undefined) return `${ports} ${is} silent, and nothing shows that the gateway is alive`;
  if (best.strength === "host") {
    const whose = best.refuses ? "" : ", or somebody else answers in its name";
    return `${ports} ${is} silent although ${best.text}: filtered on the way, filtered at the host, or no IKE there${whose}`;
  }
  const these = silent.length === 1 ? "this port is" : "just these ports are";
  if (limitAt(view, silent[0]!.address) !== undefined) {
    return `${ports} ${is} silent while ${best.text}: dropped on the way or at the gateway, or the gateway limits us`;
  }
  const where = closedPort === undefined && !view.answersOverUdp(silent[0]!.address)
    ? "UDP is dropped on the way or at the gateway"
    : `UDP passes, so ${these} dropped, on the way or at the gateway`;
  return `${ports} ${is} silent while ${best.text}: ${where}`;
}

/** By the port that has met the fewest requests, and the fewest sockets, experiments included. */
function confidenceOf(
  view: View,
  signs: readonly LifeSign[],
  blind: boolean,
  silent: readonly PathReport[],
): Confidence {
  const { address } = silent[0]!;
  if (signs[0]?.strength !== "ike" || limitAt(view, address) !== undefined) return "possible";
  const asked = silent.map((path) => {
    const trials = view.ownTrials(path)
      .map((trial) => view.trialEvents(trial, "sent").length).filter((sent) => sent > 0);
    return { packets: trials.reduce((sum, sent) => sum + sent, path.attempts), flows: 1 + trials.length };
  });
  const confidence = confidenceBesideLoss(view, address, leastSilence(asked));
  return blind && confidence === "certain" ? "likely" : confidence;
}

/** The experiment that changed nothing but our source port, and was answered. */
function bySourcePort(view: View, silent: readonly PathReport[]): Trial | undefined {
  return silent.flatMap((path) => view.trialsOf(path, "udp-source-port")).find((trial) => trial.result === "answered");
}

/** What was sent, and how long it was waited for. */
export function silenceEvidence(view: View, path: PathReport): Evidence {
  const sent = view.events(path, "sent");
  const timeouts = view.events(path, "timeout");
  const waited = timeouts.at(-1)?.event.waited_ms ?? path.timing_ms.total;
  const times = list(sent.slice(0, 4).map(({ event }) => time(event.t_ms)));
  const text = `${view.name(path)}: no answer to ${count(path.attempts, "request")} in ${time(waited)}` +
    (sent.length === 0 ? "" : ` (sent at ${times})`);
  return view.evidence(text, sent, timeouts);
}

function advice(view: View, silent: readonly PathReport[], needed: Trial | undefined): string[] {
  const ports = list(silent.map((path) => `UDP ${path.port}`));
  const first = needed === undefined
    ? `Here: ask the network's administrator to allow ${ports} out, and the answers in.`
    : "Here: the network lets IKE pass only from its classic source port; ask for a rule without source ports, as NAT " +
      "changes them.";
  return [first, udpCaptureAdvice(view, silent[0]!)];
}
