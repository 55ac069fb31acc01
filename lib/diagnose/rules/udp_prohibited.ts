import { concludeProhibited } from "../prohibited.ts";
import { defineRule } from "../rule.ts";

/** `udp-prohibited`. */
export const udpProhibited = defineRule({
  code: "udp-prohibited",
  title: "an ICMP error says that somebody forbids UDP",
  question: "Who refuses our datagrams?",
  meaning:
    "A router or firewall answers our requests with an ICMP error: administratively prohibited, host or network " +
    "unreachable, port unreachable in its own name, or time exceeded. The finding's hop is the address that sent it.",
  established:
    "Two copies of a request, at least, met an ICMP error that quotes them, and no answer came (certain); likely where " +
    "it was one or the system does not name the sender, possible beside an answer. A port unreachable counts only when " +
    "its sender is not the gateway.",
  confusedWith:
    "A gateway on which nothing listens: its own port unreachable is udp-refused. Host and network unreachable can " +
    "also mean that the host is down or a route is missing; time exceeded is a routing loop. An ICMP error can be forged; a single one decides " +
    "nothing.",
  advice: {
    client: ["Ask whoever runs the router that is named to allow UDP 500 and UDP 4500 to the gateway."],
    gateway: ["If the router is yours, look at its access lists; if it is the gateway itself, at its packet filter."],
  },
  references: ["RFC 1812 §5.2.7.1", "RFC 4443 §3.1", "RFC 7296 §2.21.1"],
  conclude: (view) => concludeProhibited(view, view.paths.filter((path) => path.transport === "udp")),
});
