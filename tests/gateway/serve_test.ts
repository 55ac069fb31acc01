/** `ike-tcp serve` from its options to its log. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { runServe } from "../../commands/serve.ts";
import { gatewayOptions, listenSpecs, SERVE_OPTIONS } from "../../commands/serve_options.ts";
import { UsageError } from "../../lib/cli/failure.ts";
import { parseOptions } from "../../lib/cli/options.ts";
import { systemNetwork } from "../../lib/net/mod.ts";
import type { Terminal } from "../../lib/cli/terminal.ts";

/** What serve loads of the system stays loaded, so it is loaded before the tests. */
systemNetwork();

function options(...args: string[]) {
  return parseOptions(args, SERVE_OPTIONS, () => undefined).options;
}

Deno.test("serve: by default on loopback, on ports that need no privileges", () => {
  const specs = listenSpecs(options());
  assertEquals(specs.map(({ address }) => address).filter((one, i, all) => all.indexOf(one) === i), [
    "127.0.0.1",
    "::1",
  ]);
  assert(specs.every(({ port }) => port >= 1024));
});

Deno.test("serve: ports, encodings and addresses", () => {
  const specs = listenSpecs(options("--listen", "[::1]", "--udp", "500,4500,5000/bare", "--tcp", "none", "--tls", "0"));
  assertEquals(specs, [
    { transport: "udp", port: 500, encoding: "bare", address: "::1" },
    { transport: "udp", port: 4500, encoding: "marker", address: "::1" },
    { transport: "udp", port: 5000, encoding: "bare", address: "::1" },
    { transport: "tls", port: 0, address: "::1" },
  ]);
});

Deno.test("serve: the policy is what the options say", async () => {
  const { policy, faults, limits } = await gatewayOptions(options(
    "--groups=ECP384,14",
    "--encr=AES-GCM-16-256,AES-CBC-128,CHACHA20-POLY1305",
    "--prf=HMAC-SHA2-512",
    "--cookie",
    "--redirect=vpn2.example",
    "--vendor-id=hex:01ff",
    "--fault=udp:drop",
    "--fault=delay:5",
    "--half-open=5",
    "--max-connections=9",
  ));
  assertEquals(policy!.groups, [20, 14]);
  assertEquals(policy!.suites, [
    { encr: [{ id: 20, keyBits: 256 }, { id: 28 }], prf: [7], integ: [] },
    { encr: [{ id: 12, keyBits: 128 }], prf: [7], integ: [12, 13, 14, 2] },
  ]);
  assertEquals([policy!.cookieFrom, policy!.redirect, policy!.halfOpenMs], [0, "vpn2.example", 5000]);
  assertEquals(policy!.vendorIds, [Uint8Array.of(1, 255)]);
  assertEquals(faults!.map(({ name }) => name), ["drop", "delay"]);
  assertEquals(limits!.connections, 9);
  assertEquals((await gatewayOptions(options("--no-proposal"))).policy!.suites, []);
});

Deno.test("serve: what cannot be is a usage error of one sentence", async () => {
  for (
    const args of [
      ["--udp=70000"],
      ["--tcp=4500/bare"],
      ["--listen=vpn.example"],
      ["--udp=none", "--tcp=none", "--tls=none"],
      ["--groups=nothing"],
      ["--encr=ROT13"],
      ["--cert=only.pem"],
      ["--fault=bogus"],
      ["--fault=delay:soon"],
      ["--redirect=" + "x".repeat(300)],
      ["--vendor-id=hex:0"],
      ["--cookie", "--cookie-from=3"],
    ]
  ) {
    const error = await assertRejects(() => gatewayOptions(options(...args)), UsageError);
    assert(!error.message.includes("\n"), error.message);
  }
});

/** Runs `serve` until its listeners are up, then stops it. */
async function serve(...args: string[]): Promise<{ exit: number; out: string[]; err: string }> {
  const out: string[] = [];
  let err = "";
  const stop = new AbortController();
  const terminal: Terminal = {
    out: {
      isTerminal: false,
      width: undefined,
      write: (text) => {
        out.push(text);
        if (out.length === 3) stop.abort();
      },
    },
    err: { isTerminal: false, width: undefined, write: (text) => void (err += text) },
    environment: () => undefined,
  };
  const exit = await runServe({ options: options(...args), operands: [], terminal }, stop.signal);
  return { exit, out, err };
}

const FREE_PORTS = ["--listen=127.0.0.1", "--udp=0", "--tcp=0", "--tls=0"];

Deno.test("serve: says what it listens on, a line each, and ends with exit code 0", async () => {
  const { exit, out, err } = await serve(...FREE_PORTS);
  assertEquals([exit, err], [0, ""]);
  assertEquals(out.map((line) => line.replace(/^\S+ (\w+) 127\.0\.0\.1:\d+ /, "$1 ")), [
    "udp listening (marker)\n",
    "tcp listening\n",
    "tls listening\n",
  ]);
});

Deno.test("serve: JSON Lines", async () => {
  const { out } = await serve(...FREE_PORTS, "--log=jsonl", "--fault=refuse");
  const events = out.map((line) => JSON.parse(line));
  assertEquals(events.map(({ kind, transport, refused }) => [kind, transport, refused]), [
    ["listening", "udp", true],
    ["listening", "tcp", true],
    ["listening", "tls", true],
  ]);
});

Deno.test("serve: an address that cannot be had is a usage error", async () => {
  await assertRejects(() => serve("--listen=192.0.2.1", "--udp=0"), UsageError, "Cannot listen on UDP 192.0.2.1");
});

Deno.test("serve: files that cannot be read are a usage error", async () => {
  await assertRejects(() => serve("--cert=/nonexistent.pem", "--key=/nonexistent.key"), UsageError, "no such file");
});
