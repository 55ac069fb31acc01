import { deadFamilies } from "../addresses.ts";
import { defineRule } from "../rule.ts";
import { list, shown, unique } from "../words.ts";

/** `family-broken`. */
export const familyBroken = defineRule({
  code: "family-broken",
  title: "one address family fails, the other works",
  question: "Is it the gateway, or is it IPv6 (or IPv4)?",
  meaning:
    "All of the host's addresses of one family fail and those of the other work. Clients that prefer the failing " +
    "family wait for their timeout, or do not connect at all.",
  established:
    "No path to any address of the family got a reaction from the gateway, and IKE was accepted at an address of the " +
    "other family in the same run.",
  confusedWith:
    "A machine without that family or without a route for it: that is said, and is a notice, as it concerns this " +
    "machine alone. A single dead address among several of the family (address-dead).",
  advice: {
    client: ["Check this network's connectivity in that family with any other host."],
    gateway: ["Check the gateway's address, route and firewall in that family, or remove it from the DNS."],
  },
  references: ["RFC 8305 §1"],
  conclude: (view) =>
    deadFamilies(view).map(({ family, addresses, local }) => {
      const paths = addresses.flatMap((address) => view.at(address)).filter((path) => path.expected);
      const states = list(unique(paths.map((path) => path.state)));
      const why = list(
        unique(paths.flatMap((path) => path.reason === undefined ? [] : [shown(path.reason)])).slice(0, 3),
      );
      const required = paths.some((path) => path.required);
      return {
        severity: local ? "notice" : required ? "problem" : "warning",
        confidence: "certain",
        paths: paths.map((path) => path.id),
        summary: local
          ? `IPv${family} was not tried: this machine has no way to ${list(addresses)}`
          : `IPv${family} fails (${states}) and IPv${family === 4 ? 6 : 4} works`,
        evidence: [
          view.evidence(
            `${list(addresses)}: ${why}`,
            paths.flatMap((
              path,
            ) => [...view.events(path, "icmp"), ...view.events(path, "timeout"), ...view.events(path, "end")]),
          ),
        ],
      };
    }),
});
