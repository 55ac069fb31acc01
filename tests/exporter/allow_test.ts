/** Whom the exporter probes, and whom not: the list, and what is opened in the end. */
import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { AllowList } from "../../lib/exporter/allow.ts";
import { runGateway } from "../sim/mod.ts";
import { value } from "./exposition.ts";
import { HOST, World } from "./world.ts";

const PRIVATE = [
  "10.0.0.1",
  "172.16.5.5",
  "192.168.1.1",
  "100.64.0.1",
  "127.0.0.1",
  "127.1.2.3",
  "169.254.169.254",
  "224.0.0.1",
  "255.255.255.255",
  "0.0.0.0",
  "240.0.0.1",
  "::",
  "::1",
  "fe80::1",
  "fe80::1%eth0",
  "fd00::1",
  "ff02::1",
  "::ffff:10.0.0.1",
  "::ffff:127.0.0.1",
  "64:ff9b::10.0.0.1",
  "64:ff9b::7f00:1",
  "2002:a00:1::1",
  "64:ff9b:1::9.9.9.9",
];

const hosts = (list: AllowList, ...names: string[]) => names.filter((name) => list.refusesHost(name) === undefined);

Deno.test("allow: by default every public address and no other", () => {
  const list = new AllowList(["public"]);
  assertEquals(hosts(list, ...PRIVATE), []);
  assertEquals(hosts(list, "203.0.113.2", "9.9.9.9", "2001:db8::1", "64:ff9b::9.9.9.9", "vpn.example.org"), [
    "203.0.113.2",
    "9.9.9.9",
    "2001:db8::1",
    "64:ff9b::9.9.9.9",
    "vpn.example.org",
  ]);
  assertEquals(list.refusesHost("10.0.0.1"), "10.0.0.1 is a private address that is not in the exporter's --allow");
  assertEquals(PRIVATE.filter((address) => list.refusesAddressOf("evil.example.org", address) === undefined), []);
});

Deno.test("allow: a list is the whole list", () => {
  const list = new AllowList(["10.0.0.0/8", "vpn.example.org", "*.example.com", "2001:db8::7", "[fd00::]/8"]);
  assertEquals(hosts(list, "10.9.9.9", "11.0.0.1", "2001:db8::7", "2001:db8::8", "fd12::1", "192.168.0.1"), [
    "10.9.9.9",
    "2001:db8::7",
    "fd12::1",
  ]);
  const names = new AllowList(["vpn.example.org", "*.example.com"]);
  assertEquals(
    hosts(names, "VPN.example.ORG.", "a.b.example.com", "example.com", "badexample.com", "vpn.example.org.evil.net"),
    ["VPN.example.ORG.", "a.b.example.com"],
  );
  assertEquals(names.refusesHost("9.9.9.9"), "9.9.9.9 is not in the exporter's --allow");
  assertEquals(names.refusesHost("\x1b.net"), "\\x1b.net is not in the exporter's --allow");
});

Deno.test("allow: where names may lead", () => {
  const list = new AllowList(["vpn.example.org", "*.example.com", "10.1.0.0/16"]);
  const leads = (name: string, ...addresses: string[]) =>
    addresses.filter((address) => list.refusesAddressOf(name, address) === undefined);
  const all = ["9.9.9.9", "192.168.1.1", "10.1.2.3", "127.0.0.1", "169.254.169.254"];
  assertEquals(leads("vpn.example.org", ...all), ["9.9.9.9", "192.168.1.1", "10.1.2.3"]);
  assertEquals(leads("a.example.com", ...all), ["9.9.9.9", "10.1.2.3"]);
  assertEquals(leads("other.net", ...all), ["10.1.2.3"]);
  assertEquals(
    list.refusesAddressOf("a.example.com", "127.0.0.1"),
    "a.example.com leads to 127.0.0.1, a loopback address that is not in the exporter's --allow",
  );
});

Deno.test("allow: what is no entry is told", () => {
  for (
    const entry of [
      "10.0.0.0/33",
      "10.0.0",
      "1.2.3.4.5",
      "http://x/",
      "*",
      "a*.example.org",
      "",
      "a b",
      "fe80::%eth0",
      "\x1b",
    ]
  ) {
    assertThrows(() => new AllowList([entry]), TypeError, "Cannot read --allow");
  }
});

