/** The dump of a run. */
import { assert, assertEquals, assertNotMatch } from "@std/assert";
import type { Event, Report } from "../../lib/model/mod.ts";
import { verboseLines } from "../../lib/report/verbose.ts";
import { report } from "./reports.ts";
import { runSimulated } from "./simulated.ts";
import { assertSnapshot } from "../snapshot.ts";

const A = "192.0.2.7";
const ID = `tcp-4500@${A}`;
const SIGHT = { icmp: true, router: true, strangers: true, tcpInfo: true };
const FLOW = { t_ms: 1.25, path: ID, flow: 7 } as const;

/** A header and nothing else, as a request. */
const HEADER = "00112233445566770000000000000000" + "00202208000000000000001c";

function shown(events: readonly Event[], width = 80): string[] {
  return verboseLines(report({ events }), width);
}

function withOpinions(facts: Omit<Report, "findings" | "verdict">): Report {
  return { ...facts, findings: [], verdict: { code: "ready", exit: 0, summary: "", recommended: null } };
}

Deno.test("verbose: a run over TCP that ends with an error notify, at 60 and 80 columns", async () => {
  const local = { address: "10.0.0.5", port: 40001 };
  const request = "00112233445566770000000000000000" + "0020220800000000" + "0000001c";
  const answer = "00112233445566770000000000000000" + "2920222000000000" + "00000024" + "000000080000000e";
  const events: Event[] = [
    { ...FLOW, t_ms: 0.125, kind: "open", protocol: "tcp", remote: { address: A, port: 4500 }, sight: SIGHT },
    { ...FLOW, t_ms: 12.5, kind: "connected", local, ms: 12.375, rtt_ms: 12.1, mss: 1448 },
    { ...FLOW, t_ms: 12.75, kind: "sent", data: "494b45544350", octets: 6, what: "stream prefix" },
    {
      ...FLOW,
      t_ms: 12.875,
      kind: "sent",
      data: `002200000000${request}`,
      octets: 34,
      what: "IKE_SA_INIT request without payloads",
    },
    { ...FLOW, t_ms: 25, kind: "received", data: `002a00000000${answer}`, octets: 42 },
    {
      ...FLOW,
      t_ms: 25,
      kind: "message",
      fit: "answer",
      what: "IKE_SA_INIT response: N(NO_PROPOSAL_CHOSEN)",
      data: answer,
      octets: 36,
      result: "error",
      notify: "NO_PROPOSAL_CHOSEN",
    },
    { ...FLOW, t_ms: 25.25, kind: "end", how: "fin", ms: 25.125, acked: 40 },
  ];
  for (const width of [60, 80]) {
    const text = `${shown(events, width).join("\n")}\n`;
    await assertSnapshot(text, new URL(`snapshots/verbose-${width}.txt`, import.meta.url));
  }
});

