/** ICMP errors that forbid a path: one conclusion for UDP and TCP alike, for each router that says so. */
import type { IcmpEvent, PathReport } from "../model/mod.ts";
import { decisiveIcmp, icmpConfidence, isProhibited, isTimeExceeded, nameSender, senderOf } from "./icmp.ts";
import { leastSure } from "./least_sure.ts";
import type { Conclusion } from "./rule.ts";
import { worstOf } from "./severity.ts";
import { groupBy, quote, shown } from "./words.ts";
import type { Seen, View } from "./view.ts";

interface Forbidden {
  readonly path: PathReport;
  readonly icmp: Seen<IcmpEvent> | undefined;
}

/** @param paths Those of one protocol. */
export function concludeProhibited(view: View, paths: readonly PathReport[]): Conclusion[] {
  const forbidden = paths.filter((path) => path.expected && isProhibited(view, path))
    .map((path) => ({ path, icmp: decisiveIcmp(view, path) }));
  const groups = groupBy(
    forbidden,
    ({ path, icmp }) => [path.address, icmp?.event.from, icmp?.event.name ?? path.reason].join(" "),
  );
  return groups.map((group) => conclude(view, group));
}

function conclude(view: View, group: readonly Forbidden[]): Conclusion {
  const { path, icmp } = group[0]!;
  const paths = group.map((one) => one.path);
  const hop = icmp?.event.from ?? undefined;
  return {
    severity: worstOf(view, paths),
    confidence: leastSure(paths.map((one) => icmpConfidence(view, one))),
    paths: paths.map((one) => one.id),
    summary: `${view.names(paths)}: ${words(icmp?.event, path)}`,
    evidence: group.map((one) => seenOf(view, one)),
    advice: advice(icmp?.event, path),
    ...(hop !== undefined && { hop }),
  };
}

function seenOf(view: View, { path, icmp }: Forbidden) {
  const sent = view.events(path, path.transport === "udp" ? "sent" : "open").slice(0, 3);
  const errors = view.events(path, "icmp");
  const what = icmp === undefined
    ? shown(path.reason ?? "unreachable")
    : `ICMP type ${icmp.event.type} code ${icmp.event.code}, ${shown(icmp.event.name)}`;
  const ends = icmp === undefined ? view.events(path, "end") : [];
  return view.evidence(`${view.name(path)}: ${what}`, sent, errors, ends);
}

function words(icmp: IcmpEvent | undefined, path: PathReport): string {
  if (icmp === undefined) return "a router or firewall reports the destination as unreachable";
  return `${nameSender(icmp, path)} answers ${quote(icmp.name)}${meaning(icmp, path)}`;
}

/** Unreachable is less than prohibited: a last router says it when no such host answers there. */
function meaning(icmp: IcmpEvent, path: PathReport): string {
  if (senderOf(icmp, path) === "self") return ": this machine itself has no way there";
  if (isTimeExceeded(icmp)) return ": a routing loop, or a hop limit that is too small; nobody forbids it";
  if (icmp.failure === "host-unreachable") return ": no host answers there, or a filter says so";
  if (icmp.failure === "net-unreachable") return ": it has no way there, or a filter says so";
  return senderOf(icmp, path) === "gateway" ? ": the gateway's own firewall, or one that speaks in its name" : "";
}

function advice(icmp: IcmpEvent | undefined, path: PathReport): string[] {
  const sender = icmp === undefined ? "unknown" : senderOf(icmp, path);
  if (icmp !== undefined && isTimeExceeded(icmp)) {
    return [
      `Here: run traceroute to ${path.address}: routers that come again and again are the loop; ask whoever runs ` +
      `${shown(icmp.from ?? "them")} to look at the route.`,
    ];
  }
  const port = `${path.transport === "udp" ? "UDP" : "TCP"} ${path.port}`;
  switch (sender) {
    case "self":
      return ["Here: look at this machine's routes, neighbours and packet filter."];
    case "gateway":
      return [`Gateway: look at its packet filter: does it reject ${port}?`];
    case "router":
      return [`Here: ask whoever runs ${icmp!.from} to allow ${port} to ${path.address}.`];
    case "unknown":
      return [`Here: ask the network's administrator whether ${port} to ${path.address} is allowed.`];
  }
}
