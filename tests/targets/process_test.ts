/** Many hosts with the program as a process, over loopback, and what stays in memory. */
import { assert, assertEquals, assertGreater, assertLess, assertMatch } from "@std/assert";
import { startGateway, systemHost } from "../../lib/gateway/mod.ts";
import type { Report } from "../../lib/model/mod.ts";
import { systemNetwork } from "../../lib/net/mod.ts";
import { PERMISSIONS } from "../../.ci/permissions.ts";
import { soundReport } from "../testbed/report.ts";

const ROOT = new URL("../../", import.meta.url);

// Loads the C library, which stays for the process: a test that did would be taken to leak it.
systemNetwork();

async function run(args: readonly string[], whileRunning?: (child: Deno.ChildProcess) => Promise<void>) {
  const command = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
  const child = command.spawn();
  const output = child.output();
  await whileRunning?.(child);
  const { code, stdout, stderr } = await output;
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

function probe(args: readonly string[], whileRunning?: (child: Deno.ChildProcess) => Promise<void>) {
  const program = ["run", "--quiet", "--no-prompt", "--cached-only", ...PERMISSIONS, "main.ts", "probe"];
  return run([...program, ...args], whileRunning);
}

/** A gateway at all loopback addresses, and how many datagrams it has answered. */
async function withGateway(work: (paths: string, seen: () => number) => Promise<void>): Promise<void> {
  let seen = 0;
  const host = { ...systemHost(), expand: (address: string) => [address] };
  const gateway = await startGateway(
    { listen: [{ transport: "udp", address: "0.0.0.0", port: 0, encoding: "bare" }], faults: [] },
    { host, onEvent: (event) => event.kind === "message" && seen++ },
  );
  try {
    await work(`udp-${gateway.listeners[0]!.port}/bare`, () => seen);
  } finally {
    await gateway.close();
  }
}

const isLinux = Deno.build.os === "linux";

Deno.test({
  name: "processes: many hosts on loopback, each once, at the rate that was asked for",
  ignore: !isLinux,
  fn: () =>
    withGateway(async (paths, seen) => {
      const list = await Deno.makeTempFile();
      try {
        await Deno.writeTextFile(list, Array.from({ length: 60 }, (_, i) => `127.9.0.${i + 1}\n`).join(""));
        const began = performance.now();
        const { code, stdout } = await probe([
          "--targets",
          list,
          "--paths",
          paths,
          "--rate",
          "30",
          "--format",
          "jsonl",
        ]);
        const reports = stdout.trimEnd().split("\n").map(soundReport) as Report[];
        assertEquals([code, new Set(reports.map(({ target }) => target.input)).size], [0, 60]);
        assertEquals(seen(), 60);
        assertGreater(performance.now() - began, 1_700);
      } finally {
        await Deno.remove(list);
      }
    }),
});

Deno.test({
  name: "processes: an interrupted run reports what it has, and goes on where it was",
  ignore: !isLinux,
  fn: () =>
    withGateway(async (paths, seen) => {
      const folder = await Deno.makeTempDir();
      try {
        await Deno.writeTextFile(`${folder}/list`, Array.from({ length: 40 }, (_, i) => `127.9.1.${i + 1}\n`).join(""));
        const args = ["--targets", `${folder}/list`, "--paths", paths, "--resume", `${folder}/run`, "--no-details"];
        const first = await probe([...args, "--rate", "10"], async (child) => {
          while (seen() < 5) await new Promise((resolve) => setTimeout(resolve, 20));
          child.kill("SIGINT");
        });
        assertEquals(first.code, 3);
        assertMatch(first.stdout, /^hosts +40: .*\d+ not begun$/m);
        assertMatch(first.stderr, /interrupted: \d+ hosts not begun/);
        const kept = (await Deno.readTextFile(`${folder}/run`)).trimEnd().split("\n").length;
        assert(kept >= 4 && kept < 40, `${kept} reports`);
        const second = await probe(args);
        assertEquals(second.code, 0);
        assertMatch(second.stdout, new RegExp(`^hosts +40: 40 ready$`, "m"));
        assertMatch(second.stdout, new RegExp(`${40 - kept} hosts probed now, ${kept} before`));
        assertEquals((await Deno.readTextFile(`${folder}/run`)).trimEnd().split("\n").length, 40);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    }),
});

Deno.test("processes: of thousands of hosts few reports stay in memory", async () => {
  const args = ["run", "--quiet", "--no-prompt", "--cached-only", "--no-check", "-A", "--v8-flags=--expose-gc"];
  const { code, stdout, stderr } = await run([...args, "tests/targets/leak_worker.ts"]);
  assertEquals([code, stderr], [0, ""]);
  const alive = stdout.trimEnd().split("\n").map(Number);
  assertEquals(alive.length, 9);
  for (const count of alive) assertLess(count, 300);
  assertLess(alive.at(-1)!, 20);
});
