import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { answer, GATEWAY, request, udpWorks, World } from "./facts.ts";
import { assertFindings, assertNot, lines, only } from "./judge.ts";

const UDP_500 = `udp-500@${GATEWAY}`;
const UDP_4500 = `udp-4500@${GATEWAY}`;
const BLOCKED = ["udp-blocked", "udp-500-blocked", "udp-4500-blocked"] as const;

/** Both UDP ports silent, IKE alive over TCP. */
const silentUdp = () => new World().silentUdp("udp-500").silentUdp("udp-4500").answered("tcp-4500");

Deno.test("udp-blocked: both ports silent while IKE answers over TCP", () => {
  assertFindings(silentUdp(), "problem udp-blocked likely");
  const finding = only(silentUdp(), "udp-blocked");
  assertEquals(finding.paths, [UDP_500, UDP_4500]);
  assertEquals(finding.evidence.every(({ events }) => events.length > 0), true);
});

Deno.test("udp-blocked: prints the tcpdump filter with our SPI, for each encoding", () => {
  const advice = (world: World) =>
    only(world, world === bare ? "udp-500-blocked" : "udp-4500-blocked").advice.join(" ");
  const bare = new World().silentUdp("udp-500").answered("udp-4500");
  assertStringIncludes(advice(bare), "udp port 500 and udp[8:4] = 0x11223344 and udp[12:4] = 0x55667788");
  const marker = new World().answered("udp-500").silentUdp("udp-4500");
  assertStringIncludes(advice(marker), "udp port 4500 and udp[12:4] = 0x11223344 and udp[16:4] = 0x55667788");
});

Deno.test("udp-blocked: over IPv6 the filter indexes the IPv6 header, as libpcap has no udp[] there", () => {
  const world = new World().silentUdp("udp-500", {}, "2001:db8::7").answered("udp-4500", {}, "2001:db8::7");
  assertStringIncludes(
    only(world, "udp-500-blocked").advice.join(" "),
    "ip6 and udp port 500 and ip6[48:4] = 0x11223344",
  );
});

Deno.test("udp-blocked: where the socket sees no ICMP, silence may be a refusal: likely, and it says so", () => {
  const world = new World().sees({ icmp: false }).silentUdp("udp-500").silentUdp("udp-4500").answered("tcp-4500");
  const finding = only(world, "udp-blocked");
  assertEquals(finding.confidence, "likely");
  assertMatch(finding.evidence.map(({ text }) => text).join(), /does not see ICMP/);
});

Deno.test("udp-blocked: a host that is up is no gateway that is up: only possible", () => {
  for (
    const world of [
      new World().silentUdp("udp-500").silentUdp("udp-4500").syn("tcp-4500", "refused"),
      new World().silentUdp("udp-500").silentUdp("udp-4500").stood("tcp-4500", "closed"),
    ]
  ) assertEquals(only(world, "udp-blocked").confidence, "possible");
});

Deno.test("udp-blocked: a connection that a proxy accepts is no life of the host", () => {
  const world = new World().silentUdp("udp-500").stood("tcp-4500", "silent")
    .trial("tcp-closed-port", "tcp-4500", "connected", { facts: { port: 6 } });
  assertNot(world, ...BLOCKED);
  assertEquals(only(world, "address-dead").paths, [UDP_500]);
});

Deno.test("udp-blocked: a closed UDP port that answers proves that UDP passes both ways", () => {
  const world = silentUdp().trial("udp-closed-port", "udp-500", "refused", { from: GATEWAY });
  assertMatch(only(world, "udp-blocked").summary, /UDP passes/);
  const router = silentUdp().trial("udp-closed-port", "udp-500", "refused", { from: "10.0.0.1" });
  assertMatch(only(router, "udp-blocked").summary, /UDP is dropped/);
});

Deno.test("udp-500-blocked, udp-4500-blocked: one silent, the other answers: a warning", () => {
  assertFindings(new World().silentUdp("udp-500").answered("udp-4500"), "warning udp-500-blocked likely");
  assertFindings(new World().answered("udp-500").silentUdp("udp-4500"), "warning udp-4500-blocked likely");
});

Deno.test("udp-500-blocked: a required port that is blocked is a problem", () => {
  const world = new World().silentUdp("udp-500", { required: true }).answered("udp-4500");
  assertFindings(world, "problem udp-500-blocked likely");
});

Deno.test("udp-4500-blocked: only that port was asked for, and TCP answers", () => {
  assertFindings(new World().silentUdp("udp-4500").answered("tcp-4500"), "problem udp-4500-blocked likely");
});

