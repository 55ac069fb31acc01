/** Whole captures: blocks, interfaces, times and comments, of made and of simulated reports. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { ReportCapture } from "../../lib/capture/mod.ts";
import type { Report } from "../../lib/model/mod.ts";
import { assemble } from "../../lib/report/assemble.ts";
import { REPORTS } from "../report/reports.ts";
import { runSimulated } from "../report/simulated.ts";
import { packetsIn, readBlocks, texts } from "./blocks.ts";
import { octetsEvent, reportOf, SIGHT, THEM4, US4 } from "./events.ts";
import { takeApart } from "./headers.ts";

const COMMENT = 1;
const STARTED = Date.parse("2026-11-23T12:00:00.000Z") * 1000;
const US = { file: { hardware: 2, system: 3, application: 4 }, interface: { name: 2, description: 3, resolution: 9 } };

function capture(...reports: readonly Report[]) {
  const made = new ReportCapture();
  const blocks = readBlocks(...reports.flatMap((report) => [...made.add(report, STARTED)]));
  return { blocks, interfaces: blocks.filter(({ type }) => type === 1), packets: packetsIn(blocks) };
}

Deno.test("capture: a file begins with one section, which says what made it and what came of it", () => {
  const { blocks } = capture(REPORTS.fallback!, REPORTS.ready!);
  const [section, ...others] = blocks;
  assertEquals([section!.type, section!.body.getUint32(0)], [0x0a0d0d0a, 0x1a2b3c4d]);
  assertEquals([section!.body.getUint16(4), section!.body.getUint16(6), section!.body.getBigInt64(8)], [1, 0, -1n]);
  assertEquals(texts(section!, US.file.hardware), ["x86_64"]);
  assertEquals(texts(section!, US.file.system), ["linux"]);
  assertEquals(texts(section!, US.file.application), ["ike-tcp 0.1.0 (deno 2.9.6)"]);
  assertMatch(texts(section!, COMMENT)[1]!, /^vpn\.example\.com: FALLBACK, exit code 1: IKE is accepted over TCP/);
  assert(!others.some(({ type }) => type === section!.type));
});

Deno.test("capture: one interface for each path, named by its id, also where nothing was sent", () => {
  const { interfaces, packets } = capture(REPORTS.fallback!, REPORTS.ready!);
  const paths = [...REPORTS.fallback!.paths, ...REPORTS.ready!.paths];
  assertEquals(interfaces.flatMap((block) => texts(block, US.interface.name)), paths.map(({ id }) => id));
  for (const block of interfaces) {
    assertEquals([block.body.getUint16(0), block.body.getUint32(4)], [113, 0], "Linux cooked, no snapshot length");
    assertEquals(block.options.find(({ code }) => code === US.interface.resolution)!.value, Uint8Array.of(6));
  }
  assertEquals(interfaces.slice(0, 5).flatMap((block) => texts(block, US.interface.description)), [
    "UDP 500: silent (no answer to 3 requests in 3 s)",
    "UDP 4500: silent (no answer to 3 requests in 3 s)",
    "TCP 4500: answered (accepted)",
    'TCP 443: foreign (HTTP answers: "HTTP/1.1 400 Bad Request")',
    "TLS on port 443, with TLS removed: closed (closed by the other side after the stream prefix)",
  ]);
  assertMatch(texts(interfaces[4]!, COMMENT).join(), /TLS removed/);
  for (const packet of packets) assert(packet.interface < interfaces.length);
});

Deno.test("capture: several reports count their interfaces on, and their connections differ", async () => {
  const one = assemble(await runSimulated());
  const { interfaces, packets } = capture(one, one);
  const half = packets.length / 2;
  assertEquals(interfaces.length, 2 * one.paths.length);
  assertEquals(
    packets.slice(half).map((packet) => packet.interface),
    packets.slice(0, half).map((packet) => packet.interface + one.paths.length),
  );
  const syns = packets.map(({ octets, length }) => takeApart(octets, length)).filter(({ tcp }) => tcp?.flags === 2);
  assertEquals(new Set(syns.map(({ tcp }) => tcp!.seq)).size, syns.length);
});

for (
  const faults of [[], ["udp:drop", "tcp:prefix-reset"], ["tcp:http"], ["wrong-spi"], ["error:NO_PROPOSAL_CHOSEN"]]
) {
  Deno.test(`capture: every octet of a run, in order of time (gateway's faults: ${faults.join(", ") || "none"})`, async () => {
    const report = assemble(await runSimulated(faults));
    const { packets } = capture(report);
    const octets = { in: 0, out: 0 };
    let before = 0;
    for (const { us, octets: packet, length, direction } of packets) {
      const { protocol, dataLength } = takeApart(packet, length);
      if (protocol === 6 || protocol === 17) octets[direction] += dataLength;
      assert(us >= before);
      before = us;
    }
    const sum = (kind: "sent" | "received") =>
      report.events.reduce((all, event) => all + (event.kind === kind ? event.octets : 0), 0);
    assertEquals(octets, { in: sum("received"), out: sum("sent") });
  });

  Deno.test(`capture: every finding is told (gateway's faults: ${faults.join(", ") || "none"})`, async () => {
    const report = assemble(await runSimulated(faults));
    const { blocks } = capture(report);
    const told = blocks.flatMap((block) => texts(block, COMMENT)).flatMap((text) => text.split("\n"));
    for (const { severity, code, confidence, summary } of report.findings) {
      assertEquals(told.filter((text) => text === `${severity} ${code} (${confidence}): ${summary}`).length, 1, code);
    }
  });
}

Deno.test("capture: findings stand on the packets that they cite", async () => {
  const report = assemble(await runSimulated(["udp:drop", "tcp:prefix-reset"]));
  const { packets } = capture(report);
  const cited = packets.filter(({ comments }) => comments.some((text) => text.startsWith("udp-blocked: UDP 500:")));
  assertEquals(cited.length, 3);
  for (const packet of cited) {
    assertEquals(report.paths[packet.interface]!.id, "udp-500@203.0.113.2");
    assertEquals(takeApart(packet.octets).ports[1], 500);
  }
  const reset = packets.filter(({ comments }) => comments.includes("prefix-reset: TCP 4500: connected, then reset"));
  assert(reset.some(({ octets }) => (takeApart(octets).tcp!.flags & 4) !== 0), "the RST itself");
  assert(packets.some(({ comments }) => comments.some((text) => /^experiment tcp-silence, go 1: connect/.test(text))));
  assertMatch(packets[0]!.comments[0]!, /^203\.0\.113\.2: BLOCKED|^203\.0\.113\.2: FALLBACK/);
});

Deno.test("capture: the date of a packet is the run's start and its own time, to the microsecond", () => {
  const open = { t_ms: 0.5, kind: "open", protocol: "udp", remote: { address: THEM4, port: 500 }, local: US4 } as const;
  const made = reportOf("udp-500", THEM4, [
    { ...open, sight: SIGHT },
    octetsEvent("sent", 1234.567, new Uint8Array(1)),
  ]);
  const [packet] = capture(made).packets;
  assertEquals(packet!.us, STARTED + 1_234_567);
});

Deno.test("capture: comments can do nothing to a terminal, however long", () => {
  const evil = "\x1b[2J\u202e" + "é".repeat(70_000);
  const base = reportOf("udp-500", THEM4, [
    { t_ms: 1, kind: "open", protocol: "udp", remote: { address: THEM4, port: 500 }, local: US4, sight: SIGHT },
    octetsEvent("sent", 2, new Uint8Array(1)),
  ]);
  const finding = { ...REPORTS.fallback!.findings[0]!, summary: evil, evidence: [{ text: evil, events: [0, 1] }] };
  const { blocks } = capture({ ...base, findings: [finding], verdict: { ...base.verdict, summary: evil } });
  for (const text of blocks.flatMap((block) => texts(block, COMMENT)).flatMap((text) => text.split("\n"))) {
    // deno-lint-ignore no-control-regex
    assert(!/[\x00-\x1f\u202e\ufffd]/.test(text), text.slice(0, 200));
  }
});

Deno.test("capture: a report that claims what cannot be is still a capture", () => {
  const wild = reportOf("tcp-4500", "nowhere", [
    { t_ms: 1e300, kind: "open", protocol: "tcp", remote: { address: "nowhere", port: 1 }, sight: SIGHT },
    { t_ms: 1e300, kind: "sent", data: "00", octets: 1e15, what: "x" },
  ]);
  assertEquals(capture(wild).packets, []);
  const large = reportOf("tcp-4500", THEM4, [
    { t_ms: 1e300, kind: "open", protocol: "tcp", remote: { address: THEM4, port: 1 }, sight: SIGHT },
    { t_ms: 1e300, kind: "sent", data: "00", octets: 1e15, what: "x" },
  ]);
  const { events } = large;
  const { packets, interfaces } = capture({ ...large, events: events.map((event) => ({ ...event, path: "\x1bodd" })) });
  assert(packets.length < 1000);
  for (const { octets, length } of packets) takeApart(octets, length);
  assertEquals(interfaces.flatMap((block) => texts(block, US.interface.name)), [large.paths[0]!.id, "\\x1bodd"]);
});
