/** Facts of a probe against the project's own gateway, in the simulated network. */
import type { Facts } from "../../lib/model/mod.ts";
import { DEFAULT_SETTINGS, probeHost, type ProbeSettings } from "../../lib/probe/mod.ts";
import { runGateway, SimulatedNetwork, type SimulatedNetworkOptions } from "../sim/mod.ts";
import { REPORTS } from "./reports.ts";
import { soundFacts } from "../testbed/report.ts";

/** @param faults as `serve --fault` takes them */
export async function runSimulated(
  faults: readonly string[] = [],
  settings: Partial<ProbeSettings> = {},
  world: SimulatedNetworkOptions = {},
): Promise<Facts> {
  const network = new SimulatedNetwork(world);
  const gateway = await runGateway(network.addHost(["203.0.113.2"]), { faults });
  const hooks = { tool: REPORTS.ready!.tool, started: "2026-11-23T12:00:00.000Z" };
  const facts = await probeHost(
    "203.0.113.2",
    { ...DEFAULT_SETTINGS, natSearchSeconds: 0, ...settings },
    network,
    hooks,
  );
  await gateway.close();
  return soundFacts(facts);
}
