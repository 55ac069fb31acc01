/** The program as a process: signals, closed pipes, and what is loaded for what. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { PERMISSIONS } from "../../.ci/permissions.ts";
import config from "../../deno.json" with { type: "json" };
import { soundReport } from "../testbed/report.ts";

const ROOT = new URL("../../", import.meta.url);

function program(...args: string[]): Deno.Command {
  return programWith("null", ...args);
}

function programWith(stdin: "null" | "piped", ...args: string[]): Deno.Command {
  const run = ["run", "--quiet", "--no-prompt", "--cached-only", ...PERMISSIONS, "main.ts", ...args];
  const env = { NO_COLOR: "1" };
  return new Deno.Command(Deno.execPath(), {
    args: run,
    cwd: ROOT,
    env,
    stdin,
    stdout: "piped",
    stderr: "piped",
  });
}

async function ended(child: Deno.ChildProcess): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await child.output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

Deno.test("process: --version is name, version, runtime and platform", async () => {
  const { code, stdout, stderr } = await ended(program("--version").spawn());
  assertEquals([code, stderr], [0, ""]);
  assertEquals(stdout, `ike-tcp ${config.version} (deno ${Deno.version.deno}, ${Deno.build.os} ${Deno.build.arch})\n`);
});

for (const name of ["SIGINT", "SIGTERM"] as const) {
  Deno.test(`process: ${name} ends the run with the report of what was measured`, async () => {
    // a listener that takes what comes and never answers
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const paths = `tcp-${listener.addr.port}`;
    const child = program("probe", "--paths", paths, "--timeout", "60", "--format", "json", "127.0.0.1").spawn();
    const connection = await listener.accept();
    await connection.read(new Uint8Array(6));
    child.kill(name);
    const { code, stdout } = await ended(child);
    const report = soundReport(stdout);
    assertEquals([code, report.verdict.exit, report.interrupted], [3, 3, true]);
    assertEquals(report.paths.map((path) => path.id), [`${paths}@127.0.0.1`]);
    assert(report.events.some((event) => event.kind === "sent"));
    connection.close();
    listener.close();
  });
}

Deno.test("process: interrupted before its turn came, a host has its report where nobody may be missing", async () => {
  for (const format of ["json", "prometheus"]) {
    const args = ["--paths", "udp-9", "--jitter", "1h", "--format", format, "127.0.0.1"];
    const child = program("probe", ...args).spawn();
    await new Promise((resolve) => setTimeout(resolve, 2000));
    child.kill("SIGINT");
    const { code, stdout, stderr } = await ended(child);
    assertEquals([code, stderr], [3, "ike-tcp: interrupted: 1 host not begun\n"]);
    if (format === "prometheus") assertMatch(stdout, /^probe_success\{target="127.0.0.1"\} 0$/m);
    else {
      const { error, interrupted, target, options } = soundReport(stdout);
      assertEquals(error, "The run was interrupted before this host's turn came");
      assertEquals([interrupted, target.input, options.paths], [true, "127.0.0.1", ["udp-9"]]);
    }
  }
});

Deno.test("process: --output holds what was measured, whole, when the run was interrupted", async () => {
  const folder = await Deno.makeTempDir();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const paths = `tcp-${listener.addr.port}`;
  const args = ["--paths", paths, "--timeout", "60", "--format", "prometheus", "--output", `${folder}/r`, "127.0.0.1"];
  const child = program("probe", ...args).spawn();
  const connection = await listener.accept();
  await connection.read(new Uint8Array(6));
  const files = () => [...Deno.readDirSync(folder)].map(({ name }) => name);
  assertMatch(files().join(), /^r\.[0-9a-f]{8}\.part$/);
  child.kill("SIGINT");
  const { code, stdout } = await ended(child);
  assertEquals([code, stdout, files()], [3, "", ["r"]]);
  assertMatch(await Deno.readTextFile(`${folder}/r`), /^ike_probe_verdict\{.*verdict="unknown"\} 1$/m);
  connection.close();
  listener.close();
  await Deno.remove(folder, { recursive: true });
});

for (const name of ["SIGINT", "SIGTERM"] as const) {
  Deno.test(`process: ${name} before anything is under way leaves the failure in the file, and no other`, async () => {
    const folder = await Deno.makeTempDir();
    for (const args of [["probe", "--targets", "-"], ["diagnose", "-"], ["diff", "-", "no-such"]]) {
      const file = `${folder}/r.json`;
      const child = programWith("piped", ...args, "--format", "json", "--output", file).spawn();
      while (Array.from(Deno.readDirSync(folder)).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      // The place is open; then it reads what never ends.
      await new Promise((resolve) => setTimeout(resolve, 500));
      child.kill(name);
      const { code, stdout, stderr } = await ended(child);
      await child.stdin.close().catch(() => {});
      assertEquals([code, stdout, stderr], [3, "", "ike-tcp: interrupted\n"], args.join(" "));
      assertEquals(Array.from(Deno.readDirSync(folder), (entry) => entry.name), ["r.json"]);
      assertEquals(JSON.parse(await Deno.readTextFile(file)).error, "interrupted");
      await Deno.remove(file);
    }
    await Deno.remove(folder);
  });
}

Deno.test("process: a reader that has gone away is no reason for a stack trace", async () => {
  const child = program("schema").spawn();
  await child.stdout.cancel();
  const [{ code }, stderr] = await Promise.all([child.status, new Response(child.stderr).text()]);
  assertEquals([code, stderr], [0, ""]);
});

Deno.test("process: a reader that has gone away changes no exit code", async () => {
  const child = program("probe", "--paths", "tcp-1", "--quick", "127.0.0.1").spawn();
  await child.stdout.cancel();
  const [{ code }, stderr] = await Promise.all([child.status, new Response(child.stderr).text()]);
  assertEquals([code, stderr], [2, ""]);
});

Deno.test({
  name: "process: a full disk is one line",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const args = ["-c", '"$@" > /dev/full', "sh", Deno.execPath(), "run", "--quiet", "--no-prompt", "--cached-only"];
    const command = new Deno.Command("sh", { args: [...args, ...PERMISSIONS, "main.ts", "schema"], cwd: ROOT });
    const { code, stderr } = await command.output();
    assertEquals(code, 3);
    assertMatch(new TextDecoder().decode(stderr), /^ike-tcp: Cannot write the output: No space left[^\n]*\n$/);
  },
});

Deno.test("process: a name that does not resolve is one line, exit 3, and JSON when asked for", async () => {
  const { code, stdout, stderr } = await ended(program("probe", "--format", "json", "no..such").spawn());
  assertEquals(code, 3);
  const report = soundReport(stdout);
  assertEquals([report.verdict.code, report.target.host], ["unknown", "no..such"]);
  assertStringIncludes(report.error ?? "", "no..such");
  assertMatch(stderr, /^ike-tcp: [^\n]*no\.\.such[^\n]*\n$/);
});

Deno.test("process: paths that lack a permission fail, with the reason, and nothing throws", async () => {
  const args = ["run", "--quiet", "--no-prompt", "--cached-only", "main.ts", "probe", "--format", "json", "127.0.0.1"];
  const command = new Deno.Command(Deno.execPath(), { args, cwd: ROOT, stdin: "null" });
  const { code, stdout, stderr } = await command.output();
  const report = soundReport(new TextDecoder().decode(stdout));
  assertEquals([code, report.verdict.code], [3, "unknown"]);
  assertEquals(report.paths.map((path) => path.state), Array(5).fill("failed"));
  for (const path of report.paths) assertMatch(path.reason ?? "", /--allow-net/);
  assertMatch(new TextDecoder().decode(stderr), /^ike-tcp: No path got as far as the network[^\n]*\n$/);
});

interface ModuleInfo {
  readonly specifier: string;
  readonly dependencies?: readonly { readonly code?: { readonly specifier: string }; readonly isDynamic?: boolean }[];
}

/** Modules below the root that are loaded when `entry` is, without what it imports later. */
async function loadedWith(entry: string): Promise<string[]> {
  const args = ["info", "--json", entry];
  const { stdout } = await new Deno.Command(Deno.execPath(), { args, cwd: ROOT, stderr: "null" }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as { modules: ModuleInfo[] };
  const bySpecifier = new Map(modules.map((module) => [module.specifier, module]));
  const found = new Set<string>();
  const waiting = [new URL(entry, ROOT).href];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    for (const { code, isDynamic } of bySpecifier.get(next)?.dependencies ?? []) {
      if (code !== undefined && isDynamic !== true) waiting.push(code.specifier);
    }
  }
  return [...found].map((url) => url.replace(ROOT.href, ""));
}

