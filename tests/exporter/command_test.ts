/** `ike-tcp exporter` itself: real HTTP over loopback, against a gateway there. */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { command, runExporter } from "../../commands/exporter.ts";
import { listenAll, listenEndpoints } from "../../commands/exporter_listen.ts";
import { parseOptions } from "../../lib/cli/options.ts";
import { startGateway, systemHost } from "../../lib/gateway/mod.ts";
import { systemNetwork } from "../../lib/net/mod.ts";
import { fakeTerminal } from "../cli/fake_terminal.ts";
import { runCli } from "../cli/run_cli.ts";
import { value } from "./exposition.ts";

/** Made before the tests: what it loads of the system stays loaded. */
const NETWORK = systemNetwork();

/** Where the runtime's client keeps connections alive: closed, or they would outlive their test. */
async function get(url: string, headers: Record<string, string> = {}): Promise<{ status: number; body: string }> {
  const client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
  try {
    const response = await fetch(url, { headers, client });
    return { status: response.status, body: await response.text() };
  } finally {
    client.close();
  }
}

/** Runs the command until the test is over; gives its URL, its terminal, and how to end it. */
async function withExporter(
  args: readonly string[],
  test: (exporter: { url: string; stderr: () => string; end: () => Promise<number> }) => Promise<void>,
): Promise<void> {
  const terminal = fakeTerminal();
  const { options } = parseOptions(["--listen", "127.0.0.1:0", ...args], command.options, () => undefined);
  const stop = new AbortController();
  const ended = runExporter({ options, operands: [], terminal }, { signal: stop.signal, network: NETWORK });
  const end = () => {
    stop.abort();
    return ended;
  };
  try {
    while (terminal.stdout() === "") await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 5))]);
    const url = /http:\S+/.exec(terminal.stdout())![0];
    await test({ url, stderr: terminal.stderr, end });
  } finally {
    await end();
  }
}

/** A gateway over loopback, and the paths to it. */
async function withGateway(test: (paths: string) => Promise<void>): Promise<void> {
  const listen = (["udp", "tcp", "tls"] as const).map((transport) => ({ transport, address: "127.0.0.1", port: 0 }));
  const gateway = await startGateway({ listen }, { host: systemHost() });
  try {
    await test(gateway.listeners.map(({ transport, port }) => `${transport}-${port}`).join());
  } finally {
    await gateway.close();
  }
}

Deno.test("exporter command: a scrape over HTTP, from the start to the end", async () => {
  await withGateway(async (paths) => {
    await withExporter(["--allow", "127.0.0.1", "--paths", paths], async ({ url, stderr, end }) => {
      const probe = `${url}probe?target=127.0.0.1`;
      const first = await get(probe, { "X-Prometheus-Scrape-Timeout-Seconds": "10" });
      assertEquals([first.status, value(first.body, "probe_success")], [200, 1]);
      assertEquals(value(first.body, `ike_probe_path_state{transport="tcp",state="answered"}`), 1);
      const own = (await get(`${url}metrics`)).body;
      assertEquals(value(own, `ike_exporter_runs_total{kind="full"}`), 1);
      assert(value(own, "process_resident_memory_bytes")! > 10_000_000);
      assert(value(own, "process_cpu_seconds_total")! > 0);
      assert(Math.abs(value(own, "process_start_time_seconds")! * 1000 - performance.timeOrigin) < 2);
      const page = (await get(url)).body;
      assertMatch(page, /^<!DOCTYPE html>[^]*&amp;debug=true[^]*--allow<\/dt><dd>127\.0\.0\.1<[^]*<\/html>\n$/);
      assert(!/<script|javascript:|https?:/.test(page), "nothing but text and links to here");
      assertEquals((await get(`${url}probe?target=127.0.0.2`)).status, 403);
      assertEquals(await end(), 0);
      const lines = stderr().trimEnd().split("\n");
      assertEquals(lines.length, 2);
      assertMatch(
        lines[0]!,
        /^2\d{3}-\S+Z 127\.0\.0\.1:\d+ 127\.0\.0\.1: 200, \d+ ms, full: (ready|degraded): IKE is accepted/,
      );
      assertMatch(lines[1]!, /127\.0\.0\.2: 403, \d+ ms: Not allowed: 127\.0\.0\.2 is a loopback address/);
    });
  });
});

Deno.test("exporter command: shutdown answers the scrape that is under way", async () => {
  // a socket that takes what comes and never answers
  const mute = await systemHost().listenUdp({ address: "127.0.0.1", port: 0 });
  const args = ["--allow", "127.0.0.1", "--paths", `udp-${mute.local.port}`, "--timeout", "60"];
  await withExporter(args, async ({ url, end }) => {
    const asked = get(`${url}probe?target=127.0.0.1`);
    assert(await mute.receive() !== undefined);
    const began = performance.now();
    const [{ status, body }, code] = await Promise.all([asked, end()]);
    assertEquals([status, code, value(body, `ike_probe_verdict{verdict="unknown"}`)], [200, 0, 1]);
    assert(performance.now() - began < 4000);
    await assertRejects(() => get(url));
  });
  mute.close();
});

