import { escapeText } from "../../wire/mod.ts";
import { defineRule } from "../rule.ts";
import { severityOf } from "../severity.ts";
import { shown } from "../words.ts";
import { stood } from "../view.ts";

/** `tls-failed`. */
export const tlsFailed = defineRule({
  code: "tls-failed",
  title: "the TLS handshake fails",
  question: "Why does TLS not come about, when TCP does?",
  meaning:
    "The TCP connection stands and the TLS handshake on it fails: refused with an alert, closed, reset or never " +
    "answered. Clients that are configured for TLS cannot connect on this port.",
  established:
    "TCP was connected, and the TLS library reported the failure before a handshake was complete. The alert is named " +
    "where there was one.",
  confusedWith:
    "A bad certificate: the probe goes on with it, and says so (tls-certificate). A port that speaks something else " +
    "in the clear (foreign-protocol). Reset or silence during the handshake can be the gateway, or a middlebox that " +
    "looks at TLS; a capture at the gateway decides.",
  advice: {
    client: ["Try another --server-name: some servers refuse names that they do not know."],
    gateway: [
      "Check TLS versions, cipher suites and certificate of the service on this port, and its log at this time.",
    ],
  },
  references: ["RFC 9329 Appendix A", "RFC 8446 §6"],
  conclude: (view) =>
    view.paths.flatMap((path) => {
      const failed = path.transport === "tls" && stood(path) && path.tls === undefined && path.speaks === undefined &&
        path.state !== "answered";
      if (!failed || !path.expected) return [];
      const end = view.events(path, "end").at(-1);
      const alert = end?.event.alert;
      const how = alert === undefined ? shown(path.reason ?? path.state) : `TLS alert ${escapeText(alert)}`;
      return [{
        severity: severityOf(view, path),
        confidence: "certain",
        paths: [path.id],
        summary: `${view.name(path)}: TCP stands, and the TLS handshake fails: ${how}`,
        evidence: [
          view.evidence(
            end?.event.detail === undefined ? how : `the TLS library says: ${escapeText(end.event.detail)}`,
            view.events(path, "connected"),
            end,
          ),
        ],
      }];
    }),
});
