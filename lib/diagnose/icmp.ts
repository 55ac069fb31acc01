/** Who sent an ICMP error about a path, and what that means: the gateway itself, a router, or this very machine. */
import type { Confidence, IcmpEvent, PathReport } from "../model/mod.ts";
import { escapeText } from "../wire/mod.ts";
import type { Seen, View } from "./view.ts";

/** `self`: this machine; `gateway`: the address that was probed; `router`: somebody else; `unknown`: the system did not tell. */
export type IcmpSender = "self" | "gateway" | "router" | "unknown";

/** The ICMP error that ended a path; undefined when there was none. */
export function decisiveIcmp(view: View, path: PathReport): Seen<IcmpEvent> | undefined {
  return view.events(path, "icmp").findLast(({ event }) => event.failure !== "message-too-long");
}

/** Who sent it. */
export function senderOf(icmp: IcmpEvent, path: PathReport): IcmpSender {
  if (icmp.from === null) return "unknown";
  if (icmp.from === path.address) return "gateway";
  return icmp.from === path.local?.address ? "self" : "router";
}

/**
 * A refusal that does not come from the gateway is a prohibition: packet filters answer with ICMP port unreachable in
 * their own name.
 */
export function isProhibited(view: View, path: PathReport): boolean {
  if (path.state === "prohibited") return true;
  const icmp = path.state === "refused" ? decisiveIcmp(view, path) : undefined;
  return icmp !== undefined && ["router", "self"].includes(senderOf(icmp.event, path));
}

/** Time exceeded (RFC 792, RFC 4443 §3.3): the datagram ran out of hops, in a loop or because it began with too few. */
export function isTimeExceeded(icmp: IcmpEvent): boolean {
  return icmp.type === (icmp.version === 4 ? 11 : 3);
}

/**
 * How sure ICMP errors make us of a path, whose sender the system names or not. One can be forged, or may come of a moment in
 * which a route was missing; and where an answer came as well, somebody does get through.
 */
export function icmpConfidence(view: View, path: PathReport): Confidence {
  const decisive = decisiveIcmp(view, path);
  if (view.messages(path).some(({ event }) => event.fit === "answer")) return "possible";
  if (decisive === undefined || decisive.event.from === null) return "likely";
  const { from, type, code } = decisive.event;
  const all = [
    ...view.events(path, "icmp"),
    ...view.ownTrials(path).flatMap((trial) => view.trialEvents(trial, "icmp")),
  ];
  const same = all.filter(({ event }) => event.from === from && event.type === type && event.code === code);
  return same.length > 1 ? "certain" : "likely";
}

/** `the router 10.0.0.1`, as a sentence names who sent it. */
export function nameSender(icmp: IcmpEvent, path: PathReport): string {
  switch (senderOf(icmp, path)) {
    case "self":
      return `this machine (${escapeText(icmp.from ?? "")})`;
    case "gateway":
      return "the gateway's own address";
    case "router":
      return `the router ${escapeText(icmp.from ?? "")}`;
    case "unknown":
      return "a router that the system does not name";
  }
}