Deno.test("udp-500-blocked: an answer to our source port 500 alone names the filter", () => {
  const world = new World().silentUdp("udp-500").answered("udp-4500")
    .trial("udp-source-port", "udp-500", "answered", { facts: { source_port: 500 } });
  assertMatch(only(world, "udp-500-blocked").summary, /only requests from our port 500/);
});

Deno.test("udp-*-blocked: nothing at all answers: that is address-dead, and nobody is accused", () => {
  const world = new World().silentUdp("udp-500").silentUdp("udp-4500").syn("tcp-4500", "silent");
  assertFindings(world, "problem address-dead certain");
  assertMatch(only(world, "address-dead").summary, /host is down, the address is wrong, or everything is filtered/);
});

Deno.test("udp-*-blocked: not what got something back: an echo, a stray, ESP, foreign octets, the other encoding", () => {
  const beside = (data: string, fit: string) =>
    new World().answered("tcp-4500").silentUdp("udp-500").message(UDP_500, fit, data, { from: from(500) });
  assertNot(beside(request(), "echo"), ...BLOCKED);
  assertNot(beside(answer({ spi: "0102030405060708" }), "stray"), ...BLOCKED);
  assertNot(beside("c0ffee0100000001aabb", "esp"), ...BLOCKED);
  assertNot(beside("00112233", "not-ike"), ...BLOCKED);
  const other = new World().answered("tcp-4500").silentUdp("udp-500")
    .trial("udp-other-encoding", "udp-500", "answered", { facts: { encoding: "marker" } });
  assertFindings(other, "problem foreign-protocol certain");
});

function from(port: number) {
  return { address: GATEWAY, port };
}

Deno.test("udp-refused: port unreachable from the gateway itself", () => {
  const world = new World().icmpUdp("udp-500", GATEWAY, "refused", "port unreachable").answered("udp-4500");
  assertFindings(world, "warning udp-refused certain");
  const both = new World().icmpUdp("udp-500", GATEWAY, "refused", "port unreachable")
    .icmpUdp("udp-4500", GATEWAY, "refused", "port unreachable").syn("tcp-4500", "refused");
  assertFindings(both, "problem udp-refused certain", "problem tcp-refused certain");
});

Deno.test("udp-refused: without the sender's name it is likely", () => {
  const world = new World().icmpUdp("udp-500", null, "refused", "port unreachable").answered("udp-4500");
  assertFindings(world, "warning udp-refused likely");
});

Deno.test("udp-prohibited: port unreachable from somebody else is a firewall's, and names the hop", () => {
  const world = new World().icmpUdp("udp-500", "10.0.0.1", "refused", "port unreachable").answered("tcp-4500");
  assertFindings(world, "problem udp-prohibited certain");
  assertEquals(only(world, "udp-prohibited").hop, "10.0.0.1");
});

Deno.test("udp-prohibited: one finding for both ports, by the same router", () => {
  const world = new World().icmpUdp("udp-500", "10.0.0.1", "prohibited", "administratively prohibited")
    .icmpUdp("udp-4500", "10.0.0.1", "prohibited", "administratively prohibited").answered("tcp-4500");
  assertEquals(only(world, "udp-prohibited").paths, [UDP_500, UDP_4500]);
});

Deno.test("udp-prohibited, udp-refused: one ICMP error is likely, and beside an answer possible", () => {
  for (const [from, code] of [[GATEWAY, "udp-refused"], ["10.0.0.1", "udp-prohibited"]] as const) {
    const one = (answered: boolean) => {
      const world = new World().answered("udp-4500");
      world.event("icmp", UDP_500, {
        flow: 9,
        version: 4,
        type: 3,
        code: 3,
        name: "port unreachable",
        from,
        failure: "refused",
      });
      if (answered) world.event("message", UDP_500, { flow: 9, fit: "answer", what: "x", data: answer(), octets: 40 });
      return only(world.with("udp-500", { state: "refused" }), code).confidence;
    };
    assertEquals([one(false), one(true)], ["likely", "possible"]);
  }
});

Deno.test("udp-prohibited: time exceeded is a loop: nobody forbids, and nobody is asked to allow", () => {
  const world = new World().answered("udp-4500");
  for (let copy = 0; copy < 2; copy++) {
    const loop = {
      version: 4,
      type: 11,
      code: 0,
      name: "time exceeded in transit",
      from: "10.0.0.1",
      failure: "other",
    };
    world.event("icmp", UDP_500, { flow: 9, ...loop });
  }
  const found = only(world.with("udp-500", { state: "prohibited" }), "udp-prohibited");
  assertEquals(found.confidence, "certain");
  assertMatch(found.summary, /a routing loop, or a hop limit that is too small; nobody forbids it/);
  assertMatch(found.advice.join(), /traceroute to 192\.0\.2\.7/);
});

