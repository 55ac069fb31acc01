/** The comparison that the README shows is one: TCP 4500 is dropped at home. `UPDATE_SNAPSHOTS=1` writes it anew. */
import { assertEquals } from "@std/assert";
import { DEFAULT_SETTINGS, probeHost } from "../lib/probe/mod.ts";
import { compareFiles } from "../lib/report/diff/compare.ts";
import { renderDiff } from "../lib/report/diff/text.ts";
import { REPORTS } from "./report/reports.ts";
import { drop, runGateway, SimulatedNetwork } from "./sim/mod.ts";

const README = new URL("../README.md", import.meta.url);
const COMMAND = "$ ike-tcp diff office.json home.json\n";
const { tool } = REPORTS.ready!;

async function report(started: string, middleboxes: SimulatedNetwork["middleboxes"]) {
  const network = new SimulatedNetwork({ names: { "vpn.example.org": ["203.0.113.2"] }, latency: 12, middleboxes });
  const gateway = await runGateway(network.addHost(["203.0.113.2"]), {
    listen: [{ transport: "udp", port: 500 }, { transport: "udp", port: 4500 }, { transport: "tcp", port: 4500 }],
  });
  const facts = await probeHost("vpn.example.org", DEFAULT_SETTINGS, network, { tool, started });
  await gateway.close();
  return [facts];
}

Deno.test("README: the comparison that it shows is what diff prints", async () => {
  const [office, home] = [
    await report("2026-11-24T09:12:40Z", []),
    await report("2026-11-24T19:30:02Z", [drop({ protocol: "tcp", port: 4500 })]),
  ];
  const diff = compareFiles({ file: "office.json", reports: office }, { file: "home.json", reports: home }, tool);
  const printed = renderDiff(diff, { width: 100, color: false, verbose: false });
  const readme = await Deno.readTextFile(README);
  const begin = readme.indexOf(COMMAND) + COMMAND.length;
  const end = readme.indexOf("```", begin);
  if (Deno.env.get("UPDATE_SNAPSHOTS") === "1") {
    await Deno.writeTextFile(README, readme.slice(0, begin) + printed + readme.slice(end));
  } else assertEquals(readme.slice(begin, end), printed);
});
