import { assertEquals } from "@std/assert";
import type { IkeReport, PathReport } from "../../lib/model/mod.ts";
import { followRedirects, MAX_REDIRECTS } from "../../lib/probe/redirects.ts";

function path(address: string, to?: string): PathReport {
  const ike: IkeReport = {
    outcome: to === undefined ? "accepted" : "redirected",
    ...(to !== undefined && { redirects: [to] }),
    initiator_spi: "0102030405060708",
    responder_spi: "0000000000000000",
    groups_tried: [],
    cookie: false,
    notifies: [],
    vendor_ids: [],
    nat: { client: "none", gateway: "none" },
    bytes: 100,
  };
  return {
    id: `udp-500@${address}`,
    transport: "udp",
    port: 500,
    address,
    expected: true,
    required: false,
    state: "answered",
    attempts: 1,
    timing_ms: { total: 1 },
    ike,
  };
}

function world(routes: Record<string, string | undefined>, names: Record<string, string> = {}) {
  return {
    resolve: (name: string) => Promise.resolve(names[name]),
    probe: (address: string) => Promise.resolve(path(address, routes[address])),
  };
}

Deno.test("redirect: followed to the gateway that accepts", async () => {
  const chain = await followRedirects(path("192.0.2.1", "192.0.2.2"), world({ "192.0.2.2": "192.0.2.3" }));
  assertEquals(chain, { gateways: ["192.0.2.2", "192.0.2.3"], followed: "udp-500@192.0.2.3" });
});

Deno.test("redirect: a name is resolved; one that does not resolve ends the chain", async () => {
  const steps = world({}, { "gw2.example": "192.0.2.9" });
  const good = await followRedirects(path("192.0.2.1", "gw2.example"), steps);
  assertEquals(good.followed, "udp-500@192.0.2.9");
  const bad = await followRedirects(path("192.0.2.1", "gw3.example"), steps);
  assertEquals(bad.followed, undefined);
  assertEquals(bad.error, "the new gateway's name does not resolve");
});

Deno.test("redirect: a loop ends, and says so", async () => {
  const chain = await followRedirects(
    path("192.0.2.1", "192.0.2.2"),
    world({ "192.0.2.2": "192.0.2.1", "192.0.2.1": "192.0.2.2" }),
  );
  assertEquals(chain.gateways, ["192.0.2.2", "192.0.2.1"]);
  assertEquals(chain.error?.startsWith("a loop"), true);
});

Deno.test("redirect: an endless chain is cut", async () => {
  const routes = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`192.0.2.${i}`, `192.0.2.${i + 1}`]));
  const chain = await followRedirects(path("192.0.2.0", "192.0.2.1"), world(routes));
  assertEquals(chain.error, `more than ${MAX_REDIRECTS} redirects in a row`);
  assertEquals(chain.gateways.length, MAX_REDIRECTS + 1);
});
