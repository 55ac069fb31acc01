import type { PathReport } from "../../model/mod.ts";
import { firstLine, httpBanner, isCaptivePortal, listenerName } from "../banner.ts";
import { modifications } from "../modified.ts";
import { fitOf } from "../octets.ts";
import { type Conclusion, defineRule } from "../rule.ts";
import { severityOf } from "../severity.ts";
import { isUnfinished } from "../stream_case.ts";
import { trialsEvidence } from "../trial_evidence.ts";
import { quote } from "../words.ts";
import type { View } from "../view.ts";

/** `foreign-protocol`. */
export const foreignProtocol = defineRule({
  code: "foreign-protocol",
  title: "what answers on the port speaks something else",
  question: "What speaks on this port, if not IKE?",
  meaning:
    "The port answers, and not with IKE: a web server, a captive portal, an HTTP proxy, TLS, SSH, another vendor's " +
    "encapsulation. The gateway uses the port for something else, another host has the address, or somebody on the " +
    "way answers.",
  established:
    "The first octets that came were recognised, or at least are no frame of RFC 9329. For UDP: datagrams from the " +
    "right address and port that are no IKE message, or an answer only in the other encoding.",
  confusedWith:
    "A stream that was changed on the way: then our SPI is still in it (stream-modified). Whether gateway or " +
    "middlebox speaks is not decided: a captive portal is named when HTTP sends us to another host, a proxy when it " +
    "says so.",
  advice: {
    client: ["If it is a captive portal or proxy: log in, or ask for this port to be passed."],
    gateway: ["Check which service has this port, and which port carries RFC 9329."],
  },
  references: ["RFC 9329 §3", "RFC 9329 §5", "RFC 9329 Appendix A", "RFC 8952"],
  conclude: (view) =>
    view.paths.flatMap((path) => path.transport === "udp" ? datagrams(view, path) : stream(view, path)),
});

function stream(view: View, path: PathReport): Conclusion[] {
  if (path.state !== "foreign" || path.speaks === undefined || modifications(view, path).length > 0) return [];
  if (isUnfinished(view, path)) return [];
  const http = httpBanner(path);
  const { target } = view.facts;
  const portal = http !== undefined && isCaptivePortal(http, [target.host, path.address]);
  // On a candidate port HTTP and TLS are what most hosts speak: only a portal is worth a line.
  if (!path.expected && !portal) return [];
  const inTls = view.trialsOf(path, "tcp-inside-tls").filter((trial) => trial.result === "answered");
  const said = firstLine(path);
  return [{
    severity: severityOf(view, path),
    confidence: "certain",
    paths: [path.id],
    summary: `${view.name(path)} is answered ${words(path, portal)}`,
    evidence: [
      view.evidence(
        said === undefined ? `it speaks ${listenerName(path)}` : `it says ${said}`,
        view.events(path, "received").slice(0, 2),
        view.messages(path).slice(0, 1),
      ),
      ...headers(path),
      ...trialsEvidence(view, inTls),
    ],
    advice: advice(path, portal, inTls.length > 0),
  }];
}

function words(path: PathReport, portal: boolean): string {
  const http = httpBanner(path);
  if (portal) return `by a captive portal (HTTP ${http!.status})`;
  if (http?.status === 407) return "by an HTTP proxy that wants authentication (407)";
  if (http !== undefined) return `in HTTP (status ${http.status}), not in RFC 9329`;
  const inside = path.tls !== undefined ? " inside TLS" : "";
  return `with ${listenerName(path)}${inside}`;
}

function headers(path: PathReport) {
  const http = httpBanner(path);
  const parts = [
    http?.server === undefined ? [] : [`Server: ${quote(http.server)}`],
    http?.via === undefined ? [] : [`Via: ${quote(http.via)}, so a proxy is between`],
    http?.location === undefined ? [] : [`Location: ${quote(http.location, 160)}`],
  ].flat();
  return parts.length === 0 ? [] : [{ text: parts.join("; "), events: [] }];
}

function advice(path: PathReport, portal: boolean, tlsWorks: boolean): string[] {
  if (portal) return ["Here: open a browser, log in to this network, and probe again."];
  if (tlsWorks) return [`Here: use tls-${path.port}: inside TLS, IKE answers on this port.`];
  if (path.speaks === "ike-unframed") {
    return [
      "Gateway: it answers without Length and non-ESP marker: look for a debugging option, or an old version of it.",
    ];
  }
  return [
    "Here: if it is a proxy of this network, ask for this port to be passed.",
    "Gateway: check which service has this port, and which port carries RFC 9329.",
  ];
}

/** UDP: datagrams that are no IKE where none came, or IKE only in the other encoding. */
function datagrams(view: View, path: PathReport): Conclusion[] {
  if (path.state !== "silent") return [];
  const foreign = view.messages(path).filter(({ event }) => fitOf(event) === "not-ike" && event.octets > 1);
  const other = view.trialsOf(path, "udp-other-encoding").filter((trial) => trial.result === "answered");
  if (foreign.length === 0 && other.length === 0) return [];
  const encoding = other[0]?.facts?.encoding;
  return [{
    severity: severityOf(view, path),
    confidence: other.length > 0 ? "certain" : "likely",
    paths: [path.id],
    summary: other.length > 0
      ? `${view.name(path)} answers IKE only ${encoding === "marker" ? "with" : "without"} the non-ESP marker`
      : `${view.name(path)} is answered by something that is not IKE`,
    evidence: other.length > 0
      ? [view.trialEvidence("the same question in the other encoding is answered", ...other)]
      : [view.evidence(foreign[0]!.event.what, foreign)],
    advice: other.length > 0
      ? [`Here: probe and use udp-${path.port}/${encoding}.`]
      : ["Gateway: check which service has this port."],
  }];
}