Deno.test("allow: addresses and ports that are not allowed get 403, and nothing is sent", async () => {
  const made = new World({
    allow: ["public"],
    network: { names: { "evil.example.org": ["203.0.113.2", "10.0.0.1"] } },
  });
  for (const target of [...PRIVATE, "[::1]", "evil.example.org"]) {
    const { status, body } = await made.probe(encodeURIComponent(target));
    assertEquals(status, 403, target);
    assertMatch(body, /^Not allowed: [^\n]* that is not in the exporter's --allow\n$/);
  }
  for (const query of ["paths=tcp-22", "paths=udp-4500,tls-8443", "require=udp-53"]) {
    const { status, body } = await made.probe(`${HOST}&${query}`);
    assertEquals(status, 403, query);
    assertMatch(body, /^Not allowed: port \d+ is not in the exporter's --allow-ports\n$/);
  }
  assertEquals(made.network.trace, []);
});

Deno.test("allow: a listed private address is probed, by name too", async () => {
  const made = new World({ allow: ["10.5.0.0/16"], network: { names: { "vpn.corp": ["10.5.0.1"], "evil": [HOST] } } });
  await runGateway(made.network.addHost(["10.5.0.1"]));
  assertEquals(value((await made.probe("10.5.0.1")).body, "probe_success"), 1);
  assertEquals(value((await made.probe("vpn.corp")).body, "probe_success"), 1);
  assertEquals([(await made.probe("evil")).status, (await made.probe(HOST)).status], [403, 403]);
});

Deno.test("allow: a name that leads elsewhere when it is asked for again is not followed there", async () => {
  const made = new World();
  await runGateway(made.network.addHost([HOST]));
  await runGateway(made.network.addHost(["10.0.0.1"]));
  let asked = 0;
  made.network.resolve = () => {
    const address = asked++ % 2 === 0 ? HOST : "10.0.0.1";
    return Promise.resolve({ ok: true, addresses: [{ address, family: 4 }], ms: 1 });
  };
  assertEquals((await made.probe("rebind.example.org")).status, 200);
  assertEquals(asked, 1, "what was checked is what is probed");
  await made.pass(15_000);
  assertEquals((await made.probe("rebind.example.org")).status, 403);
  assertEquals(made.network.trace.filter(({ packet }) => packet.to.address === "10.0.0.1"), []);
});

for (const [name, to] of [["an address", "10.0.0.1"], ["a name", "inside.example.org"]] as const) {
  Deno.test(`allow: a REDIRECT to ${name} that is not allowed is not followed`, async () => {
    const made = new World({ network: { names: { "inside.example.org": ["10.0.0.1"] } } });
    const { DEFAULT_POLICY } = await import("../../lib/exchange/responder_policy.ts");
    await runGateway(made.network.addHost([HOST]), { policy: { ...DEFAULT_POLICY, redirect: to } });
    await runGateway(made.network.addHost(["10.0.0.1"]));
    const { status, body } = await made.probe(HOST);
    assertEquals([status, value(body, "probe_success")], [200, 0]);
    assertEquals(made.network.trace.filter(({ packet }) => packet.to.address === "10.0.0.1"), []);
    const refused = made.reports[0]!.paths.filter(({ address }) => address === "10.0.0.1");
    assertEquals(new Set(refused.map(({ state }) => state)), new Set(["failed"]));
    assertMatch(refused[0]!.reason!, /10\.0\.0\.1 is a private address that is not in the exporter's --allow$/);
  });
}

Deno.test("allow: a REDIRECT to an allowed gateway is followed", async () => {
  const made = new World();
  const { DEFAULT_POLICY } = await import("../../lib/exchange/responder_policy.ts");
  await runGateway(made.network.addHost([HOST]), { policy: { ...DEFAULT_POLICY, redirect: "203.0.113.3" } });
  await runGateway(made.network.addHost(["203.0.113.3"]));
  assertEquals(value((await made.probe(HOST)).body, "probe_success"), 1);
});
