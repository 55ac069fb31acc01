import { concludeProhibited } from "../prohibited.ts";
import { defineRule } from "../rule.ts";
import { isStream } from "../view.ts";

/** `tcp-prohibited`. */
export const tcpProhibited = defineRule({
  code: "tcp-prohibited",
  title: "an ICMP error says that somebody forbids TCP",
  question: "Who refuses our connections?",
  meaning: "A router or firewall answers our SYN with an ICMP error: administratively prohibited, host or network " +
    "unreachable, or port unreachable in its own name. The finding's hop is the address that sent it.",
  established:
    "The connection attempt failed with an ICMP error that quotes our SYN: certain where another SYN met the same, " +
    "otherwise likely. A port unreachable counts only when its sender is not the gateway.",
  confusedWith:
    "A gateway that does not listen: it answers with RST (tcp-refused, tcp-not-offered). A filter that drops: no " +
    "answer at all (tcp-filtered). Host and network unreachable can also mean that the host is down or a route is " +
    "missing.",
  advice: {
    client: ["Ask whoever runs the router that is named to allow TCP to the gateway's port."],
    gateway: ["If the router is yours, look at its access lists; if it is the gateway itself, at its packet filter."],
  },
  references: ["RFC 1812 §5.2.7.1", "RFC 4443 §3.1", "RFC 9329 §3"],
  conclude: (view) => concludeProhibited(view, view.paths.filter(isStream)),
});