Deno.test("process: neither the program nor the help of any command loads crypto or network code", async () => {
  const { COMMANDS } = await import("../../commands/mod.ts");
  for (const entry of ["main.ts", ...Object.keys(COMMANDS).map((name) => `commands/${name}.ts`)]) {
    const loaded = await loadedWith(entry);
    assert(loaded.includes(entry), entry);
    const heavy = loaded.filter((name) => /^lib\/(crypto|net|probe|exchange|diagnose)\/|@noble|node:/.test(name));
    assertEquals(heavy, [], `${entry} loads ${heavy.join(", ")}`);
  }
});

Deno.test("process: no probe of an address waits for Node's world to be built, unless it speaks TLS", async () => {
  for (const entry of ["lib/net/system.ts", "lib/probe/mod.ts", "lib/gateway/mod.ts"]) {
    const loaded = await loadedWith(entry);
    assert(loaded.includes(entry), entry);
    assertEquals(loaded.filter((name) => name.startsWith("node:")), [], `${entry} loads it`);
  }
});

Deno.test("process: the rules are not waited for before a request goes out", async () => {
  for (const entry of ["lib/report/render.ts", "commands/probe_run.ts", "lib/probe/mod.ts", "lib/net/system.ts"]) {
    const loaded = await loadedWith(entry);
    assert(loaded.includes(entry), entry);
    const heavy = loaded.filter((name) => name.startsWith("lib/diagnose/rules/"));
    assertEquals(heavy, [], `${entry} loads ${heavy.length} of them`);
  }
});
