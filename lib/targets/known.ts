/** What runs for other hosts have found at an address that a later one shares with them. */
import type { Earlier, Report } from "../model/mod.ts";

interface Known {
  readonly started: string;
  /** Ids of paths without their address: few combinations, which addresses share. */
  readonly accepted: readonly string[];
}

/** Kept for every address of a run, in as little room as can be. */
export class KnownPaths {
  readonly #known = new Map<string, Known>();
  readonly #lists = new Map<string, readonly string[]>();

  /** Remembers the paths that a client could use. */
  note(report: Report): void {
    for (const { address } of report.target.addresses) {
      const here = report.paths.filter((path) => path.address === address);
      if (!here.some(({ ike }) => ike?.outcome === "accepted")) continue;
      const usable = here.filter(({ ike }) => ike?.outcome === "accepted" || ike?.outcome === "alive");
      const accepted = usable.map(({ id }) => id.slice(0, id.indexOf("@")));
      this.#known.set(address, { started: report.started, accepted: this.#shared(accepted) });
    }
  }

  #shared(list: readonly string[]): readonly string[] {
    const key = list.join();
    const known = this.#lists.get(key) ?? list;
    this.#lists.set(key, known);
    return known;
  }

  /** What is known of a host's addresses; undefined: nothing. */
  at(addresses: readonly string[]): Earlier | undefined {
    const found = addresses.flatMap((address) => {
      const known = this.#known.get(address);
      return known === undefined ? [] : [{ address, ...known }];
    });
    const started = found.map((known) => known.started).toSorted()[0];
    if (started === undefined) return undefined;
    return {
      started,
      accepted: found.flatMap(({ address, accepted }) => accepted.map((spec) => `${spec}@${address}`)),
    };
  }
}
