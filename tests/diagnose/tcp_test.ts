import { diagnose } from "../../lib/diagnose/mod.ts";
import { assertEquals, assertMatch } from "@std/assert";
import { GATEWAY, udpWorks, World } from "./facts.ts";
import { assertFindings, assertNot, only } from "./judge.ts";

const TCP = `tcp-4500@${GATEWAY}`;

Deno.test("tcp-filtered: the SYN gets no answer, and UDP works: a warning", () => {
  assertFindings(udpWorks().syn("tcp-4500", "silent"), "warning tcp-filtered likely");
});

Deno.test("tcp-filtered: without UDP it is a problem; required, always", () => {
  const refused = { outcome: "rejected", error: "NO_PROPOSAL_CHOSEN" } as const;
  assertEquals(
    only(new World().answered("udp-500", refused).syn("tcp-4500", "silent"), "tcp-filtered").severity,
    "problem",
  );
  const required = udpWorks().syn("tcp-4500", "silent", { path: { required: true } });
  assertEquals(only(required, "tcp-filtered").severity, "problem");
});

Deno.test("tcp-filtered: a connection that somebody accepts is no life of the gateway: possible; a refusal makes it likely", () => {
  const silent = () => new World().silentUdp("udp-500").silentUdp("udp-4500").syn("tcp-4500", "silent");
  const beside = (world: World) => only(world, "tcp-filtered");
  assertEquals(beside(silent().stood("tcp-443", "closed")).confidence, "possible");
  assertMatch(beside(silent().stood("tcp-443", "closed")).summary, /it is down and somebody answers in its name/);
  assertEquals(beside(silent().syn("tcp-443", "refused")).confidence, "likely");
});

Deno.test("tcp-filtered: a later SYN that is answered makes it possible, and says so", () => {
  for (const result of ["connected", "refused"] as const) {
    const world = udpWorks().syn("tcp-4500", "silent").trial("tcp-silence", "tcp-4500", result);
    assertFindings(world, "warning tcp-filtered possible");
    assertMatch(only(world, "tcp-filtered").summary, /no answer for 3 s, and a later one does/);
  }
});

Deno.test("tcp-filtered: a closed port that answers shows that it is this port", () => {
  const world = udpWorks().syn("tcp-4500", "silent").trial("tcp-closed-port", "tcp-4500", "refused");
  assertMatch(only(world, "tcp-filtered").evidence.map(({ text }) => text).join(), /it is this port/);
});

Deno.test("candidates on 443 are no finding when they are filtered, refused, mute, closed or speak HTTP", () => {
  const world = udpWorks().answered("tcp-4500").syn("tcp-443", "silent").syn("tls-443", "refused");
  assertFindings(world);
  assertFindings(udpWorks().answered("tcp-4500").stood("tcp-443", "closed").stood("tls-443", "silent"));
  const http = { speaks: "http", banner: hexOf("HTTP/1.1 400 Bad Request\r\n\r\n") } as const;
  assertFindings(udpWorks().answered("tcp-4500").stood("tcp-443", "foreign", { path: http }));
});

Deno.test("tcp-not-offered: RST while UDP answers: a notice, in place of tcp-refused", () => {
  assertFindings(udpWorks().syn("tcp-4500", "refused"), "notice tcp-not-offered certain");
});

Deno.test("tcp-not-offered: an error over UDP is an answer, too", () => {
  const world = new World().answered("udp-500", { outcome: "rejected", error: "NO_PROPOSAL_CHOSEN" })
    .syn("tcp-4500", "refused");
  assertEquals(only(world, "tcp-not-offered").severity, "notice");
});

Deno.test("tcp-not-offered: required TCP makes it a problem", () => {
  const world = udpWorks().syn("tcp-4500", "refused", { path: { required: true } });
  assertFindings(world, "problem tcp-not-offered certain");
});

Deno.test("tcp-refused: RST and no UDP", () => {
  const world = new World().silentUdp("udp-500").silentUdp("udp-4500").syn("tcp-4500", "refused");
  assertFindings(world, "problem udp-blocked possible", "problem tcp-refused certain");
});

Deno.test("tcp-refused: another stream of the gateway works, so TCP is offered: a notice", () => {
  assertFindings(udpWorks().syn("tcp-4500", "refused").answered("tls-443"), "notice tcp-refused certain");
});

Deno.test("tcp-prohibited: ICMP from a router, also port unreachable, with the hop", () => {
  for (const how of ["prohibited", "refused"] as const) {
    const world = udpWorks().syn("tcp-4500", how, { from: "10.0.0.1" });
    // One error alone can be forged, or come of a moment without a route.
    assertFindings(world, "warning tcp-prohibited likely");
    assertEquals(only(world, "tcp-prohibited").hop, "10.0.0.1");
  }
});

