/** A gateway on real sockets, probed over loopback. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { type GatewayOptions, type ListenSpec, parseFault, startGateway, systemHost } from "../../lib/gateway/mod.ts";
import type { Facts, PathReport } from "../../lib/model/mod.ts";
import { systemNetwork } from "../../lib/net/mod.ts";
import { DEFAULT_SETTINGS, probeHost, type ProbeSettings } from "../../lib/probe/mod.ts";
import { soundFacts } from "../testbed/report.ts";

const HOOKS = {
  tool: { name: "test", version: "0", runtime: "", platform: "" },
  started: "2026-01-01T00:00:00Z",
};

/** Made before the tests: what it loads of the system stays loaded. */
const NETWORK = systemNetwork();

const FREE = (address: string): ListenSpec[] => [
  { transport: "udp", address, port: 0, encoding: "bare" },
  { transport: "udp", address, port: 0 },
  { transport: "tcp", address, port: 0 },
  { transport: "tls", address, port: 0 },
];

/** Starts a gateway on an address, probes it and stops it. */
async function probeGateway(
  address: string,
  options: Partial<Omit<GatewayOptions, "faults">> & { faults?: string[] } = {},
  settings: Partial<ProbeSettings> = {},
): Promise<Facts> {
  const faults = (options.faults ?? []).map(parseFault);
  const gateway = await startGateway({ listen: FREE(address), ...options, faults }, { host: systemHost() });
  try {
    const paths = gateway.listeners.map(({ transport, port, encoding }) =>
      encoding === undefined ? { transport, port } : { transport, port, encoding }
    );
    const all: ProbeSettings = { ...DEFAULT_SETTINGS, paths, named: true, mode: "quick", ...settings };
    return soundFacts(await probeHost(address, all, NETWORK, HOOKS));
  } finally {
    await gateway.close();
  }
}

function states(facts: Facts): string[] {
  return facts.paths.map((path: PathReport) => `${path.transport} ${path.ike?.outcome ?? path.state}`);
}

for (const address of ["127.0.0.1", "::1"]) {
  Deno.test(`loopback: a gateway on ${address} is probed on all transports`, async () => {
    const facts = await probeGateway(address);
    assertEquals(states(facts), ["udp accepted", "udp accepted", "tcp accepted", "tls alive"]);
    for (const path of facts.paths) {
      assert(path.ike!.nat.client !== "translated" && path.ike!.nat.gateway !== "translated", path.id);
    }
  });
}

Deno.test("loopback: cookies and another group, over real sockets", async () => {
  const { DEFAULT_POLICY } = await import("../../lib/exchange/responder_policy.ts");
  const facts = await probeGateway("127.0.0.1", { policy: { ...DEFAULT_POLICY, cookieFrom: 0, groups: [19] } });
  assertEquals(states(facts).slice(0, 3), ["udp accepted", "udp accepted", "tcp accepted"]);
  assertEquals(facts.paths.slice(0, 3).map((path) => path.ike!.cookie), [true, true, true]);
  const [bare, marker, tcp] = facts.paths.map((path) => path.ike?.groups_tried);
  assertEquals([bare, marker], [["X25519", "ECP256"], ["X25519", "ECP256"]]);
  // By then another path may have been told.
  assertEquals(tcp!.at(-1), "ECP256");
});

Deno.test("loopback: RST, FIN and refusal are what they say", async () => {
  const listen = FREE("127.0.0.1").filter(({ transport }) => transport === "tcp");
  assertEquals(states(await probeGateway("127.0.0.1", { listen, faults: ["reset"] })), ["tcp reset"]);
  assertEquals(states(await probeGateway("127.0.0.1", { listen, faults: ["prefix-reset"] })), ["tcp reset"]);
  assertEquals(states(await probeGateway("127.0.0.1", { listen, faults: ["close"] })), ["tcp closed"]);
  assertEquals(states(await probeGateway("127.0.0.1", { listen, faults: ["refuse"] })), ["tcp refused"]);
});

Deno.test("loopback: all addresses of a family, each with a socket of its own", async () => {
  const listen = FREE("0.0.0.0").slice(1, 3);
  const gateway = await startGateway({ listen, faults: [] }, { host: systemHost() });
  try {
    const paths = gateway.listeners.map(({ transport, port }) => ({ transport, port }));
    const settings: ProbeSettings = { ...DEFAULT_SETTINGS, paths, named: true, mode: "quick" };
    const facts = soundFacts(await probeHost("127.0.0.1", settings, NETWORK, HOOKS));
    assertEquals(states(facts), ["udp accepted", "tcp accepted"]);
    assertEquals(facts.paths[0]!.ike!.nat, { client: "none", gateway: "none" });
  } finally {
    await gateway.close();
  }
});

Deno.test({
  name: "loopback: one socket for all addresses answers from the one that was asked",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const host = { ...systemHost(), expand: (address: string) => [address] };
    const listen = FREE("0.0.0.0").slice(0, 2);
    const gateway = await startGateway({ listen, faults: [] }, { host });
    try {
      const paths = gateway.listeners.map(({ port, encoding = "bare" }) => ({
        transport: "udp" as const,
        port,
        encoding,
      }));
      const settings: ProbeSettings = { ...DEFAULT_SETTINGS, paths, mode: "quick" };
      const facts = soundFacts(await probeHost("127.5.6.7", settings, NETWORK, HOOKS));
      assertEquals(states(facts), ["udp accepted", "udp accepted"]);
      assertEquals(facts.paths.map((path) => path.ike?.nat.gateway), ["none", "none"]);
    } finally {
      await gateway.close();
    }
  },
});

Deno.test("loopback: a certificate that expired, and a refused handshake", async () => {
  const listen = FREE("127.0.0.1").slice(3);
  const expired = await probeGateway("127.0.0.1", { listen, faults: ["tls-expired"], tlsName: "127.0.0.1" });
  const { tls } = expired.paths[0]!;
  assertEquals(tls?.trusted, false);
  assert(new Date(tls!.chain[0]!.not_after) < new Date());
  const refused = await probeGateway("127.0.0.1", { listen, faults: ["tls-refuse:handshake_failure"] });
  assert(refused.paths[0]!.state !== "answered");
});

Deno.test("loopback: a port that is taken is one clear sentence, and nothing stays open", async () => {
  const host = systemHost();
  const listen = FREE("127.0.0.1").slice(1, 3);
  const gateway = await startGateway({ listen }, { host });
  const taken = gateway.listeners.find(({ transport }) => transport === "tcp")!.port;
  await assertRejects(
    () => startGateway({ listen: [...listen, { transport: "tcp", address: "127.0.0.1", port: taken }] }, { host }),
    Error,
    `Cannot listen on TCP 127.0.0.1 port ${taken}`,
  );
  await gateway.close();
});