Deno.test("udp-prohibited: says when it is this machine, or the gateway's own firewall", () => {
  const by = (sender: string) =>
    only(
      new World().icmpUdp("udp-500", sender, "host-unreachable", "host unreachable").answered("udp-4500"),
      "udp-prohibited",
    ).summary;
  assertMatch(by("10.0.0.2"), /this machine itself has no way there/);
  assertMatch(by(GATEWAY), /the gateway's own address/);
  assertMatch(by("10.0.0.1"), /the router 10\.0\.0\.1.*no host answers there, or a filter says so/);
});

Deno.test("rate-limited: silent when asked again, where a request of that kind was answered before: likely, not blocked", () => {
  const world = new World().answered("udp-500").silentUdp("udp-4500").answered("tcp-4500", { outcome: "alive" })
    .trial("udp-again", "udp-500", "silent");
  assertFindings(world, "warning rate-limited likely");
  assertEquals(only(world, "rate-limited").paths, [UDP_500, UDP_4500]);
});

Deno.test("rate-limited: only possible where the gateway was never seen to answer such a question", () => {
  const world = new World().answered("udp-500").silentUdp("udp-4500").trial("udp-again", "udp-500", "silent");
  // So the silent port may as well be blocked.
  assertFindings(world, "warning rate-limited possible", "warning udp-4500-blocked possible");
  assertMatch(only(world, "udp-4500-blocked").summary, /or the gateway limits us/);
});

Deno.test("rate-limited: not where another question over UDP is answered meanwhile: some flows are lost", () => {
  const world = new World().answered("udp-500").silentUdp("udp-4500").answered("tcp-4500", { outcome: "alive" })
    .trial("udp-again", "udp-500", "silent", { at: 3000 }).trial("udp-version", "udp-4500", "answered", { at: 3000 });
  assertEquals(only(world, "rate-limited").confidence, "possible");
  assertMatch(only(world, "rate-limited").summary, /questions that leave no half-open SA are answered/);
});

Deno.test("rate-limited: questions without state answered are only possible where one as large is not", () => {
  const world = new World().silentUdp("udp-500").answered("udp-4500").trial(
    "udp-no-proposal",
    "udp-500",
    "answered",
    { at: 3000 },
  ).trial("udp-again", "udp-4500", "silent", { at: 3000 });
  assertEquals(only(world, "rate-limited").confidence, "possible");
});

Deno.test("rate-limited: a port that answers again is not limited: the other one is blocked", () => {
  const world = new World().answered("udp-500").silentUdp("udp-4500").trial("udp-again", "udp-500", "answered");
  // One socket alone met silence.
  assertFindings(world, "warning udp-4500-blocked likely");
  for (let i = 0; i < 3; i++) world.trial("udp-version", "udp-4500", "silent");
  assertFindings(world, "warning udp-4500-blocked certain");
});

Deno.test("rate-limited: questions without state are answered, full requests are not", () => {
  const world = new World().silentUdp("udp-500").syn("tcp-4500", "refused").trial(
    "udp-no-proposal",
    "udp-500",
    "answered",
  );
  assertEquals(only(world, "rate-limited").confidence, "likely");
  assertNot(world, ...BLOCKED);
});

Deno.test("rate-limited: silence with the demanded cookie, on two ports", () => {
  const stuck = {
    outcome: "unsolved",
    error: "silence after the request with the demanded cookie",
    cookie: true,
  } as const;
  const world = new World();
  for (const spec of ["udp-500", "udp-4500"]) {
    world.unanswered(spec, "cookie", stuck);
  }
  assertEquals(lines(world), ["problem rate-limited likely", "notice cookie-demanded certain"]);
});

Deno.test("rate-limited: one lost request behind another group is only possible", () => {
  const stuck = { outcome: "unsolved", error: "silence after the request with the wanted group" } as const;
  const world = new World().answered("udp-500").unanswered("udp-4500", "group", stuck);
  assertEquals(only(world, "rate-limited").confidence, "possible");
});

Deno.test("udp findings: a healthy gateway has none", () => {
  assertFindings(udpWorks().answered("tcp-4500"));
});