Deno.test("foreign-protocol: says inside TLS only where TLS stood", () => {
  const path = { speaks: "ssh", banner: hexOf("SSH-2.0-x"), required: true, expected: true } as const;
  const clear = udpWorks().stood("tls-443", "foreign", { path });
  assertMatch(only(clear, "foreign-protocol").summary, /with SSH$/);
  const inside = udpWorks().stood("tls-443", "foreign", { path, tls: { trusted: true, chain: [] } });
  assertMatch(only(inside, "foreign-protocol").summary, /with SSH inside TLS$/);
});

Deno.test("tcp-prohibited: port unreachable from the gateway itself is a refusal", () => {
  assertFindings(udpWorks().syn("tcp-4500", "refused", { from: GATEWAY }), "notice tcp-not-offered certain");
});

/** Two answers without key exchange, 40 ms away, and another TCP port as far. */
const far = () =>
  new World().answered("udp-500", { ms: 40, demands: ["group"] }).answered("udp-4500", { ms: 40, demands: ["group"] })
    .syn("tcp-443", "refused", { ms: 41 });

Deno.test("reset-injected: the RST to the SYN comes much sooner than IKE and other ports react: TCP is not known to be missing", () => {
  const once = far().syn("tcp-4500", "refused", { ms: 2 });
  assertFindings(once, "warning reset-injected possible", "warning tcp-refused certain");
  const twice = far().syn("tcp-4500", "refused", { ms: 2 }).trial("tcp-silence", "tcp-4500", "refused", { ms: 3 });
  assertFindings(twice, "warning reset-injected likely", "warning tcp-refused certain");
});

Deno.test("reset-injected: not where answers over UDP differ as much among themselves", () => {
  const world = new World().answered("udp-500", { ms: 40, demands: ["group"] })
    .answered("udp-4500", { ms: 200, demands: ["group"] }).syn("tcp-443", "refused", { ms: 90 });
  assertFindings(world.syn("tcp-4500", "refused", { ms: 2 }), "notice tcp-not-offered certain");
});

Deno.test("transparent-proxy: not by the quickest of several handshakes, which jitter makes", () => {
  const world = far().stood("tcp-4500", "silent", { rtt: 10 });
  for (const rtt of [60, 90]) world.trial("tcp-prefix", "tcp-4500", "silent", { rtt });
  assertNot(world, "transparent-proxy");
});

Deno.test("reset-injected: not where the gateway's IKE is slow and all of its TCP is quick", () => {
  const slow = new World().answered("udp-500", { ms: 40, demands: ["group"] })
    .answered("udp-4500", { ms: 40, demands: ["group"] }).syn("tcp-443", "refused", { ms: 2 });
  assertFindings(slow.syn("tcp-4500", "refused", { ms: 2 }), "notice tcp-not-offered certain");
});

Deno.test("reset-injected: not by answers that took a key exchange, nor by a single one", () => {
  const computed = udpWorks({ ms: 40 }).syn("tcp-443", "refused", { ms: 41 }).syn("tcp-4500", "refused", { ms: 2 });
  assertFindings(computed, "notice tcp-not-offered certain");
  const single = new World().answered("udp-500", { ms: 40, demands: ["group"] }).answered("udp-4500", { ms: 40 })
    .syn("tcp-443", "refused", { ms: 41 }).syn("tcp-4500", "refused", { ms: 2 });
  assertFindings(single, "notice tcp-not-offered certain");
});

Deno.test("reset-injected: not at the scale of milliseconds, nor from sockets without the kernel's stamps", () => {
  const near = new World().answered("udp-500", { ms: 5, demands: ["group"] })
    .answered("udp-4500", { ms: 5, demands: ["group"] }).syn("tcp-443", "refused", { ms: 5 });
  assertFindings(near.syn("tcp-4500", "refused", { ms: 0.2 }), "notice tcp-not-offered certain");
  const portable = new World().sees({ icmp: false }).answered("udp-500", { ms: 40, demands: ["group"] })
    .answered("udp-4500", { ms: 40, demands: ["group"] }).syn("tcp-443", "refused", { ms: 41 });
  assertFindings(portable.syn("tcp-4500", "refused", { ms: 2 }), "notice tcp-not-offered certain");
});

Deno.test("transparent-proxy: ports that cannot be open accept", () => {
  const world = udpWorks().answered("tcp-4500")
    .trial("tcp-closed-port", "tcp-4500", "connected", { facts: { port: 6 } })
    .trial("tcp-closed-port", "tcp-4500", "connected", { facts: { port: 58391 } });
  assertFindings(world, "notice transparent-proxy likely");
  assertMatch(
    only(world, "transparent-proxy").summary,
    /or the host itself accepts everything: ports 6 and 58391 accept/,
  );
});

