import type { Confidence } from "../../model/mod.ts";
import { lifeSigns } from "../life.ts";
import { byChance, lossAt, NOT_BY_CHANCE } from "../loss.ts";
import type { View } from "../view.ts";
import { defineRule } from "../rule.ts";
import { worstOf } from "../severity.ts";
import { filteredAt } from "../syn.ts";
import { time } from "../words.ts";

/** `tcp-filtered`. */
export const tcpFiltered = defineRule({
  code: "tcp-filtered",
  title: "the SYN is dropped",
  question: "Why does the TCP connection not come about?",
  meaning:
    "Our SYN gets no answer, not even after the system's retransmissions. Somebody drops it, or what answers it: a " +
    "closed port of a host that is up answers with RST. TCP encapsulation cannot be used on this path.",
  established:
    "The connection attempt ended at the deadline without SYN/ACK, RST or ICMP error, and something else at the " +
    "same address answered in the same run.",
  confusedWith:
    "A gateway that offers no TCP without a filter: it answers with RST (tcp-not-offered). A dead host: then nothing " +
    "else answers either (address-dead). What remains possible: a filter on the way in either direction, or the " +
    "gateway's own firewall, which drops what it does not offer.",
  advice: {
    client: ["Ask the network's administrator to allow this TCP port out."],
    gateway: ["Check that its firewall allows the port if TCP encapsulation is meant to be offered."],
  },
  references: ["RFC 9329 §3", "RFC 9329 §6.1", "RFC 9293 §3.10.7.1"],
  conclude: (view) =>
    view.addresses.flatMap((address) => {
      const paths = filteredAt(view, address);
      if (paths.length === 0) return [];
      const signs = lifeSigns(view, address, paths);
      const closed = view.trialsAt(address, "tcp-closed-port").filter((trial) => trial.result === "refused");
      return [{
        severity: worstOf(view, paths),
        confidence: signs.length === 0 ? "possible" : confidenceBesideLoss(view, address),
        paths: paths.map((path) => path.id),
        summary: `${view.names(paths)}: the SYN gets no answer` +
          (signs.length === 0
            ? ", and nothing shows that the gateway is alive"
            : `: dropped on the way or at the gateway (${signs[0]!.text})`),
        evidence: [
          ...paths.map((path) =>
            view.evidence(
              `${view.name(path)}: no SYN/ACK, no RST, no ICMP error in ${time(path.timing_ms.total)}`,
              view.events(path, "open"),
              view.events(path, "end"),
            )
          ),
          ...signs.slice(0, 1).map((sign) => view.evidence(sign.text, sign.seen)),
          ...(closed.length === 0 ? [] : [
            view.trialEvidence(
              "a SYN to a closed port is answered with RST: it is this port that is dropped",
              ...closed,
            ),
          ]),
        ],
      }];
    }),
});

/** SYNs that a system sends in the time of a path, and once more in an experiment. */
const SYNS = 4;

function confidenceBesideLoss(view: View, address: string): Confidence {
  const loss = lossAt(view, address);
  if (loss === undefined) return "certain";
  return byChance(loss, SYNS) > NOT_BY_CHANCE ? "possible" : "likely";
}
