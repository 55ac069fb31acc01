/** A peer that sends without end: the run ends all the same, before the peer does. */
import { assertEquals } from "@std/assert";
import { systemNetwork } from "../../lib/net/mod.ts";
import { DEFAULT_SETTINGS, probeHost } from "../../lib/probe/mod.ts";

// The C library stays loaded for the process: not in a test, whose resources are counted.
const NETWORK = systemNetwork();

Deno.test("flood: complete frames without end lengthen no run, and what is kept of them is bounded", async () => {
  const worker = new Worker(new URL("./flood_worker.ts", import.meta.url), { type: "module" });
  const messages: { port?: number; gone?: boolean }[] = [];
  const { promise: told, resolve } = Promise.withResolvers<void>();
  const port = await new Promise<number>((listening) => {
    worker.onmessage = ({ data }) => {
      messages.push(data);
      if (data.port !== undefined) listening(data.port);
      else resolve();
    };
  });
  const facts = await probeHost(
    "127.0.0.1",
    {
      ...DEFAULT_SETTINGS,
      paths: [{ transport: "tcp", port }],
      named: true,
      mode: "quick",
      timeoutMs: 300,
    },
    NETWORK,
    {
      tool: { name: "ike-tcp", version: "0", runtime: "test", platform: "test" },
      started: "2026-11-23T12:00:00.000Z",
    },
  );
  assertEquals(facts.paths.map((path) => path.state), ["foreign"]);
  assertEquals(facts.events.length < 5000, true);
  await told;
  assertEquals(messages.at(-1), { gone: true });
});