Deno.test("transparent-proxy: certain where ports that cannot be open accept, and TCP alone is translated", () => {
  const nat = { nat: { client: "translated", gateway: "none" } } as const;
  const world = udpWorks().answered("tcp-4500", nat).trial("tcp-closed-port", "tcp-4500", "connected", {
    facts: { port: 6 },
  });
  assertFindings(world, "notice transparent-proxy certain");
});

Deno.test("transparent-proxy: closed ports that refuse are a healthy host's", () => {
  assertNot(
    udpWorks().stood("tcp-4500", "closed").trial("tcp-closed-port", "tcp-4500", "refused"),
    "transparent-proxy",
  );
});

Deno.test("transparent-proxy: a handshake much quicker than IKE over UDP and than other ports", () => {
  assertFindings(far().answered("tcp-4500", { rtt: 1, ms: 80 }), "notice transparent-proxy likely");
});

Deno.test("transparent-proxy: a quick handshake beside quick ports is a gateway whose IKE is slow", () => {
  const slow = new World().answered("udp-500", { ms: 40, demands: ["group"] })
    .answered("udp-4500", { ms: 40, demands: ["group"] }).syn("tcp-443", "refused", { ms: 1 });
  assertFindings(slow.answered("tcp-4500", { rtt: 1, ms: 40 }));
});

Deno.test("transparent-proxy: a RST that was noticed late, as the handshake was, shows no distance", () => {
  const facts = far().answered("tcp-4500", { rtt: 1, ms: 80 }).facts();
  const opened = facts.events.find(({ kind, path }) => kind === "open" && path?.startsWith("tcp-4500"))!.t_ms;
  const noticedAt = (ms: number) => ({
    ...facts,
    events: facts.events.map((event) => event.kind === "connected" ? { ...event, t_ms: opened + ms } : event),
  });
  const codes = (ms: number) => diagnose(noticedAt(ms)).findings.map(({ code }) => code);
  assertEquals([codes(2), codes(30)], [["transparent-proxy"], []]);
});

Deno.test("transparent-proxy: translated over TCP alone; and that is no NAT of ours", () => {
  const nat = { nat: { client: "translated", gateway: "none" } } as const;
  assertFindings(udpWorks().answered("tcp-4500", nat), "notice transparent-proxy likely");
  assertFindings(udpWorks(nat).answered("tcp-4500", nat), "notice nat-client certain");
});

Deno.test("reset-injected: a RST right behind an acceptance is possible, and a warning", () => {
  const world = udpWorks().answered("tcp-4500");
  world.event("end", TCP, { flow: 2, how: "rst", ms: 60 });
  assertFindings(world, "warning reset-injected possible");
});

Deno.test("reset-injected: not when we said something in between, nor when it closes in order", () => {
  const said = udpWorks().answered("tcp-4500");
  said.event("sent", TCP, { flow: 2, data: "00", octets: 1, what: "IKE_AUTH that ends the SA" });
  said.event("end", TCP, { flow: 2, how: "rst", ms: 90, t_ms: 1000 });
  assertFindings(said);
  const closed = udpWorks().answered("tcp-4500");
  closed.event("end", TCP, { flow: 2, how: "fin", ms: 60 });
  assertFindings(closed);
});

function hexOf(text: string): string {
  return [...text].map((c) => c.charCodeAt(0).toString(16).padStart(2, "0")).join("");
}

const BANNERS: readonly [string, RegExp][] = [
  ["HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n", /in HTTP \(status 400\)/],
  ["HTTP/1.1 302 Found\r\nLocation: http://portal.example/login\r\n\r\n", /captive portal \(HTTP 302\)/],
  ["HTTP/1.1 302 Found\r\nLocation: https://vpn.example/\r\n\r\n", /in HTTP \(status 302\)/],
  ["HTTP/1.1 302 Found\r\nLocation: /login\r\n\r\n", /in HTTP \(status 302\)/],
  ["HTTP/1.1 511 Network Authentication Required\r\n\r\n", /captive portal \(HTTP 511\)/],
  ["HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", /HTTP proxy that wants authentication/],
];

for (const [banner, summary] of BANNERS) {
  Deno.test(`foreign-protocol: ${JSON.stringify(banner.slice(0, 60))}`, () => {
    const world = udpWorks().stood("tcp-4500", "foreign", { path: { speaks: "http", banner: hexOf(banner) } });
    assertFindings(world, "warning foreign-protocol certain");
    assertMatch(only(world, "foreign-protocol").summary, summary);
  });
}

