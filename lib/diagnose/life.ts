/**
 * What shows that somebody is alive at an address. Silence on one path means something only beside life on another; and
 * life of the host is less than life of its IKE service.
 */
import type { PathReport } from "../model/mod.ts";
import type { Seen, Trial, View } from "./view.ts";
import { isStream, stood } from "./view.ts";

/** `ike`: IKE answered. `host`: the host's TCP or ICMP did, or somebody in its name. */
export type Strength = "ike" | "host";

/** One sign of life. */
export interface LifeSign {
  readonly strength: Strength;
  /** What was seen, as a clause. */
  readonly text: string;
  readonly seen: readonly Seen[];
  /**
   * Somebody refused, with RST or ICMP. Proxies and portals accept in the name of any host, living or not; who refuses
   * has mostly looked.
   */
  readonly refuses?: true;
}

/** Signs of life of an address, the strongest first; of all its paths but the ones that are asked about. */
export function lifeSigns(view: View, address: string, except: readonly PathReport[] = []): LifeSign[] {
  const proxied = view.trialsAt(address, "tcp-closed-port").some((trial) => trial.result === "connected");
  const paths = view.at(address).filter((path) => !except.includes(path));
  const signs = [
    ...paths.flatMap((path) => pathSign(view, path, proxied) ?? []),
    ...view.trials.flatMap((trial) => trialSign(view, trial, address) ?? []),
  ];
  return [...signs.filter((sign) => sign.strength === "ike"), ...signs.filter((sign) => sign.strength === "host")];
}

/** Whether nothing at all shows that somebody is at an address, and something was tried. */
export function isDead(view: View, address: string): boolean {
  const tried = view.at(address).filter((path) => path.state !== "failed");
  return tried.length > 0 && lifeSigns(view, address).length === 0;
}

function pathSign(view: View, path: PathReport, proxied: boolean): LifeSign | undefined {
  const name = view.name(path);
  if (path.ike !== undefined) {
    const answers = view.messages(path).filter(({ event }) => event.fit === "answer");
    return { strength: "ike", text: `IKE answers over ${name}`, seen: answers.slice(0, 1) };
  }
  const strays = view.messages(path).filter(({ event }) => event.from?.address === path.address || isStream(path));
  if (strays.length > 0) {
    return { strength: "host", text: `something answers over ${name}`, seen: strays.slice(0, 1) };
  }
  if (isStream(path)) return proxied ? undefined : streamSign(view, path, name);
  const icmp = view.events(path, "icmp").find(({ event }) => event.from === path.address);
  return icmp && { strength: "host", text: `the host answers ${name} with an ICMP error`, seen: [icmp], refuses: true };
}

function streamSign(view: View, path: PathReport, name: string): LifeSign | undefined {
  if (stood(path)) {
    return { strength: "host", text: `${name} accepts connections`, seen: view.events(path, "connected").slice(0, 1) };
  }
  if (path.state !== "refused") return undefined;
  const icmp = view.events(path, "icmp");
  if (icmp.length > 0 && icmp.every(({ event }) => event.from !== path.address)) return undefined;
  return {
    strength: "host",
    text: `${name} refuses connections`,
    seen: view.events(path, "end").slice(0, 1),
    refuses: true,
  };
}

function trialSign(view: View, trial: Trial, address: string): LifeSign | undefined {
  if (view.path(trial.path)?.address !== address) return undefined;
  const seen = view.trialEvents(trial);
  if (trial.name.startsWith("udp-") && trial.result === "answered") {
    return { strength: "ike", text: `IKE answers the experiment ${trial.name}`, seen };
  }
  if (trial.name === "udp-closed-port" && udpPassesBothWays(view, trial)) {
    const text = "a closed UDP port of the host answers with ICMP port unreachable";
    return { strength: "host", text, seen, refuses: true };
  }
  if (trial.name === "tcp-closed-port" && trial.result === "refused") {
    return { strength: "host", text: "a closed TCP port of the host answers with RST", seen, refuses: true };
  }
  return undefined;
}

/** ICMP port unreachable from the gateway itself: our datagram got there, and its reaction got here. */
export function udpPassesBothWays(view: View, trial: Trial): boolean {
  const address = view.path(trial.path)?.address;
  return trial.result === "refused" &&
    view.trialEvents(trial, "icmp").some(({ event }) => event.failure === "refused" && event.from === address);
}
