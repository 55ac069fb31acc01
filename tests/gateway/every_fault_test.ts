/** Whatever a gateway does, a probe of it ends in time and reports. */
import { assert, assertEquals } from "@std/assert";
import { FAULTS } from "../../lib/gateway/mod.ts";
import type { PathSpec } from "../../lib/model/mod.ts";
import { DEFAULT_SETTINGS, probeHost, type ProbeSettings } from "../../lib/probe/mod.ts";
import { runGateway, SimulatedNetwork } from "../sim/mod.ts";
import { faultExample } from "./fault_examples.ts";
import { soundFacts } from "../testbed/report.ts";

const ADDRESS = "203.0.113.2";
const PATHS: readonly PathSpec[] = [
  { transport: "udp", port: 500 },
  { transport: "udp", port: 4500 },
  { transport: "tcp", port: 4500 },
  { transport: "tls", port: 443 },
];
const SETTINGS: ProbeSettings = { ...DEFAULT_SETTINGS, paths: PATHS, named: true, natSearchSeconds: 0 };
const HOOKS = {
  tool: { name: "", version: "", runtime: "", platform: "" },
  started: "2026-01-01T00:00:00Z",
  // A connection may outlive the report.
  linger: () => {},
};

/** A host with every path failing must be done by then, in milliseconds. */
const LONGEST_MS = 8000;

for (const { name, transports } of FAULTS) {
  Deno.test(`every fault: a probe of a gateway with ${name} ends in time, with a state for each path`, async () => {
    for (const transport of transports) {
      const network = new SimulatedNetwork({ latency: 10 });
      const host = network.addHost([ADDRESS, "203.0.113.3"]);
      const gateway = await runGateway(host, { faults: [`${transport}:${faultExample({ name })}`] });
      const begun = network.clock.now();
      const facts = soundFacts(await probeHost(ADDRESS, SETTINGS, network, HOOKS));
      const took = network.clock.now() - begun;
      await gateway.close();
      assert(took <= LONGEST_MS, `${transport}: ${took} ms`);
      // Where it redirects to, is probed too.
      const own = facts.paths.filter((path) => path.address === ADDRESS);
      assertEquals(own.map((path) => path.transport), PATHS.map((path) => path.transport));
      // What is not told to fail, works.
      for (const path of own) if (path.transport !== transport) assertEquals(path.state, "answered", path.id);
    }
  });
}
