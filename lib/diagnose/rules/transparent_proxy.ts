import type { PathReport } from "../../model/mod.ts";
import { tooQuick } from "../round_trip.ts";
import { type Conclusion, defineRule } from "../rule.ts";
import { worstOf } from "../severity.ts";
import { list, time } from "../words.ts";
import { isStream, numberFact, stood, type View } from "../view.ts";

/** `transparent-proxy`. */
export const transparentProxy = defineRule({
  code: "transparent-proxy",
  title: "TCP is terminated before the gateway",
  question: "Who completes our TCP handshakes?",
  meaning:
    "Somebody on the way accepts TCP connections in the gateway's name: a transparent proxy, a WAN accelerator, a " +
    "captive portal, a SYN proxy. Where it passes everything on, RFC 9329 works through it, but a connection that " +
    "stands says nothing about the gateway, and the gateway sees the proxy's address.",
  established:
    "Ports that cannot be open on a gateway accept connections (likely); or the handshake, the middle one of several, " +
    "takes less than half of what IKE over UDP and other TCP ports of the address take, by more than these times vary " +
    "(likely); or NAT_DETECTION over TCP shows a translation that UDP to the same address does not (likely). Certain " +
    "where the first and the last are seen together.",
  confusedWith:
    "A gateway whose IKE is slow: only answers that cost nothing are compared, and other TCP ports must be as far. A " +
    "NAT for everything: it shows over UDP as well (nat-client). A gateway that itself accepts on all ports (a " +
    "honeypot, a DDoS protection before it) looks the same; so does a network that translates TCP alone, or sends it " +
    "another, quicker way.",
  advice: {
    client: ["Ask the network's administrator to exempt the gateway's address from proxying."],
    gateway: ["If a DDoS protection or load balancer stands before it, this is it, and nothing is wrong."],
  },
  references: ["RFC 9329 §7.5", "RFC 9329 §9", "RFC 7296 §2.23"],
  conclude: (view) => view.addresses.flatMap((address) => concludeAt(view, address) ?? []),
});

function concludeAt(view: View, address: string): Conclusion | undefined {
  const streams = view.at(address).filter((path) => isStream(path) && stood(path));
  if (streams.length === 0) return undefined;
  const seen = closedPortsAccept(view, address) ?? quickHandshake(view, streams) ?? tcpAloneIsTranslated(view, streams);
  if (seen === undefined) return undefined;
  const paths = seen.paths ?? streams;
  const failing = paths.filter((path) => path.expected && !view.works(path));
  return {
    severity: failing.length === 0 ? "notice" : worstOf(view, failing),
    confidence: seen.confidence,
    paths: paths.map((path) => path.id),
    summary: `TCP to ${address} is terminated on the way, or ${seen.unless}: ${seen.because}`,
    evidence: seen.evidence,
  };
}

interface Sighting extends Pick<Conclusion, "confidence" | "evidence"> {
  readonly because: string;
  /** What looks the same. */
  readonly unless: string;
  readonly paths?: readonly PathReport[];
}

function closedPortsAccept(view: View, address: string): Sighting | undefined {
  const accepted = view.trialsAt(address, "tcp-closed-port").filter((trial) => trial.result === "connected");
  if (accepted.length === 0) return undefined;
  const ports = list(accepted.map((trial) => String(numberFact(trial, "port") ?? "?")));
  const many = accepted.length > 1;
  return {
    because: many ? `ports ${ports} accept connections, too` : `port ${ports} accepts connections, too`,
    unless: "the host itself accepts everything",
    // A host that accepts everything translates nothing.
    confidence: translatedOverTcpAlone(view, address).length > 0 ? "certain" : "likely",
    evidence: [view.trialEvidence(`TCP ${ports}, closed on any gateway, accepts connections`, ...accepted)],
  };
}

function quickHandshake(view: View, streams: readonly PathReport[]): Sighting | undefined {
  for (const path of streams) {
    const quick = tooQuick(view, path);
    if (quick === undefined) continue;
    const { reaction, udp, otherPorts } = quick;
    return {
      unless: "takes another way than the rest",
      because: `its handshake takes ${time(reaction.ms)}, where the gateway answers over UDP after ${time(udp.ms)}`,
      confidence: "likely",
      paths: [path],
      evidence: [
        view.evidence(`${view.name(path)}: handshake in ${time(reaction.ms)}`, reaction.seen),
        view.evidence(`IKE over UDP, an answer without key exchange: ${time(udp.ms)}`, udp.seen),
        view.evidence(`another TCP port of the address reacts after ${time(otherPorts.ms)}`, otherPorts.seen),
      ],
    };
  }
  return undefined;
}

/** TCP paths that show a translation of our side where UDP to the same address shows none. */
export function translatedOverTcpAlone(view: View, address: string): PathReport[] {
  const here = view.at(address);
  const udp = here.filter((path) => path.transport === "udp" && path.ike !== undefined);
  if (udp.length === 0 || !udp.every((path) => path.ike!.nat.client === "none")) return [];
  return here.filter((path) => isStream(path) && path.ike?.nat.client === "translated");
}

function tcpAloneIsTranslated(view: View, streams: readonly PathReport[]): Sighting | undefined {
  const paths = translatedOverTcpAlone(view, streams[0]!.address);
  if (paths.length === 0) return undefined;
  const answers = paths.flatMap((path) => view.messages(path).filter(({ event }) => event.nat !== undefined));
  return {
    unless: "translated alone",
    because: `over ${view.names(paths)} the gateway sees another address or port than ours, over UDP it sees ours`,
    confidence: "likely",
    paths,
    evidence: [
      view.evidence("NAT_DETECTION_DESTINATION_IP does not match our socket over TCP, and does over UDP", answers),
    ],
  };
}
