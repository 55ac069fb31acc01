/** What became of the SYN of a path that never connected. */
import type { PathReport } from "../model/mod.ts";
import { isProhibited } from "./icmp.ts";
import { isAllSilent } from "./udp.ts";
import { isStream, stood, type View } from "./view.ts";

/** Expected streams whose SYN got no answer, where something else is known of the address. */
export function filteredAt(view: View, address: string): PathReport[] {
  if (isAllSilent(view, address)) return [];
  return view.at(address).filter((path) => isStream(path) && path.expected && path.state === "silent" && !stood(path));
}

/** One SYN more was answered: what was lost before was lost by chance, or for a while. */
export function answersLater(view: View, path: PathReport): boolean {
  return view.trialsOf(path, "tcp-silence").some(({ result }) => result === "connected" || result === "refused");
}

/** Expected streams whose SYN was answered with RST (or with the gateway's own port unreachable). */
export function refusedAt(view: View, address: string): PathReport[] {
  return view.at(address).filter((path) =>
    isStream(path) && path.expected && path.state === "refused" && !isProhibited(view, path)
  );
}

/** Whether an address takes part in RFC 9329 on some port, as far as was tried. */
export function offersTcp(view: View, address: string): boolean {
  return view.at(address).some((path) => isStream(path) && path.ike !== undefined);
}