Deno.test("exporter command: modules and ports that the operator names are allowed, others are not", async () => {
  await withGateway(async (paths) => {
    const port = paths.split(",")[0]!.split("-")[1]!;
    const module = `one=paths=udp-${port}&quick=1;two=timeout=200ms`;
    await withExporter(["--allow", "127.0.0.1", "--module", module, "--log", "jsonl"], async ({ url, stderr }) => {
      const probe = `${url}probe?target=127.0.0.1`;
      const { body } = await get(`${probe}&module=one`);
      assertEquals([value(body, "probe_success"), body.includes(`port="4500"`)], [1, false]);
      assertEquals((await get(`${probe}&paths=udp-${port}`)).status, 200);
      assertEquals((await get(`${probe}&paths=udp-${port === "65535" ? 65534 : Number(port) + 1}`)).status, 403);
      const unknown = await get(`${probe}&module=three`);
      assertEquals([unknown.status, unknown.body], [400, 'Unknown module "three" (known: one,two)\n']);
      const logged = stderr().trimEnd().split("\n").map((line) => JSON.parse(line));
      assertEquals(logged.map(({ kind, target, module, status }) => [kind, target, module, status]), [
        ["probe", "127.0.0.1", "one", 200],
        ["probe", "127.0.0.1", undefined, 200],
        ["probe", "127.0.0.1", undefined, 403],
        ["probe", "127.0.0.1", "three", 400],
      ]);
    });
  });
});

Deno.test("exporter command: a log that nobody takes is no reason to answer nobody", async () => {
  const terminal = fakeTerminal();
  const full = {
    ...terminal,
    err: {
      ...terminal.err,
      write: () => {
        throw new Error("no space left");
      },
    },
  };
  const { options } = parseOptions(["--listen", "127.0.0.1:0"], command.options, () => undefined);
  const stop = new AbortController();
  const ended = runExporter({ options, operands: [], terminal: full }, { signal: stop.signal, network: NETWORK });
  while (terminal.stdout() === "") await new Promise((resolve) => setTimeout(resolve, 5));
  assertEquals((await get(`${/http:\S+/.exec(terminal.stdout())![0]}probe?target=127.0.0.1`)).status, 403);
  stop.abort();
  assertEquals(await ended, 0);
});

Deno.test("exporter command: where to listen", () => {
  const shown = (text: string) => listenEndpoints(text).map(({ address, port }) => `${address} ${port}`);
  assertEquals(["127.0.0.1:9329", "[::1]:0", ":9115"].map(shown), [["127.0.0.1 9329"], ["::1 0"], [
    ":: 9115",
    "0.0.0.0 9115",
  ]]);
});

Deno.test("exporter command: every address is one port in both families", async () => {
  const listeners = await listenAll([":0"], false);
  const ports = new Set(listeners.map(({ local }) => local.port));
  assertEquals(ports.size, 1);
  for (const hostname of ["127.0.0.1", "::1"]) (await Deno.connect({ hostname, port: [...ports][0]! })).close();
  for (const listener of listeners) listener.close();
});

const MISTAKES: readonly (readonly [args: readonly string[], line: RegExp])[] = [
  [["--listen", "9329"], /^Cannot read --listen "9329": expected ADDRESS:PORT, \[ADDRESS\]:PORT or :PORT/],
  [["--listen", "localhost:9329"], /^Cannot read --listen "localhost:9329"/],
  [["--listen", "127.0.0.1:99999"], /^Cannot read --listen/],
  [["--listen", "::1:9329"], /^Cannot read --listen/],
  [["--allow", "10.0.0.0/99"], /^Cannot read --allow "10\.0\.0\.0\/99": expected public, an address/],
  [["--allow-ports", "0"], /^Cannot read --allow-ports "0": expected ports from 1 to 65535/],
  [["--module", "strict"], /^Cannot read --module "strict": expected NAME=PARAMETERS/],
  [["--module", "a=pathes=udp-1"], /^Unknown parameter "pathes"; did you mean paths\?/],
  [["--module", "a=paths=icmp"], /^Cannot read path "icmp"/],
  [["--concurrency", "0"], /^Cannot read --concurrency "0": expected a whole number from 1 to 1000/],
  [["vpn.example.org"], /^Unexpected argument "vpn\.example\.org"/],
];

for (const [args, line] of MISTAKES) {
  Deno.test(`exporter command: ${args.join(" ")} is one line, exit 3`, async () => {
    const { code, stdout, stderr } = await runCli(["exporter", ...args]);
    assertEquals([code, stdout], [3, ""]);
    assertMatch(stderr.replace("ike-tcp: ", ""), line);
    assertEquals(stderr.split("\n").length, 2);
  });
}

Deno.test("exporter command: an address that is taken is one line", async () => {
  const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { code, stderr } = await runCli(["exporter", "--listen", `127.0.0.1:${taken.addr.port}`]);
  taken.close();
  assertEquals(code, 3);
  assertMatch(stderr, /^ike-tcp: Cannot listen on TCP 127\.0\.0\.1 port \d+: [^\n]*in use[^\n]*\n$/i);
});