Deno.test("foreign-protocol: each listener has words, and its banner is escaped", () => {
  for (const speaks of ["tls", "ssh", "tcpt", "ctcp", "echo", "smtp", "other", "ike-unframed", "ike-tcp"] as const) {
    const world = udpWorks().stood("tcp-4500", "foreign", { path: { speaks, banner: hexOf("x\x1b[31m") } });
    const finding = only(world, "foreign-protocol");
    assertMatch(finding.evidence[0]!.text, /x\\x1b\[31m/);
  }
});

Deno.test("foreign-protocol: TLS on the port, and IKE inside of it: says which path to use", () => {
  const world = udpWorks().stood("tcp-4500", "foreign", { path: { speaks: "tls", banner: "1503030002" } })
    .trial("tcp-inside-tls", "tcp-4500", "answered");
  assertMatch(only(world, "foreign-protocol").advice.join(), /tls-4500/);
});

Deno.test("foreign-protocol: a captive portal is worth a notice on a candidate, too", () => {
  const banner = hexOf("HTTP/1.1 302 Found\r\nLocation: http://portal.example/\r\n\r\n");
  const world = udpWorks().answered("tcp-4500").stood("tcp-443", "foreign", { path: { speaks: "http", banner } });
  assertFindings(world, "notice foreign-protocol certain");
});

const CERTIFICATE = {
  subject: "CN=vpn.example",
  issuer: "CN=Some CA",
  names: ["vpn.example"],
  not_before: "2025-01-01T00:00:00Z",
  not_after: "2027-01-01T00:00:00Z",
  fingerprint_sha256: "ab".repeat(32),
  self_signed: false,
};

function tlsWorld(leaf: Partial<typeof CERTIFICATE>, path = {}, error = "invalid peer certificate") {
  const tls = { trusted: false, trust_error: error, server_name: "vpn.example", chain: [{ ...CERTIFICATE, ...leaf }] };
  return udpWorks().answered("tls-443", { path: { expected: true, tls, ...path } });
}

const CERTIFICATES: readonly [string, Partial<typeof CERTIFICATE>, RegExp][] = [
  ["expired", { not_after: "2025-12-31T23:59:59Z" }, /expired on 2025-12-31/],
  ["not yet valid", { not_before: "2026-06-01T00:00:00Z" }, /not valid before 2026-06-01/],
  ["self-signed", { self_signed: true }, /self-signed/],
  ["for another name", { names: ["other.example"] }, /not for "vpn.example"/],
  ["for a name one label deeper", { names: ["*.vpn.example"] }, /not for "vpn.example"/],
  ["of an unknown authority", {}, /invalid peer certificate/],
  ["for a wildcard that fits", { names: ["*.example"] }, /invalid peer certificate/],
];

for (const [name, leaf, summary] of CERTIFICATES) {
  Deno.test(`tls-certificate: ${name}`, () => {
    assertFindings(tlsWorld(leaf), "warning tls-certificate certain");
    assertMatch(only(tlsWorld(leaf), "tls-certificate").summary, summary);
  });
}

Deno.test("tls-certificate: a trusted one is none; a candidate that works is a notice, one that does not is nothing", () => {
  assertFindings(tlsWorld({}, { tls: { trusted: true, chain: [CERTIFICATE] } }));
  assertFindings(tlsWorld({}, { expected: false }), "notice tls-certificate certain");
  const tls = { trusted: false, trust_error: "unknown issuer", chain: [CERTIFICATE] };
  assertFindings(udpWorks().stood("tls-443", "foreign", { tls, path: { speaks: "http", banner: "4854" } }));
});

Deno.test("tls-failed: TCP stands, and the handshake does not come about", () => {
  const expected = { expected: true };
  for (const state of ["closed", "reset", "silent", "failed"] as const) {
    assertFindings(udpWorks().stood("tls-443", state, { path: expected }), "warning tls-failed certain");
  }
});

Deno.test("tls-failed: names the alert, escaped", () => {
  const facts = udpWorks();
  facts.event("open", `tls-443@${GATEWAY}`, { flow: 9, protocol: "tcp", remote: { address: GATEWAY, port: 443 } });
  facts.event("end", `tls-443@${GATEWAY}`, {
    flow: 9,
    how: "connect",
    failure: "tls",
    alert: "handshake\x07failure",
    ms: 50,
  });
  facts.path("tls-443", { state: "foreign", expected: true, timing_ms: { connect: 20, total: 50 } });
  assertMatch(only(facts, "tls-failed").summary, /TLS alert handshake\\x07failure/);
});

Deno.test("tls-failed: a port that does not even connect is tcp-filtered, one that speaks HTTP is foreign", () => {
  const expected = { expected: true };
  assertFindings(udpWorks().syn("tls-443", "silent", { path: expected }), "warning tcp-filtered likely");
  const http = { ...expected, speaks: "http", banner: "485454502f312e31203430300d0a" } as const;
  assertFindings(udpWorks().stood("tls-443", "foreign", { path: http }), "warning foreign-protocol certain");
});
