/**
 * Every example of every command's help works. Each is run by `examples/run_line.ts` as a reader would run it, in a real
 * shell, and has to end as documented: with exit code 0, 1 or 2, and without a word of complaint.
 *
 * How an example gets its world:
 *
 * - every host, whatever its name or address, is a healthy gateway (`examples/world.ts`);
 * - files that it reads are made under their names (`examples/files.ts`): a new name needs a line there;
 * - a command that runs until Ctrl-C stands in `ENDLESS` below: it gets a Ctrl-C once it has said something;
 * - other programs behind a pipe are the machine's; a line whose program is missing is ignored, by name.
 */
import { assert, assertEquals } from "@std/assert";
import { COMMANDS } from "../../commands/mod.ts";
import type { Report } from "../../lib/model/mod.ts";
import { PROGRAM } from "../../lib/cli/version.ts";
import { EXAMPLE_PERMISSIONS, runLine } from "./examples/run_line.ts";

/** Commands that run until Ctrl-C. */
const ENDLESS: readonly string[] = ["serve", "watch", "exporter"];

/** Programs that stand behind a pipe. */
function helpers(line: string): string[] {
  return [...line.matchAll(/\|\s*([\w.-]+)/g)].map((match) => match[1]!);
}

function isMissing(program: string): boolean {
  return !new Deno.Command("sh", { args: ["-c", 'command -v "$0" > /dev/null', program] }).outputSync().success;
}

for (const [name, load] of Object.entries(COMMANDS)) {
  const { examples } = await load();
  for (const { args } of examples) {
    const missing = Deno.build.os === "windows" ? ["sh"] : helpers(args).filter(isMissing);
    Deno.test({
      name: `examples: ${PROGRAM} ${args}${missing.length === 0 ? "" : ` (needs ${missing.join(", ")})`}`,
      ignore: missing.length > 0,
      async fn() {
        const { code, stdout, stderr } = await runLine(`${PROGRAM} ${args}`, { endless: ENDLESS.includes(name) });
        assert(code <= 2, `exit ${code}: ${stderr}`);
        if (!ENDLESS.includes(name)) assertEquals(stderr, "");
        assert(stdout !== "" || args.includes(">") || / --output\b/.test(args), "it says nothing");
      },
    });
  }
  Deno.test(`examples: ${name} has some`, () => assert(examples.length > 0));
}

Deno.test("examples: hosts are simulated ones, by name and by address, and a shell does the rest", async () => {
  const line = `${PROGRAM} probe -f jsonl --quick vpn.example.com 192.0.2.7 > '2 reports' && cat '2 reports' | sort -u`;
  const { code, stdout, stderr } = await runLine(line);
  assertEquals([code, stderr], [0, ""]);
  const reports = stdout.trimEnd().split("\n").map((text) => JSON.parse(text) as Report);
  const found = reports.map(({ target, paths }) => [
    target.addresses.map(({ address }) => address),
    paths.filter(({ state }) => state === "answered").length,
  ]);
  assertEquals(found.toSorted(), [[["192.0.2.7"], 4], [["203.0.113.1", "2001:db8::1"], 8]]);
});

Deno.test("examples: no real socket goes further than this machine", () => {
  const network = EXAMPLE_PERMISSIONS.filter((flag) => flag.startsWith("--allow-net"));
  assertEquals(network, ["--allow-net=127.0.0.1,[::1],0.0.0.0,[::]"]);
  assert(
    !EXAMPLE_PERMISSIONS.some((flag) => flag === "-A" || flag === "--allow-all" || flag.startsWith("--allow-run")),
  );
});
