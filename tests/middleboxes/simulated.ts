/** Rows that run in the simulated network: the program from its arguments to its JSON, in virtual time. */
import { command, runProbe } from "../../commands/probe.ts";
import type { ResponderPolicy } from "../../lib/exchange/responder_policy.ts";
import { DEFAULT_POLICY } from "../../lib/exchange/responder_policy.ts";
import { parseOptions } from "../../lib/cli/options.ts";
import { fakeTerminal } from "../cli/fake_terminal.ts";
import {
  type HostOptions,
  type Middlebox,
  runGateway,
  type SimulatedGatewayOptions,
  type SimulatedHost,
  SimulatedNetwork,
  type SimulatedNetworkOptions,
} from "../sim/mod.ts";
import type { Row, RowBase } from "./row.ts";

/** The gateway's address, as long as a row does not say otherwise. */
export const GATEWAY = "203.0.113.2";
/** Another address that rows may use. */
export const OTHER = "203.0.113.3";
/** IPv6 addresses of the same two. */
export const GATEWAY6 = "2001:db8:77::2";
/** The first router on the client's side. */
export const ROUTER = "10.77.0.1";

/** UDP 500, UDP 4500 and TCP 4500, as libreswan has them. */
export const PLAIN: SimulatedGatewayOptions["listen"] = [
  { transport: "udp", port: 500 },
  { transport: "udp", port: 4500 },
  { transport: "tcp", port: 4500 },
];
/** The same and TLS 443. */
export const WITH_TLS: SimulatedGatewayOptions["listen"] = [...PLAIN, { transport: "tls", port: 443 }];
/** UDP alone, as strongSwan and OpenIKED. */
export const UDP_ONLY = PLAIN.filter(({ transport }) => transport === "udp");

/** A host of a row. */
export interface HostSetup {
  readonly addresses: readonly string[];
  readonly options?: HostOptions;
  /** null: no gateway runs there. */
  readonly gateway?: SimulatedGatewayOptions | null;
  /** What else runs there. */
  readonly script?: (host: SimulatedHost, network: SimulatedNetwork) => void;
}

/** What is between the client and the hosts, and what they are. */
export interface World extends Omit<SimulatedNetworkOptions, "middleboxes"> {
  /** `--fault` of the gateway. */
  readonly faults?: readonly string[];
  readonly policy?: Partial<ResponderPolicy>;
  readonly listen?: SimulatedGatewayOptions["listen"];
  /** Of the gateway's host. */
  readonly host?: HostOptions;
  /** In place of the one gateway at {@linkcode GATEWAY}. */
  readonly hosts?: readonly HostSetup[];
  /** Made anew for each run, as some remember. */
  readonly middleboxes?: (network: SimulatedNetwork) => readonly Middlebox[];
  /** Default: {@linkcode GATEWAY}. */
  readonly target?: string;
}

/** A row as it is written down. */
export interface SimulatedRow extends RowBase {
  readonly world: World;
}

/** Makes it a row that can be run. */
export function simulated(row: SimulatedRow): Row {
  return {
    name: row.name,
    options: row.options,
    expect: row.expect,
    ...(row.seeds !== undefined && { seeds: row.seeds }),
    venue: "sim",
    madeBy: describe(row.world) + (row.seeds === undefined ? "" : `, ${row.seeds} times`),
    async run(seed) {
      const network = new SimulatedNetwork({ ...worldOptions(row.world), ...(seed !== undefined && { seed }) });
      const gateways = await Promise.all(hostsOf(row.world).map((host) => start(network, host)));
      network.middleboxes.push(...row.world.middleboxes?.(network) ?? []);
      const terminal = fakeTerminal();
      const args = ["--format", "json", ...row.options ?? [], row.world.target ?? GATEWAY];
      const { options, operands } = parseOptions(args, command.options, terminal.environment);
      const code = await runProbe({ options, operands, terminal }, network);
      await Promise.all(gateways.map((gateway) => gateway?.close()));
      return { report: JSON.parse(terminal.stdout()), code };
    },
  };
}

function worldOptions({ middleboxes: _, ...options }: World): SimulatedNetworkOptions {
  return options;
}

function hostsOf(world: World): readonly HostSetup[] {
  const { faults, policy, listen = PLAIN, host } = world;
  const gateway = { faults, listen, ...(policy && { policy: { ...DEFAULT_POLICY, ...policy } }) };
  return world.hosts ?? [{ addresses: [GATEWAY], options: host, gateway }];
}

async function start(network: SimulatedNetwork, { addresses, options, gateway, script }: HostSetup) {
  const host = network.addHost(addresses, options);
  script?.(host, network);
  if (gateway === null) return undefined;
  return await runGateway(host, { listen: PLAIN, ...gateway });
}

/** How the fault is made, in the words of `--fault` and of the middleboxes' names. */
function describe(world: World): string {
  const faults = hostsOf(world).flatMap(({ gateway }) => gateway?.faults ?? []);
  const boxes = world.middleboxes?.(new SimulatedNetwork()) ?? [];
  const parts = [...faults.map((fault) => `\`${fault}\``), ...boxes.map((box) => box.name)];
  if (world.latency !== undefined) parts.push(`round trip ${2 * world.latency} ms`);
  return parts.join(", ");
}
