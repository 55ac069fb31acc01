/** TCP connections made up from events: numbers, segments, handshakes and ends that fit each other. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Numbers, packetsOf } from "../../lib/capture/packets.ts";
import type { EndEvent, Report } from "../../lib/model/mod.ts";
import { concatBytes } from "../../lib/wire/mod.ts";
import { conversation, conversationReport, octetsEvent, reportOf, SIGHT, THEM4, US4 } from "./events.ts";
import { takeApart, type Taken } from "./headers.ts";

const FIN = 1, SYN = 2, RST = 4, ACK = 16;
const OPEN = {
  t_ms: 1,
  kind: "open",
  protocol: "tcp",
  remote: { address: THEM4, port: 4500 },
  sight: SIGHT,
} as const;
const CONNECTED = { t_ms: 4, kind: "connected", local: US4, ms: 2.5, mss: 1000 } as const;

interface Segment extends Taken {
  readonly t_ms: number;
  readonly out: boolean;
  readonly flags: number;
  readonly comments: readonly string[];
}

function segments(made: Report): Segment[] {
  return packetsOf(made, new Numbers()).packets.map(({ t_ms, direction, octets, length, comments }) => {
    const taken = takeApart(octets, length);
    return { ...taken, t_ms, out: direction === "out", flags: taken.tcp!.flags, comments };
  });
}

const flagsOf = (made: Report) => segments(made).map(({ t_ms, out, flags }) => [t_ms, out ? "out" : "in", flags]);

Deno.test("tcp: every octet has its number, and every segment acknowledges what came before it", () => {
  fc.assert(fc.property(conversation, (said) => {
    const next = new Map<boolean, number>();
    let before = 0;
    for (const { out, flags, tcp, dataLength, t_ms } of segments(conversationReport(said))) {
      if ((flags & SYN) === 0) assertEquals(tcp!.seq, next.get(out));
      if ((flags & ACK) !== 0) assertEquals(tcp!.ack, next.get(!out));
      next.set(out, tcp!.seq + dataLength + ((flags & (SYN | FIN)) === 0 ? 0 : 1));
      assert(t_ms >= before);
      before = t_ms;
    }
  }));
});

Deno.test("tcp: the segments hold what the events hold, and no segment is longer than the MSS", () => {
  fc.assert(fc.property(conversation, (said) => {
    const { pieces, mss } = said;
    const all = segments(conversationReport(said));
    const usable = mss !== undefined && mss >= 48 && mss <= 65_495;
    const most = usable ? mss : said.family === 4 ? 1460 : 1440;
    for (const out of [true, false]) {
      const sent = all.filter((segment) => segment.out === out);
      for (const { dataLength } of sent) assert(dataLength <= most);
      const spoken = pieces.filter((piece) => piece.out === out);
      const length = spoken.reduce((sum, { octets, missing }) => sum + octets.length + missing, 0);
      assertEquals(sent.reduce((sum, { dataLength }) => sum + dataLength, 0), length);
      assertEquals(concatBytes(...sent.map(({ data }) => data)), concatBytes(...spoken.map(({ octets }) => octets)));
    }
  }));
});

Deno.test("tcp: a handshake stands where the SYN went out, and where the kernel saw it answered", () => {
  const made = reportOf("tcp-4500", THEM4, [OPEN, CONNECTED, octetsEvent("sent", 5, new Uint8Array(6))]);
  assertEquals(flagsOf(made), [[1, "out", SYN], [3.5, "in", SYN | ACK], [3.5, "out", ACK], [5, "out", ACK | 8]]);
  const [syn, synAck] = segments(made);
  assertEquals([...syn!.tcp!.options], [1, 3, 3, 14]);
  assertEquals([...synAck!.tcp!.options], [2, 4, 1000 >> 8, 1000 & 255, 1, 3, 3, 14]);
  assertEquals([syn!.source, ...syn!.ports, syn!.destination], [US4.address, US4.port, 4500, THEM4]);
});

Deno.test("tcp: how a connection ends", () => {
  const sent = octetsEvent("sent", 5, new Uint8Array(20));
  const end = (rest: Pick<EndEvent, "how" | "ms" | "failure" | "acked" | "abortive">) =>
    reportOf("tcp-4500", THEM4, [OPEN, CONNECTED, sent, { t_ms: 9, kind: "end", ...rest }]);
  const last = (made: Report) => segments(made).at(-1)!;
  const relative = (made: Report) => {
    const [{ tcp: syn }, { tcp: synAck }] = segments(made) as [Segment, Segment];
    const { out, tcp } = last(made);
    const [mine, theirs] = out ? [syn, synAck] : [synAck, syn];
    return [out ? "out" : "in", tcp!.flags, tcp!.seq - mine!.seq, tcp!.ack - theirs!.seq];
  };
  assertEquals(relative(end({ how: "fin", ms: 8 })), ["in", FIN | ACK, 1, 21]);
  assertEquals(relative(end({ how: "rst", ms: 8 })), ["in", RST | ACK, 1, 21]);
  assertEquals(relative(end({ how: "rst", ms: 8, acked: 6 })), ["in", RST | ACK, 1, 7]);
  assertEquals(relative(end({ how: "rst", ms: 8, acked: 600 })), ["in", RST | ACK, 1, 21]);
  assertEquals(relative(end({ how: "ours", ms: 8 })), ["out", FIN | ACK, 21, 1]);
  assertEquals(relative(end({ how: "ours", abortive: true, ms: 8 })), ["out", RST | ACK, 21, 1]);
  assertEquals(last(end({ how: "error", failure: "tls", ms: 8 })).t_ms, 5, "no packet");
  // A TLS handshake that ends with a reset is recorded as a connection that was not established.
  assertEquals(relative(end({ how: "connect", failure: "reset", ms: 8 })), ["in", RST | ACK, 1, 21]);
});

Deno.test("tcp: a SYN that is refused, filtered, or rejected by a router", () => {
  const local = { address: "10.0.0.5", port: 40_007 };
  const end = (failure: "refused" | "timeout" | "prohibited") =>
    ({ t_ms: 2, kind: "end", how: "connect", failure, ms: 1, local }) as const;
  const [syn, rst, ...more] = segments(reportOf("tcp-4500", THEM4, [OPEN, end("refused")]));
  assertEquals([syn!.ports[0], rst!.flags, more.length], [local.port, RST | ACK, 0]);
  assertEquals([rst!.tcp!.seq, rst!.tcp!.ack], [0, syn!.tcp!.seq + 1], "RFC 9293 §3.5.2");
  assertEquals(flagsOf(reportOf("tcp-4500", THEM4, [OPEN, end("timeout")])), [[1, "out", SYN]]);
  const icmp = {
    t_ms: 1.5,
    kind: "icmp",
    version: 4,
    type: 3,
    code: 3,
    name: "port unreachable",
    from: "192.0.2.1",
    failure: "refused",
  } as const;
  const made = packetsOf(reportOf("tcp-4500", THEM4, [OPEN, icmp, end("refused")]), new Numbers()).packets;
  assertEquals(made.map(({ octets }) => takeApart(octets).protocol), [6, 1]);
  const error = takeApart(made[1]!.octets);
  assertEquals([error.source, error.destination, ...error.transport.subarray(0, 2)], [
    "192.0.2.1",
    local.address,
    3,
    3,
  ]);
  assertEquals(error.data, made[0]!.octets, "it quotes the SYN");
});

Deno.test("tcp: connections whose port is not known are told apart, and say so", () => {
  const numbers = new Numbers();
  const timeout = { t_ms: 2, kind: "end", how: "connect", failure: "timeout", ms: 1 } as const;
  const ports = [1, 2, 3].map(() => {
    const [syn] = packetsOf(reportOf("tcp-4500", THEM4, [OPEN, timeout]), numbers).packets;
    const { source, ports } = takeApart(syn!.octets);
    assertEquals([source, syn!.comments], ["0.0.0.0", [`our port is not known: ${ports[0]} stands for it`]]);
    return ports[0];
  });
  assertEquals(new Set(ports).size, 3);
});
