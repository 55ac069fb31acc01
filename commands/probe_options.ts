/** What and how to probe: options of every command that does, and how they become the settings of a run. */
import { UsageError } from "../lib/cli/failure.ts";
import type { OptionTable, OptionValues } from "../lib/cli/option.ts";
import { DEFAULT_PATHS, formatPathSpec, parsePathSpec, type PathSpec } from "../lib/model/mod.ts";
import type { ProbeSettings } from "../lib/probe/settings.ts";
import { escapeText, isAddress } from "../lib/wire/mod.ts";

/** See `ike-tcp probe --help`. */
export const PROBE_OPTIONS = {
  paths: {
    type: "list",
    value: "PATH,...",
    default: DEFAULT_PATHS.map(formatPathSpec),
    help: "what to try on every address: udp-PORT[/bare|/marker], tcp-PORT, tls-PORT",
  },
  require: {
    type: "list",
    value: "PATH,...",
    help: "exit 2 unless each of these accepts IKE; they are tried even when --paths lacks them",
  },
  ipv4: { type: "boolean", short: "4", help: "only IPv4 addresses" },
  ipv6: { type: "boolean", short: "6", help: "only IPv6 addresses" },
  timeout: {
    type: "duration",
    short: "t",
    value: "TIME",
    default: 3000,
    min: 100,
    max: 60_000,
    help: "how long to wait for each path (3, 3s, 500ms)",
  },
  retries: {
    type: "number",
    value: "N",
    default: 2,
    max: 10,
    help: "retransmissions of each request over UDP",
  },
  groups: {
    type: "list",
    value: "GROUP,...",
    help: "key exchange groups to offer, by name or number; a public value of the first one is sent first",
  },
  source: { type: "string", value: "ADDRESS", help: "local address to send from" },
  "server-name": {
    type: "string",
    value: "NAME",
    help: "name for TLS: sent as SNI, and the certificate is checked against it; without it HOST's",
  },
  "max-half-open": {
    type: "number",
    value: "N",
    default: 4,
    min: 1,
    max: 100,
    help: "half-open SAs that the run may leave at one address of the gateway",
  },
  quick: { type: "boolean", help: "no experiments: say what failed, not why" },
  deep: { type: "boolean", help: "experiments may take longer" },
  "public-address": {
    type: "string",
    value: "ADDRESS",
    help: "the address that we appear from, if you know it: finds out more about NAT",
  },
  "nat-search": {
    type: "duration",
    value: "TIME",
    default: 2000,
    max: 3_600_000,
    help: "how long to search for the address behind a NAT detection hash; 0: not at all",
  },
} as const satisfies OptionTable;

type ProbeValues = OptionValues<typeof PROBE_OPTIONS>;

/** Key exchange groups that a public value can be made for. */
interface OfferableGroups {
  /** IANA numbers. */
  readonly ids: readonly number[];
  numberOf(name: string): number | undefined;
  nameOf(id: number): string;
}

/**
 * The operands, checked as far as no resolver is needed.
 *
 * @throws {UsageError} for what cannot be a host
 */
export function checkHosts(hosts: readonly string[]): void {
  for (const host of hosts) {
    const shown = escapeText(host);
    if (host === "") throw new UsageError("Empty HOST: a name or an address is needed");
    if (host.includes("/")) {
      throw new UsageError(`Cannot probe "${shown}": a name or an address is needed, no URL or prefix`);
    }
    if (/^(\[.*\]|[^:]*):\d+$/.test(host)) {
      throw new UsageError(`Cannot probe "${shown}": ports go into --paths, as in --paths udp-4500,tcp-443`);
    }
  }
}

/**
 * The settings that the options ask for.
 *
 * @throws {UsageError} for values that cannot be
 */
export async function probeSettings(options: ProbeValues): Promise<ProbeSettings> {
  const { DEFAULT_SETTINGS } = await import("../lib/probe/settings.ts");
  const { groupByName, groupName } = await import("../lib/ike/mod.ts");
  const { KEY_EXCHANGE_GROUPS } = await import("../lib/crypto/mod.ts");
  const ids = KEY_EXCHANGE_GROUPS.map((group) => group.id);
  return settingsFor(options, { ids, numberOf: groupByName, nameOf: groupName }, DEFAULT_SETTINGS);
}

function settingsFor(options: ProbeValues, groups: OfferableGroups, defaults: ProbeSettings): ProbeSettings {
  if (options.ipv4 && options.ipv6) throw new UsageError("--ipv4 and --ipv6 exclude each other: give neither for both");
  if (options.quick && options.deep) throw new UsageError("--quick and --deep exclude each other");
  const paths = readPaths(options.paths);
  if (paths.length === 0) throw new UsageError("--paths needs at least one path");
  const { source } = options;
  const publicAddress = options["public-address"];
  const serverName = options["server-name"];
  requireAddress("--source", source);
  requireAddress("--public-address", publicAddress);
  return {
    ...defaults,
    paths,
    named: options.paths !== PROBE_OPTIONS.paths.default,
    require: readPaths(options.require ?? []),
    ...(options.ipv4 && { family: 4 as const }),
    ...(options.ipv6 && { family: 6 as const }),
    timeoutMs: options.timeout,
    retries: options.retries,
    groups: readGroups(options.groups, groups) ?? defaults.groups,
    ...(source !== undefined && { source }),
    ...(serverName !== undefined && { serverName }),
    maxHalfOpen: options["max-half-open"],
    mode: options.quick ? "quick" : options.deep ? "deep" : "normal",
    ...(publicAddress !== undefined && { publicAddress }),
    natSearchSeconds: options["nat-search"] / 1000,
  };
}

function readPaths(texts: readonly string[]): PathSpec[] {
  return texts.map((text) => {
    try {
      return parsePathSpec(text);
    } catch (error) {
      throw new UsageError(escapeText((error as TypeError).message));
    }
  });
}

function readGroups(names: readonly string[] | undefined, groups: OfferableGroups): number[] | undefined {
  if (names?.length === 0) throw new UsageError("--groups needs at least one group");
  return names?.map((name) => {
    const id = groups.numberOf(name);
    if (id !== undefined && groups.ids.includes(id)) return id;
    const known = groups.ids.map(groups.nameOf).join(", ");
    throw new UsageError(`Cannot offer group "${escapeText(name)}": possible are ${known}`);
  });
}

function requireAddress(option: string, text: string | undefined): void {
  if (text !== undefined && !isAddress(text)) {
    throw new UsageError(`Cannot read ${option} "${escapeText(text)}": expected an IP address`);
  }
}
