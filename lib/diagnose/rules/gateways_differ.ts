import { formatPathSpec, type PathReport } from "../../model/mod.ts";
import { escapeText } from "../../wire/mod.ts";
import { type Conclusion, defineRule } from "../rule.ts";
import { groupBy, list, unique } from "../words.ts";
import type { View } from "../view.ts";

/** `gateways-differ`. */
export const gatewaysDiffer = defineRule({
  code: "gateways-differ",
  title: "the host's addresses answer differently",
  question: "Do all addresses of the name lead to the same kind of gateway?",
  meaning:
    "Addresses of one name answered the same request differently: one accepts and another does not, or they choose " +
    "other algorithms or announce other features. Clients get one or the other by chance, and a fault that comes and " +
    "goes is often this.",
  established:
    "The same path (transport and port) was answered at two addresses at least, and outcome, chosen algorithms or " +
    "vendor IDs differ.",
  confusedWith:
    "Load: cookies and half-open limits vary with it and are not compared. Addresses that do not answer at all: " +
    "address-dead.",
  advice: {
    client: [],
    gateway: ["Compare version and configuration of the machines behind the addresses that are named."],
  },
  references: ["RFC 7296 §2.7"],
  conclude: (view) => {
    const answered = view.paths.filter((path) => path.ike !== undefined && path.redirected_from === undefined);
    const found = groupBy(answered, (path) => formatPathSpec(path)).flatMap((paths) => differenceOf(view, paths) ?? []);
    return found.slice(0, 1);
  },
});

interface Aspect {
  readonly name: string;
  /** Undefined: not comparable on this path. */
  readonly of: (view: View, path: PathReport) => string | undefined;
}

/** The most important first. */
const ASPECTS: readonly Aspect[] = [
  { name: "outcome", of: (view, path) => outcome(view, path) },
  { name: "algorithms", of: (_, { ike }) => ike?.proposal && Object.values(ike.proposal).flat().join(" ") },
  {
    name: "vendor IDs",
    of: (_, { ike }) =>
      ike?.outcome === "accepted" ? ike.vendor_ids.map((id) => id.name ?? id.hex).sort().join(", ") : undefined,
  },
];

/** `alive` and `unsolved` depend on this run's budget and the gateway's load. */
function outcome(view: View, path: PathReport): string | undefined {
  if (view.accepts(path)) return "accepted";
  const { outcome, error } = path.ike!;
  if (outcome === "alive" || outcome === "unsolved") return undefined;
  return outcome === "rejected" ? `rejected (${error ?? "error"})` : outcome;
}

function differenceOf(view: View, paths: readonly PathReport[]): Conclusion | undefined {
  for (const aspect of ASPECTS) {
    const known = paths.flatMap((path) => {
      const value = aspect.of(view, path);
      return value === undefined ? [] : [{ path, value }];
    });
    const groups = groupBy(known, ({ value }) => value);
    if (groups.length < 2) continue;
    const say = groups.map((group) => {
      const value = group[0]!.value === "" ? "none" : escapeText(group[0]!.value);
      return `${list(unique(group.map(({ path }) => path.address)))}: ${value}`;
    });
    return {
      severity: aspect.name === "outcome" && known.some(({ path }) => path.expected) ? "warning" : "notice",
      confidence: "certain",
      paths: known.map(({ path }) => path.id),
      summary: `The host's addresses answer differently (${aspect.name}): ${say.slice(0, 4).join("; ")}`,
      evidence: known.slice(0, 6).map(({ path }) =>
        view.evidence(view.name(path), view.messages(path).filter(({ event }) => event.fit === "answer").slice(-1))
      ),
    };
  }
  return undefined;
}
