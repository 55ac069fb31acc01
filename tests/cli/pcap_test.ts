/** `--pcap`: the capture of a run, from arguments to the file. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { command, runProbe } from "../../commands/probe.ts";
import { parseOptions } from "../../lib/cli/options.ts";
import { assemble } from "../../lib/report/assemble.ts";
import { renderJsonLine } from "../../lib/report/json.ts";
import { packetsIn, readBlocks, texts } from "../capture/blocks.ts";
import { runSimulated } from "../report/simulated.ts";
import { SimulatedNetwork } from "../sim/mod.ts";
import { fakeTerminal } from "./fake_terminal.ts";
import { runCli } from "./run_cli.ts";

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "pcap-" });
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name);

Deno.test("pcap: a probe of several hosts writes one capture, beside the report", () =>
  inFolder(async (folder) => {
    const network = new SimulatedNetwork();
    network.addHost(["203.0.113.2"]);
    network.addHost(["203.0.113.3"]);
    const file = `${folder}/run.pcapng`;
    const args = ["--quick", "--format", "jsonl", "--pcap", file, "203.0.113.2", "203.0.113.3"];
    const terminal = fakeTerminal();
    const parsed = parseOptions(args, command.options, () => undefined);
    assertEquals(await runProbe({ ...parsed, terminal }, network), 2);
    assertEquals(terminal.stdout().trimEnd().split("\n").length, 2);
    const blocks = readBlocks(await Deno.readFile(file));
    const paths = blocks.filter(({ type }) => type === 1).flatMap((block) => texts(block, 2));
    assertEquals(paths.length, 10);
    for (const host of ["203.0.113.2", "203.0.113.3"]) assert(paths.includes(`udp-500@${host}`));
    assert(packetsIn(blocks).length >= 10);
    assertEquals(names(folder), ["run.pcapng"]);
  }));

Deno.test("pcap: diagnose makes the capture of a saved report", () =>
  inFolder(async (folder) => {
    const [saved, file] = [`${folder}/report.jsonl`, `${folder}/run.pcapng`];
    const report = assemble(await runSimulated());
    await Deno.writeTextFile(saved, renderJsonLine(report) + renderJsonLine(report));
    const { code, stderr } = await runCli(["diagnose", "--pcap", file, saved]);
    assertEquals([code, stderr], [0, ""]);
    const [first] = packetsIn(readBlocks(await Deno.readFile(file)));
    assertEquals(first!.us, Date.parse(report.started) * 1000 + Math.round(report.events[0]!.t_ms * 1000));
  }));

Deno.test("pcap: what cannot be written is said before anything is sent, and nothing is left behind", () =>
  inFolder(async (folder) => {
    for (
      const [file, why] of [
        [folder, "it is a directory"],
        [`${folder}/missing/run.pcapng`, "there is no such folder"],
        ["-", "standard output is for the report"],
      ] as const
    ) {
      // Documentation addresses: a probe that began would end in another way.
      const { code, stdout, stderr } = await runCli(["probe", `--pcap=${file}`, "203.0.113.2"]);
      assertEquals([code, stdout], [3, ""]);
      assertStringIncludes(stderr, why);
    }
    assertEquals(names(folder), []);
  }));
