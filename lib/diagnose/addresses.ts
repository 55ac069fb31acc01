/** The addresses of a host, compared: which are dead, and whether that is a whole family. */
import { isDead } from "./life.ts";
import { isAllSilent } from "./udp.ts";
import type { View } from "./view.ts";

/** Addresses at which every path was silent and nothing shows life. */
export function deadAddresses(view: View): string[] {
  return view.addresses.filter((address) => isAllSilent(view, address));
}

/** A family none of whose addresses works, while the other family's do. */
export interface DeadFamily {
  readonly family: 4 | 6;
  readonly addresses: readonly string[];
  /** This machine could not even try: it has no such family, or no route. */
  readonly local: boolean;
}

/** The family of an address as the paths have it. */
export function familyOf(address: string): 4 | 6 {
  return address.includes(":") ? 6 : 4;
}

/** At most one family can be broken while the other works. */
export function deadFamilies(view: View): DeadFamily[] {
  return ([4, 6] as const).flatMap((family) => {
    const here = view.addresses.filter((address) => familyOf(address) === family);
    const there = view.addresses.filter((address) => familyOf(address) !== family);
    const works = (addresses: readonly string[]) =>
      addresses.some((address) => view.at(address).some((path) => view.works(path)));
    if (here.length === 0 || !works(there) || here.some((address) => view.at(address).length === 0)) return [];
    const local = here.every((address) => view.at(address).every((path) => path.state === "failed"));
    const dead = here.every((address) =>
      view.at(address).every((path) => path.state === "failed") || isDead(view, address)
    );
    return local || dead ? [{ family, addresses: here, local }] : [];
  });
}
