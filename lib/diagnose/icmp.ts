/** Who sent an ICMP error about a path, and what that means: the gateway itself, a router, or this very machine. */
import type { IcmpEvent, PathReport } from "../model/mod.ts";
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
