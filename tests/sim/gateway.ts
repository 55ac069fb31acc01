/** The project's own gateway, with its faults, on a host of the simulated network. */
import {
  type Gateway,
  type GatewayEvent,
  type GatewayOptions,
  parseFault,
  startGateway,
} from "../../lib/gateway/mod.ts";
import type { ListenSpec } from "../../lib/gateway/mod.ts";
import type { SimulatedHost } from "./host.ts";

/** The paths that a probe tries by default, but for `tcp-443`. */
export const ORDINARY_LISTENERS: readonly Omit<ListenSpec, "address">[] = [
  { transport: "udp", port: 500 },
  { transport: "udp", port: 4500 },
  { transport: "tcp", port: 4500 },
  { transport: "tls", port: 443 },
];

/** Options of {@linkcode runGateway}. */
export interface SimulatedGatewayOptions extends Omit<Partial<GatewayOptions>, "faults" | "listen"> {
  /** As `--fault` takes them. */
  readonly faults?: readonly string[];
  /** Default: {@linkcode ORDINARY_LISTENERS}. */
  readonly listen?: readonly Omit<ListenSpec, "address">[];
  readonly onEvent?: (event: GatewayEvent) => void;
}

/** Starts a gateway on all addresses of a host. */
export function runGateway(host: SimulatedHost, options: SimulatedGatewayOptions = {}): Promise<Gateway> {
  const specs = options.listen ?? ORDINARY_LISTENERS;
  const listen = host.addresses.flatMap((address) => specs.map((spec) => ({ ...spec, address })));
  const faults = (options.faults ?? []).map(parseFault);
  return startGateway({ ...options, listen, faults }, { host, onEvent: options.onEvent });
}
