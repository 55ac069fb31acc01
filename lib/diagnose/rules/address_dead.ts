import { silenceEvidence } from "../udp.ts";
import { defineRule } from "../rule.ts";
import { deadAddresses, deadFamilies } from "../addresses.ts";
import { worstOf } from "../severity.ts";
import { time } from "../words.ts";
import { isStream, stood, type View } from "../view.ts";

/** `address-dead`. */
export const addressDead = defineRule({
  code: "address-dead",
  title: "nothing answers at this address",
  question: "Is anybody at this address?",
  meaning:
    "No path to the address got any reaction: no IKE, no TCP, no ICMP error. Where the host has other addresses that " +
    "work, clients that begin with this one wait for their timeout first. Where it is the only one, nothing can be " +
    "said of the gateway itself.",
  established:
    "Every path of the address was silent until its deadline, and no experiment got a reaction. It is a warning " +
    "where another address of the host works, and a problem where none does.",
  confusedWith:
    "A block of UDP alone or TCP alone: something else answers then (udp-blocked, tcp-filtered). What remains " +
    "possible: the host is down, the address is wrong or old, or a filter on the way drops everything; one end " +
    "cannot tell.",
  advice: {
    client: ["Check the name and the address, and try from another network."],
    gateway: ["Check that the host is up and has this address; remove dead addresses from the DNS."],
  },
  references: ["RFC 7296 §2.4"],
  conclude: (view) => {
    const explained = deadFamilies(view).flatMap((family) => family.addresses);
    return deadAddresses(view).filter((address) => !explained.includes(address)).map((address) => {
      // A connection that a proxy accepted is no silence of the gateway's.
      const silent = view.at(address).filter((path) => path.state === "silent" && !stood(path));
      const about = silent.some((path) => path.expected) ? silent.filter((path) => path.expected) : silent;
      const others = view.paths.some((path) => path.address !== address && view.works(path));
      return {
        severity: worstOf(view, about),
        confidence: "certain",
        paths: about.map((path) => path.id),
        summary: others
          ? `Nothing answers at ${address}, while another address of the host works`
          : `Nothing answers at ${address}: the host is down, the address is wrong, or everything is filtered on the way`,
        evidence: about.map((path) => isStream(path) ? synEvidence(view, path) : silenceEvidence(view, path)),
      };
    });
  },
});

function synEvidence(view: View, path: View["paths"][number]) {
  return view.evidence(
    `${view.name(path)}: no answer to the SYN in ${time(path.timing_ms.total)}`,
    view.events(path, "open"),
    view.events(path, "end"),
  );
}
