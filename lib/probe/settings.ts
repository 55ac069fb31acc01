/** What a user can ask of a probe, and what is done when nothing was asked. */
import { groupName } from "../ike/mod.ts";
import {
  DEFAULT_PATHS,
  type Expectation,
  formatPathSpec,
  parsePathSpec,
  type PathSpec,
  type RunOptions,
} from "../model/mod.ts";

/** Settings of one run. */
export interface ProbeSettings {
  readonly paths: readonly PathSpec[];
  /** `--paths` was given: each of its paths is expected to work. */
  readonly named: boolean;
  /** `--require`: probed also when `paths` lacks them. */
  readonly require: readonly PathSpec[];
  /** `--expect`: its paths are probed also when `paths` lacks them. */
  readonly expectation?: Expectation;
  /** Only addresses of this family. */
  readonly family?: 4 | 6;
  /** For each path, in milliseconds. */
  readonly timeoutMs: number;
  /** Retransmissions of each request over UDP. */
  readonly retries: number;
  /** Groups offered, by IANA number; a KE payload of the first one is sent first. */
  readonly groups: readonly number[];
  /** Local address to send from. */
  readonly source?: string;
  /** For SNI and the certificate check; default: the host, unless it is an address. */
  readonly serverName?: string;
  /** Half-open SAs that a run may leave at one address of the gateway. */
  readonly maxHalfOpen: number;
  /** Ids of paths that are asked with messages that leave no state, and are at best found `alive`. Default: none. */
  readonly sparing?: ReadonlySet<string>;
  /** `quick`: no experiments; `deep`: experiments may take longer. */
  readonly mode: "quick" | "normal" | "deep";
  /** Where our packets appear to come from, when the user knows. */
  readonly publicAddress?: string;
  /** How long to search for the preimage of a NAT_DETECTION hash; 0: not at all. */
  readonly natSearchSeconds: number;
}

/** A host without the brackets that an IPv6 address may have. */
export function hostName(input: string): string {
  return input.replace(/^\[(.*)\]$/, "$1");
}

/** The paths of `--expect`. */
export function expectedPaths({ expectation }: Pick<ProbeSettings, "expectation">): PathSpec[] {
  return (expectation?.paths ?? []).map(({ path }) => parsePathSpec(path));
}

/** What is tried on every address, by name: a required or expected path also when `paths` lacks it. */
export function pathsToTry(
  settings: Pick<ProbeSettings, "paths" | "require" | "expectation">,
): ReadonlyMap<string, PathSpec> {
  const all = [...settings.paths, ...settings.require, ...expectedPaths(settings)];
  return new Map(all.map((spec) => [formatPathSpec(spec), spec]));
}

/** The settings as a report has them. */
export function runOptions(settings: ProbeSettings): RunOptions {
  const { family, publicAddress, serverName, source } = settings;
  return {
    timeout_ms: settings.timeoutMs,
    retries: settings.retries,
    paths: [...pathsToTry(settings).keys()],
    require: settings.require.map(formatPathSpec),
    groups: settings.groups.map(groupName),
    mode: settings.mode,
    ...(publicAddress !== undefined && { public_address: publicAddress }),
    ...(family !== undefined && { family }),
    ...(source !== undefined && { source }),
    ...(serverName !== undefined && { server_name: serverName }),
  };
}

/** X25519, ECP 256, 384, 521, MODP 2048, 3072, 4096. */
export const DEFAULT_GROUPS: readonly number[] = [31, 19, 20, 21, 14, 15, 16];

/** A probe without any option. */
export const DEFAULT_SETTINGS: ProbeSettings = {
  paths: DEFAULT_PATHS,
  named: false,
  require: [],
  timeoutMs: 3000,
  retries: 2,
  groups: DEFAULT_GROUPS,
  maxHalfOpen: 4,
  mode: "normal",
  natSearchSeconds: 2,
};