Deno.test("verbose: every event has a line with its number, in order", async () => {
  const facts = await runSimulated(["udp:drop", "tcp:http"]);
  const numbers = verboseLines(withOpinions(facts), 80).flatMap((line) => /^#(\d+) /.exec(line)?.[1] ?? []);
  assertEquals(numbers.map(Number), facts.events.map((_, i) => i));
});

Deno.test("verbose: each kind of event says what happened", () => {
  const local = { address: "10.0.0.5", port: 40001 };
  const remote = { address: A, port: 4500 };
  const events: [Event, string][] = [
    [
      { t_ms: 0, kind: "resolve", path: null, name: "x.example", addresses: [A], ms: 1 },
      `resolved x.example to ${A} in 1.0 ms`,
    ],
    [{ t_ms: 0, kind: "resolve", path: null, name: "x", addresses: [], ms: 1, error: "no" }, "cannot resolve x: no"],
    [{ ...FLOW, kind: "open", protocol: "tcp", remote, sight: SIGHT }, "TCP SYN sent"],
    [
      {
        ...FLOW,
        kind: "open",
        protocol: "udp",
        local,
        remote: { ...remote, port: 9 },
        sight: { ...SIGHT, icmp: false },
      },
      `UDP socket opened from 10.0.0.5 port 40001 to ${A} port 9 (ICMP errors cannot be seen)`,
    ],
    [
      { ...FLOW, kind: "connected", local, ms: 5, rtt_ms: 4.5, mss: 1460 },
      "TCP connected after 5.0 ms, from 10.0.0.5 port 40001, round trip 4.5 ms, MSS 1460",
    ],
    [
      { ...FLOW, kind: "tls", ms: 9, tls: { version: "TLSv1.3", trusted: true, chain: [] } },
      "TLS handshake done after 9.0 ms: TLSv1.3",
    ],
    [
      { ...FLOW, kind: "sent", data: "ff", octets: 1, what: "a keepalive", retransmission: 2 },
      "sent 1 octet: a keepalive, retransmission 2",
    ],
    [
      { ...FLOW, kind: "received", data: "0102", octets: 900, from: remote },
      `received 900 octets (2 of them recorded) from ${A} port 4500`,
    ],
    [
      {
        ...FLOW,
        kind: "icmp",
        version: 4,
        type: 3,
        code: 13,
        name: "administratively prohibited",
        from: "192.0.2.1",
        failure: "prohibited",
      },
      "ICMP administratively prohibited (3/13) from 192.0.2.1",
    ],
    [
      {
        ...FLOW,
        kind: "icmp",
        version: 6,
        type: 2,
        code: 0,
        name: "packet too big",
        from: null,
        failure: "message-too-long",
        mtu: 1280,
      },
      "ICMPv6 packet too big (2/0) from an unknown sender, MTU 1280",
    ],
    [
      { ...FLOW, kind: "end", how: "rst", ms: 12, acked: 6 },
      "reset by the other side (RST) after 12.0 ms; it had acknowledged 6 octets",
    ],
    [
      { ...FLOW, kind: "end", how: "ours", abortive: true, ms: 2612, acked: 616 },
      "reset by us (RST) after 2.61 s; it had acknowledged 616 octets",
    ],
    [
      { ...FLOW, kind: "end", how: "error", failure: "tls", alert: "bad_certificate", detail: "x", ms: 12 },
      "ended by an error after 12.0 ms: tls, TLS alert bad_certificate, x",
    ],
    [{ ...FLOW, kind: "timeout", waited_ms: 3000, for: "an answer" }, "waited 3.00 s for an answer, in vain"],
    [{ t_ms: 1, kind: "skipped", path: ID, detail: "why" }, "skipped: why"],
    [
      { t_ms: 1, kind: "budget", path: ID, address: A, spent: 4, limit: 4, detail: "used up" },
      `used up (half-open SAs at ${A}: 4 of 4)`,
    ],
  ];
  for (const [event, words] of events) {
    const line = shown([event], 300)[0]!;
    assert(line.endsWith(` ${words}`), `${line}\nin place of: ${words}`);
  }
});

Deno.test("verbose: a request is found behind marker, prefix and frame, in whatever pieces", () => {
  const sent = (data: string): Event => ({ ...FLOW, kind: "sent", data, octets: data.length / 2, what: "x" });
  const open = (protocol: "udp" | "tcp"): Event => ({
    ...FLOW,
    kind: "open",
    protocol,
    remote: { address: A, port: 4500 },
    sight: SIGHT,
  });
  const framed = `494b45544350${"0022"}00000000${HEADER}`;
  for (
    const events of [
      [open("udp"), sent(HEADER)],
      [open("udp"), sent(`00000000${HEADER}`)],
      [open("tcp"), sent(framed)],
      [open("tcp"), sent(framed.slice(0, 8)), sent(framed.slice(8, 30)), sent(framed.slice(30))],
    ]
  ) assertEquals(shown(events).filter((line) => line.includes("exchangeType: IKE_SA_INIT (34)")).length, 1);
  const other = [open("tcp"), sent(`47455420${framed.slice(8)}`)];
  assertEquals(shown(other).filter((line) => line.includes("exchangeType")).length, 0);
});

Deno.test("verbose: octets that come again are not shown again", () => {
  const sent: Event = { ...FLOW, kind: "sent", data: HEADER, octets: 28, what: "x" };
  const lines = shown([sent, { ...sent, retransmission: 1 }]);
  assertEquals(lines.at(-1)?.trim(), "the same octets as #0");
});

Deno.test("verbose: octets whose beginning is missing are not taken for a frame", () => {
  const open: Event = { ...FLOW, kind: "open", protocol: "tcp", remote: { address: A, port: 1 }, sight: SIGHT };
  const cut: Event = { ...FLOW, kind: "sent", data: "494b", octets: 40, what: "x" };
  const next: Event = { ...FLOW, kind: "sent", data: HEADER, octets: 28, what: "x" };
  assertEquals(shown([open, cut, next]).filter((line) => line.includes("header")).length, 0);
});

Deno.test("verbose: nothing of the network acts on the terminal", () => {
  const evil = "\x1b]0;owned\x07\x9b2J\u202e\r\n\u2028";
  const endpoint = { address: evil, port: 1 };
  const nat = { remote: endpoint, initiator_spi: "", responder_spi: "" };
  const events: Event[] = [
    { t_ms: 0, kind: "resolve", path: evil, name: evil, addresses: [evil], ms: 1 },
    { t_ms: 0, kind: "resolve", path: null, name: evil, addresses: [], ms: 1, error: evil },
    { ...FLOW, kind: "open", protocol: "tcp", local: endpoint, remote: endpoint, sight: SIGHT },
    { ...FLOW, kind: "connected", local: endpoint, ms: 1 },
    { ...FLOW, kind: "tls", ms: 1, tls: { version: evil, cipher: evil, trusted: true, chain: [] } },
    { ...FLOW, kind: "sent", data: "1b5d0a", octets: 3, what: evil },
    { ...FLOW, kind: "received", data: "1b5d0a9b", octets: 4, from: endpoint },
    {
      ...FLOW,
      kind: "message",
      fit: "stray",
      data: "1b5d",
      octets: 2,
      what: evil,
      faults: [evil],
      from: endpoint,
      nat,
    },
    { ...FLOW, kind: "icmp", version: 4, type: 3, code: 3, name: evil, from: evil, failure: "refused" },
    { ...FLOW, kind: "end", how: "error", failure: "tls", detail: evil, alert: evil, ms: 1 },
    { ...FLOW, kind: "timeout", waited_ms: 1, for: evil },
    { t_ms: 1, kind: "failed", path: null, detail: evil },
    { t_ms: 1, kind: "budget", path: null, address: evil, spent: 1, limit: 1, detail: evil },
  ];
  // deno-lint-ignore no-control-regex
  for (const line of shown(events)) assertNotMatch(line, /[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2028]/);
});
