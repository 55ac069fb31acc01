import { escapeText } from "../../wire/mod.ts";
import { defineRule } from "../rule.ts";
import { worstOf } from "../severity.ts";
import { groupBy, list } from "../words.ts";

/** `no-proposal`. */
export const noProposal = defineRule({
  code: "no-proposal",
  title: "the gateway refuses what was offered",
  question: "Why does a gateway that answers not accept?",
  meaning:
    "The path is fine: the gateway answers IKE_SA_INIT with a final error. NO_PROPOSAL_CHOSEN means that it accepts " +
    "none of the algorithms offered, or that it has no connection configured for whoever asks from this address. " +
    "Other errors are named as the gateway named them.",
  established:
    "The gateway's answer to our request (same SPI, message ID and exchange) carried the error and nothing better " +
    "came within the wait that RFC 7296 §2.21.1 asks for over UDP.",
  confusedWith:
    "A forged error: over UDP anybody on the way can send one; the same error over another transport makes that " +
    "unlikely. An IKE_SA_INIT shows no identity, so a gateway that knows only certain addresses refuses all others " +
    "so, too.",
  advice: {
    client: ["Compare the client's algorithms and groups with the gateway's; --groups changes what this probe offers."],
    gateway: [
      "Look at its log at this time: it says which proposal it wanted, or that no connection matches this address.",
    ],
  },
  references: ["RFC 7296 §2.7", "RFC 7296 §2.21.1", "RFC 9329 §7.4"],
  conclude: (view) => {
    const rejected = view.paths.filter((path) =>
      path.ike?.outcome === "rejected" && !path.ike.error?.startsWith("INVALID_KE_PAYLOAD")
    );
    return groupBy(rejected, (path) => path.ike?.error ?? "").map((paths) => {
      const error = escapeText(paths[0]!.ike?.error ?? "an error");
      const groups = list(view.facts.options.groups.map((group) => escapeText(group)));
      const offered = error === "NO_PROPOSAL_CHOSEN"
        ? `none of the algorithms offered (AES-GCM, AES-CBC, ChaCha20-Poly1305; SHA-1, SHA-2; groups ${groups}) suits it, ` +
          "or it has no connection for this address"
        : "it ends the exchange with this error";
      return {
        severity: worstOf(view, paths),
        confidence: "certain",
        paths: paths.map((path) => path.id),
        summary: `The gateway answers ${error} over ${view.names(paths)}: ${offered}`,
        evidence: [
          view.sharedEvidence(
            paths,
            error,
            (path) => view.messages(path).filter(({ event }) => event.fit === "answer" && event.result === "error"),
          ),
        ],
      };
    });
  },
});
