/**
 * Every command of the README's runbook is run, in the situation that its section describes, over the simulated network;
 * what it prints has to be what the README shows. `UPDATE_SNAPSHOTS=1` writes the README's blocks anew.
 */
import { assert, assertEquals } from "@std/assert";
import { reportFailure } from "../commands/failure.ts";
import { COMMANDS } from "../commands/mod.ts";
import { runProbe } from "../commands/probe.ts";
import type { CommandList } from "../lib/cli/run.ts";
import { runProgram } from "../lib/cli/run.ts";
import { fakeTerminal } from "./cli/fake_terminal.ts";
import { type Block, parseCommandLine, situations } from "./runbook.ts";
import { drop, dropOnPrefix, nat, runGateway, SimulatedNetwork } from "./sim/mod.ts";

const README = new URL("../README.md", import.meta.url);
const NAME = "vpn.example.org";
const GATEWAY = "203.0.113.2";

/** A healthy gateway, 12 ms away; what is in the way and what is wrong with it comes with the situation. */
async function world(
  middleboxes: SimulatedNetwork["middleboxes"],
  gateway: Parameters<typeof runGateway>[1] = {},
): Promise<SimulatedNetwork> {
  const network = new SimulatedNetwork({ names: { [NAME]: [GATEWAY] }, latency: 12, middleboxes });
  await runGateway(network.addHost([GATEWAY]), gateway);
  return network;
}

/** The situations, in the README's order: what each command of the section meets. The last world stays. */
const WORLDS: readonly (readonly (() => Promise<SimulatedNetwork>)[])[] = [
  [() => world([drop({ protocol: "udp" })])],
  [() => world([drop({ protocol: "udp" }), dropOnPrefix()])],
  [() => world([nat("198.51.100.7"), drop({ protocol: "udp", port: 4500 }), drop({ protocol: "tcp", port: 4500 })])],
  [() => world([], { faults: ["error:NO_PROPOSAL_CHOSEN"] })],
  [() => world([]), () => world([drop({ protocol: "udp", port: 4500 })])],
];

/** The program's commands, with the network of the situation. */
function commandsIn(network: SimulatedNetwork): CommandList {
  return {
    ...COMMANDS,
    probe: async () => ({
      ...await COMMANDS.probe!(),
      run: (invocation) => runProbe(invocation as Parameters<typeof runProbe>[0], network),
    }),
  };
}

/** Runs a line; gives what a reader of the terminal sees. */
async function run(line: string, network: SimulatedNetwork): Promise<string> {
  const { words: [program, ...args], output } = parseCommandLine(line);
  assertEquals(program, "ike-tcp", `a command of the program: ${line}`);
  const terminal = fakeTerminal();
  const code = await runProgram(args, commandsIn(network), terminal, (...failure) => {
    return Promise.resolve(reportFailure(...failure));
  });
  assertEquals([terminal.stderr(), code < 3], ["", true], line);
  if (output === undefined) return terminal.stdout();
  await Deno.writeTextFile(output, terminal.stdout());
  return "";
}

async function inTemporaryFolder(work: () => Promise<void>): Promise<void> {
  const before = Deno.cwd();
  const folder = await Deno.makeTempDir();
  try {
    Deno.chdir(folder);
    await work();
  } finally {
    Deno.chdir(before);
    await Deno.remove(folder, { recursive: true });
  }
}

const SITUATIONS = situations(await Deno.readTextFile(README));
const update = Deno.env.get("UPDATE_SNAPSHOTS") === "1";

Deno.test("runbook: each situation of the README has its world", () => {
  assertEquals(SITUATIONS.length, WORLDS.length);
  for (const { title, blocks } of SITUATIONS) assert(blocks.some(({ language }) => language === "sh"), title);
});

for (const [i, { title, blocks }] of SITUATIONS.entries()) {
  Deno.test(`runbook: ${title}`, () =>
    inTemporaryFolder(async () => {
      const worlds = WORLDS[i]!.values();
      let network = new SimulatedNetwork();
      let printed = "";
      for (const block of blocks) {
        if (block.language === "text") {
          await compare(block, printed);
          printed = "";
        }
        for (const line of block.language === "sh" ? block.lines : []) {
          if (!line.startsWith("ike-tcp")) continue;
          if (/^ike-tcp (probe|watch)/.test(line)) network = await worlds.next().value?.() ?? network;
          printed += await run(line, network);
        }
      }
    }));
}

/** Times of day in the order in which they are printed: a report is of the day on which it is made. */
const TIMES = ["2026-11-24 17:30:00 UTC", "2026-11-24 23:30:00 UTC"];

async function compare(block: Block, printed: string): Promise<void> {
  const expected = block.lines.join("\n");
  const times = TIMES.values();
  const actual = printed.trimEnd().replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/g, (time) => times.next().value ?? time);
  if (!update) return assertEquals(actual, expected, "UPDATE_SNAPSHOTS=1 writes the README's blocks anew");
  const readme = await Deno.readTextFile(README);
  await Deno.writeTextFile(
    README,
    readme.replace(`\`\`\`text\n${expected}\n\`\`\``, () => `\`\`\`text\n${actual}\n\`\`\``),
  );
}
