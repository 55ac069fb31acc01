/** Rows with real gateways behind a real middlebox, in network namespaces: the program runs there as a user runs it. */
import {
  assertHealthy,
  GATEWAY4,
  type GatewayName,
  type GatewayOptions,
  probe,
  type Testbed,
  withTestbed,
} from "../testbed/mod.ts";
import type { ProfileOptions } from "../testbed/testbed.ts";
import type { Outcome, Row, RowBase } from "./row.ts";

/** A daemon and its options. */
export type Daemon = { readonly [N in GatewayName]: readonly [N, GatewayOptions[N]?] }[GatewayName];

/** A row as it is written down. */
export interface NamespaceRow extends RowBase {
  /** Default: libreswan; none: the host has no IKE. */
  readonly gateways?: readonly Daemon[];
  /** The middlebox, as `topology profile` names it, with its arguments. */
  readonly profile?: readonly [name: string, ...args: (string | number)[]];
  readonly profileOptions?: ProfileOptions;
  /** Further rules of the middlebox, in nft's words, in chain `forward` (or `pre`, before routing) of table `inet row`. */
  readonly forward?: string;
  readonly pre?: string;
  /** The client's hosts file. */
  readonly hosts?: Readonly<Record<string, readonly string[]>>;
  /** Default: {@linkcode GATEWAY4}. */
  readonly target?: string;
  /** What happens before the probe. */
  readonly before?: (bed: Testbed) => Promise<unknown>;
  /** What happens before, in words. */
  readonly beforeWords?: string;
  /** The gateway ignores the client afterwards, as before. */
  readonly staysSilent?: true;
}

/** Makes it a row that can be run. */
export function behind(row: NamespaceRow): Row {
  const { name, options, expect } = row;
  return { name, options, expect, venue: "netns", madeBy: describe(row), run: () => run(row) };
}

async function run(row: NamespaceRow): Promise<Outcome> {
  let outcome: Outcome | undefined;
  await withTestbed(async (bed) => {
    for (const daemon of row.gateways ?? [["libreswan"] as const]) await bed.gateway(...(daemon as ["libreswan"]));
    await bed.hosts(row.hosts ?? {});
    await row.before?.(bed);
    await bed.profile(row.profile?.[0] ?? "open", row.profile?.slice(1), row.profileOptions);
    for (const [chain, rules] of [["forward", row.forward], ["pre", row.pre]] as const) {
      if (rules !== undefined) await bed.script("topology", "exec", "mbox", "nft", chainWith(chain, rules));
    }
    outcome = await probe(bed, ...row.options ?? [], row.target ?? GATEWAY4);
    // Whatever the middlebox did, the probe must leave every gateway as healthy as it was.
    if (!row.staysSilent) await assertHealthy(bed);
  });
  return outcome!;
}

const HOOKS = {
  forward: "type filter hook forward priority 1;",
  // Before the profiles' own redirections.
  pre: "type nat hook prerouting priority -101;",
} as const;

function chainWith(chain: keyof typeof HOOKS, rules: string): string {
  return `table inet row {\nchain ${chain} {\n${HOOKS[chain]}\n${rules}\n}\n}`;
}

function describe(row: NamespaceRow): string {
  const { gateways = [["libreswan"] as const], profile, profileOptions = {}, forward, pre, beforeWords } = row;
  const daemons = gateways.map(([name, options]) =>
    [name, ...Object.entries(options ?? {}).map(([key, value]) => value === true ? key : `${key} ${value}`)].join(" ")
  );
  const settings = Object.entries(profileOptions).map(([key, value]) => `${key} ${value}`);
  const box = profile === undefined && settings.length === 0
    ? []
    : [`\`${[profile?.join(" ") ?? "open", ...settings].join(" ")}\``];
  const rules = [forward, pre].flatMap((rule) => rule === undefined ? [] : [`nft \`${rule}\``]);
  return [
    daemons.length === 0 ? "no gateway" : daemons.join(" and "),
    ...beforeWords === undefined ? [] : [beforeWords],
    ...box,
    ...rules,
  ].join(", ");
}
