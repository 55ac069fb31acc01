import { defineRule } from "../rule.ts";
import { worstOf } from "../severity.ts";
import { groupBy } from "../words.ts";

/** `version-mismatch`. */
export const versionMismatch = defineRule({
  code: "version-mismatch",
  title: "it speaks another major version",
  question: "Which version does the gateway speak?",
  meaning:
    "The gateway answers INVALID_MAJOR_VERSION, or with a message of another major version than 2. Clients that " +
    "speak IKEv2 cannot connect.",
  established:
    "The answer carries our initiator SPI and another major version, or an INVALID_MAJOR_VERSION notify in answer to " +
    "a request of version 2.",
  confusedWith:
    "IKEv1, which has a finding of its own (ikev1-only). A version octet that was changed on the way: then other " +
    "transports show version 2 (stream-modified, for TCP).",
  advice: { client: [], gateway: ["Check which IKE versions it is configured for."] },
  references: ["RFC 7296 §2.5", "RFC 9329 §7.4"],
  conclude: (view) => {
    const paths = view.paths.filter((path) => path.ike?.outcome === "version" && path.ike.major_version !== 1);
    return groupBy(paths, (path) => String(path.ike!.major_version)).map((group) => ({
      severity: worstOf(view, group),
      confidence: "certain",
      paths: group.map((path) => path.id),
      summary: `${view.names(group)}: ${wish(group[0]!.ike!.major_version)}`,
      evidence: [
        view.sharedEvidence(
          group,
          "another major version",
          (path) => view.messages(path).filter(({ event }) => event.result === "version"),
        ),
      ],
    }));
  },
});

/** INVALID_MAJOR_VERSION may come without saying which version is wanted. */
function wish(version: number | undefined): string {
  return version === undefined || version === 2
    ? "the gateway refuses major version 2 (INVALID_MAJOR_VERSION)"
    : `the gateway wants major version ${version}, not 2`;
}
