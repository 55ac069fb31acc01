import type { EndEvent, PathReport } from "../../model/mod.ts";
import { earlyResets } from "../early_reset.ts";
import { handshakes, least, tooQuick } from "../round_trip.ts";
import { type Conclusion, defineRule } from "../rule.ts";
import { severityOf } from "../severity.ts";
import { time } from "../words.ts";
import type { Seen, View } from "../view.ts";

/** How soon behind a genuine answer a RST counts as beside it. */
const BESIDE_MS = 1000;

/** `reset-injected`. */
export const resetInjected = defineRule({
  code: "reset-injected",
  title: "a RST that the gateway cannot have sent, or one beside its answer",
  question: "Did the RST come from the gateway?",
  meaning:
    "A RST carries no proof of who sent it. One that arrives before anything could have gone to the gateway and back " +
    "was sent by somebody nearer: a firewall, or a monitor beside the path.",
  established:
    "Most RSTs came, after the handshake, in less than half of the least that any handshake, answer or reaction took " +
    "(certain with three of them, likely with two, beside a connection that the gateway closed or answered on; " +
    "without such a one only possible); or the RST to our SYN took less than half of what IKE over UDP and other TCP " +
    "ports of the address take (likely when it did so each time); or a connection that carried an accepted answer " +
    "was reset right behind it (possible).",
  confusedWith:
    "A slow gateway: only answers without key exchange are compared, several of them, and other TCP ports must be as " +
    "far. A network that takes longer for the first packet of a connection, or whose times vary: what stood before is " +
    "compared, and one quick RST decides nothing. A gateway that resets after an error answer (hangs-up-early). " +
    "A proxy that ends TCP nearby sends its RSTs " +
    "from there (transparent-proxy).",
  advice: {
    client: ["Ask the network's administrator which device resets TCP connections to this port."],
    gateway: ["Capture there: a RST that the client sees and the gateway did not send was injected."],
  },
  references: ["RFC 9293 §3.5.2", "RFC 9329 §7.1", "RFC 9329 §9"],
  conclude: (view) => view.paths.flatMap((path) => path.expected ? concludePath(view, path) : []),
});

function concludePath(view: View, path: PathReport): Conclusion[] {
  return [tooEarly(view, path) ?? toSyn(view, path) ?? besideAnswer(view, path) ?? []].flat();
}

function tooEarly(view: View, path: PathReport): Conclusion | undefined {
  const early = path.state === "reset" ? earlyResets(view, path) : undefined;
  if (early === undefined) return undefined;
  const { resets, roundTrip, confidence } = early;
  const by = confidence === "possible"
    ? "somebody nearer sent it, unless the network's own times differ as much"
    : "somebody nearer sent it";
  return {
    severity: severityOf(view, path),
    confidence,
    paths: [path.id],
    summary: `${view.name(path)}: the RST comes ${time(resets[0]!.ms)} after the handshake, and a reaction of the ` +
      `gateway takes ${time(roundTrip.ms)}: ${by}`,
    evidence: [
      view.evidence(`the quickest round trip of all that was seen: ${time(roundTrip.ms)}`, roundTrip.seen),
      ...resets.slice(0, 3).map((reset) => view.evidence(`RST ${time(reset.ms)} after the handshake`, reset.seen)),
    ],
  };
}

function toSyn(view: View, path: PathReport): Conclusion | undefined {
  const quick = path.state === "refused" ? tooQuick(view, path) : undefined;
  if (quick === undefined) return undefined;
  const { reaction, udp, otherPorts, confidence } = quick;
  const by = confidence === "possible"
    ? "somebody nearer sent it, unless this one was quick by chance"
    : "somebody nearer sent it";
  return {
    severity: severityOf(view, path),
    confidence,
    paths: [path.id],
    summary:
      `${view.name(path)}: the RST to our SYN comes after ${time(reaction.ms)}, where the gateway answers over UDP ` +
      `after ${time(udp.ms)}: ${by}`,
    evidence: [
      view.evidence(`RST after ${time(reaction.ms)}`, reaction.seen),
      view.evidence(`IKE over UDP, an answer without key exchange: ${time(udp.ms)}`, udp.seen),
      view.evidence(`another TCP port of the address reacts after ${time(otherPorts.ms)}`, otherPorts.seen),
    ],
  };
}

/** A connection with an accepted SA is the Initiator's to close; gateways keep it. */
function besideAnswer(view: View, path: PathReport): Conclusion | undefined {
  const accepted = view.messages(path).find(({ event }) => event.result === "accepted");
  if (path.transport === "udp" || accepted === undefined) return undefined;
  const reset = resetBehind(view, path, accepted);
  if (reset === undefined) return undefined;
  const after = time(reset.event.t_ms - accepted.event.t_ms);
  return {
    severity: path.expected ? "warning" : "notice",
    confidence: "possible",
    paths: [path.id],
    summary: `${view.name(path)}: the connection is reset ${after} after the gateway accepted: by the gateway, or by ` +
      "somebody on the way",
    evidence: [
      view.evidence("IKE_SA_INIT accepted", accepted),
      view.evidence(`RST ${after} later, with nothing of ours in between`, reset),
    ],
  };
}

/** A RST behind an answer that is no reaction to anything that we sent after it: not even to how the SA was ended. */
function resetBehind(view: View, path: PathReport, accepted: Seen): Seen<EndEvent> | undefined {
  if (!("flow" in accepted.event)) return undefined;
  const { flow, t_ms: at } = accepted.event;
  const behind = [...view.events(path), ...view.farewell(path)].filter(({ event, index }) =>
    "flow" in event && event.flow === flow && index > accepted.index
  );
  const reset = behind.find((seen): seen is Seen<EndEvent> => seen.event.kind === "end" && seen.event.how === "rst");
  if (reset === undefined || reset.event.t_ms - at > BESIDE_MS) return undefined;
  const said = behind.find(({ event }) => event.kind === "sent");
  if (said === undefined || said.index > reset.index) return reset;
  const roundTrip = least(handshakes(view, path));
  return roundTrip !== undefined && reset.event.t_ms - said.event.t_ms < roundTrip.ms / 2 ? reset : undefined;
}
