import { defineRule } from "../rule.ts";
import { worstOf } from "../severity.ts";
import { offersTcp, refusedAt } from "../syn.ts";
import { time } from "../words.ts";
import type { View } from "../view.ts";
import { tooQuick } from "../round_trip.ts";

/** `tcp-refused`. */
export const tcpRefused = defineRule({
  code: "tcp-refused",
  title: "the SYN is answered with RST",
  question: "Who refuses the TCP connection?",
  meaning:
    "The port answers RST: nothing listens there, or a firewall rejects in the gateway's name. TCP encapsulation " +
    "cannot be used on this path.",
  established:
    "The connection attempt ended with RST. When IKE answers over UDP at the same address and no TCP port does, the " +
    "finding is tcp-not-offered instead: then the gateway simply has no TCP.",
  confusedWith:
    "A filter that drops (tcp-filtered) or answers with ICMP (tcp-prohibited). A RST has no sender's name in it: " +
    "a firewall that sends it looks like the gateway, unless it comes too soon (reset-injected).",
  advice: {
    client: ["Ask the network's administrator whether this TCP port is allowed out."],
    gateway: [
      "Check that TCP encapsulation is enabled (libreswan: listen-tcp=yes) and that its firewall does not reject the " +
      "port.",
    ],
  },
  references: ["RFC 9293 §3.10.7.1", "RFC 9329 §3"],
  conclude: (view) =>
    view.addresses.flatMap((address) => {
      const paths = refusedAt(view, address);
      if (paths.length === 0 || notOffered(view, address)) return [];
      const elsewhere = offersTcp(view, address) && view.worksOverUdp(address);
      const severity = elsewhere && !paths.some((path) => path.required) ? "notice" : worstOf(view, paths);
      return [{
        severity,
        confidence: "certain",
        paths: paths.map((path) => path.id),
        summary: `${view.names(paths)}: the SYN is answered with RST: nothing listens there, or a firewall rejects it`,
        evidence: paths.map((path) => refusalEvidence(view, path)),
      }];
    }),
});

/** The gateway answers over UDP, no stream of its does, and the RST comes no sooner than from the gateway. */
export function notOffered(view: View, address: string): boolean {
  return view.answersOverUdp(address) && !offersTcp(view, address) &&
    !refusedAt(view, address).some((path) => tooQuick(view, path) !== undefined);
}

/** The RST, and how soon it came. */
export function refusalEvidence(view: View, path: View["paths"][number]) {
  const end = view.events(path, "end").at(-1);
  const after = end === undefined ? "" : ` after ${time(end.event.ms)}`;
  return view.evidence(`${view.name(path)}: RST${after}`, view.events(path, "open"), view.events(path, "end"));
}
