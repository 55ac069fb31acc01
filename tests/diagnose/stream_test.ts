/** The TCP differential: what the controls must show before a middlebox is accused, and what looks alike. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { ExperimentName, ExperimentResult } from "../../lib/model/mod.ts";
import { answer, GATEWAY, SPI, udpWorks, World } from "./facts.ts";
import { assertFindings, assertNot, only } from "./judge.ts";

const TCP = `tcp-4500@${GATEWAY}`;
const PREFIX_FINDINGS = ["prefix-reset", "prefix-dropped", "prefix-evaded"] as const;

type Results = Partial<Record<ExperimentName, ExperimentResult | readonly ExperimentResult[]>>;

/** UDP works; TCP 4500 stood and ended so; and the experiments came out like this, in rounds. */
function lab(state: "reset" | "closed" | "silent", results: Results, acked?: number, early = false): World {
  const world = udpWorks().stood("tcp-4500", state);
  for (const [name, result] of Object.entries(results)) {
    [result].flat().forEach((one, i) => {
      const facts: Record<string, number> = acked !== undefined && one === "silent" ? { acked } : {};
      const ms = early && one === "reset" ? 1 : 20;
      world.trial(name as ExperimentName, "tcp-4500", one, { round: i + 1, ms, facts });
    });
  }
  return world;
}

/** What libreswan does with everything but the right prefix, where nobody interferes. */
const LIBRESWAN: Results = {
  "tcp-silence": "silent",
  "tcp-other-prefix": ["closed", "closed"],
  "tcp-other-stream": "reset",
  "tcp-prefix-split": "closed",
  "tcp-http": "reset",
};

/** A middlebox resets segments that begin with IKETCP; libreswan is behind it. */
const RESETTER: Results = {
  ...LIBRESWAN,
  "tcp-prefix": ["reset", "reset"],
  "tcp-prefix-frame": "reset",
  "tcp-bad-length": "reset",
  "tcp-empty-init": "reset",
};

/** The same, and it drops. */
const DROPPER: Results = {
  ...LIBRESWAN,
  "tcp-prefix": ["silent", "silent"],
  "tcp-prefix-frame": "silent",
  "tcp-bad-length": "silent",
  "tcp-empty-init": "silent",
};

Deno.test("prefix-reset: prefix reset, control of the same size closed: likely, as the gateway could do it, too", () => {
  assertFindings(lab("reset", RESETTER), "warning prefix-reset likely");
  const finding = only(lab("reset", RESETTER), "prefix-reset");
  assertMatch(finding.summary, /unless the gateway itself resets/);
  assertStringIncludes(finding.advice.join(), "tcp[((tcp[12] & 0xf0) >> 2):4] = 0x494b4554");
});

Deno.test("prefix-reset: certain when the same octets are answered once the prefix is split, and prefix-evaded says so", () => {
  const world = lab("reset", { ...RESETTER, "tcp-prefix-split": "answered" });
  assertFindings(world, "warning prefix-reset certain", "notice prefix-evaded certain");
});

Deno.test("prefix-reset: certain when RSTs come before the gateway could react, and reset-injected says so", () => {
  const world = lab("reset", RESETTER, undefined, true);
  assertFindings(world, "warning prefix-reset certain", "warning reset-injected certain");
});

Deno.test("prefix-reset: not where the control is reset as well (only TLS is let through)", () => {
  const world = lab("reset", { ...RESETTER, "tcp-other-prefix": "reset" });
  assertFindings(world, "warning tcp-hangup certain");
});

Deno.test("prefix-reset: not on a gateway whose kernel lacks espintcp (FIN for the prefix, RST behind a frame)", () => {
  const world = lab("reset", { ...LIBRESWAN, "tcp-prefix": "closed", "tcp-prefix-frame": ["reset", "closed"] });
  assertFindings(world, "warning tcp-hangup certain");
});

Deno.test("prefix-reset: not by a frame whose control the gateway closed because of its prefix", () => {
  // The prefix alone waits, as with a healthy Responder; the complete request is reset: by whom, nobody knows.
  const world = lab("reset", { ...LIBRESWAN, "tcp-prefix": "silent", "tcp-prefix-frame": "reset" });
  assertFindings(world, "warning tcp-hangup possible");
  const control = lab("reset", {
    ...LIBRESWAN,
    "tcp-prefix": "silent",
    "tcp-prefix-frame": "reset",
    "tcp-other-stream": "closed",
  });
  assertEquals(only(control, "prefix-reset").confidence, "possible");
});

Deno.test("prefix-reset: not when the rounds disagree, nor when the control never stood", () => {
  assertNot(lab("reset", { ...RESETTER, "tcp-prefix": ["reset", "silent"] }), ...PREFIX_FINDINGS);
  assertNot(lab("reset", { ...RESETTER, "tcp-other-prefix": "filtered" }), ...PREFIX_FINDINGS);
});

Deno.test("prefix-reset: not inside TLS, where nobody on the way sees a prefix", () => {
  const tls = { trusted: true, chain: [] };
  const world = udpWorks().stood("tls-443", "reset", { tls, path: { expected: true } });
  for (const [name, result] of Object.entries(RESETTER)) {
    world.trial(name as ExperimentName, "tls-443", [result].flat()[0]!, {});
  }
  assertNot(world, ...PREFIX_FINDINGS);
});

Deno.test("prefix-dropped: not one octet acknowledged, while the control reaches somebody: certain", () => {
  assertFindings(lab("silent", DROPPER, 0), "warning prefix-dropped certain");
});

Deno.test("prefix-dropped: octets acknowledged, or nobody knows: possible, if even an impossible frame moves nothing", () => {
  assertFindings(lab("silent", DROPPER, 6), "warning prefix-dropped possible");
  assertFindings(lab("silent", DROPPER), "warning prefix-dropped possible");
});

Deno.test("prefix-dropped: certain when the split prefix is answered, each time", () => {
  const twice = lab("silent", { ...DROPPER, "tcp-prefix-split": ["answered", "answered"] }, 6);
  assertFindings(twice, "warning prefix-dropped certain", "notice prefix-evaded certain");
  const once = lab("silent", { ...DROPPER, "tcp-prefix-split": "answered" }, 6);
  assertFindings(once, "warning prefix-dropped likely", "notice prefix-evaded likely");
});

Deno.test("prefix-evaded: not inside TLS, where nobody on the way sees how octets are cut", () => {
  const world = udpWorks().stood("tls-443", "silent", { tls: { trusted: true, chain: [] }, path: { expected: true } });
  const results: Results = { ...DROPPER, "tcp-prefix-split": ["answered", "answered"] };
  for (const [name, result] of Object.entries(results)) {
    for (const one of [result].flat()) world.trial(name as ExperimentName, "tls-443", one, {});
  }
  assertNot(world, ...PREFIX_FINDINGS);
});

Deno.test("prefix-dropped: not where an impossible frame is closed: the listener reads, and no answer comes", () => {
  for (const acked of [240, undefined]) {
    const world = lab("silent", { ...DROPPER, "tcp-bad-length": "closed" }, acked);
    assertFindings(world, "warning tcp-mute possible");
    assertMatch(only(world, "tcp-mute").summary, /reads RFC 9329's frames.*gives none, or answers are lost/);
  }
});

/** The listener has the prefix, and closes an impossible frame; of IKE messages so many octets are acknowledged. */
function cut(acked: number, more: Results = {}): World {
  const world = lab("silent", {
    ...LIBRESWAN,
    "tcp-prefix": ["silent", "silent"],
    "tcp-bad-length": "closed",
    ...more,
  }, 6);
  for (const name of ["tcp-prefix-frame", "tcp-empty-init"] as const) {
    world.trial(name, "tcp-4500", "silent", { facts: { acked }, sends: [6, 260] });
  }
  return world;
}

Deno.test("tcp-mute: the prefix is acknowledged, and IKE messages are not: they never arrive, and the listener is innocent", () => {
  assertFindings(cut(6), "warning tcp-mute certain");
  assertMatch(only(cut(6), "tcp-mute").summary, /prefix is acknowledged, and the IKE message behind it never is/);
  assertFindings(cut(266), "warning tcp-mute possible");
});

Deno.test("tcp-mute: unacknowledged messages say nothing of the way where nothing shows that somebody reads", () => {
  assertMatch(
    only(cut(6, { "tcp-bad-length": "silent", "tcp-prefix": "closed" }), "tcp-mute").summary,
    /IKE gets no answer/,
  );
});

Deno.test("prefix-dropped: not where the control is silent, too: tcp-mute, and whether data arrives at all", () => {
  const mute: Results = {
    ...DROPPER,
    "tcp-other-prefix": "silent",
    "tcp-http": "silent",
    "tcp-other-stream": "silent",
  };
  assertFindings(lab("silent", mute, 0), "warning tcp-mute certain");
  assertMatch(only(lab("silent", mute, 0), "tcp-mute").summary, /not one octet of data is acknowledged/);
  assertMatch(
    only(lab("silent", mute, 14), "tcp-mute").summary,
    /nothing reacts to anything; somebody's TCP acknowledges/,
  );
});

Deno.test("prefix-dropped: not from the silence behind the prefix alone, which is a healthy Responder's", () => {
  assertNot(lab("silent", { "tcp-prefix": "silent", "tcp-other-prefix": "closed" }, 6), ...PREFIX_FINDINGS);
});

Deno.test("tcp-mute, tcp-hangup: without experiments only possible", () => {
  assertFindings(lab("silent", {}), "warning tcp-mute possible");
  assertFindings(lab("closed", {}), "warning tcp-hangup possible");
  assertFindings(lab("reset", {}), "warning tcp-hangup possible");
});

Deno.test("tcp-hangup: closed even when nothing is said", () => {
  const world = lab("closed", { "tcp-silence": "closed", "tcp-other-prefix": "closed", "tcp-prefix": "closed" });
  assertFindings(world, "warning tcp-hangup certain");
  assertMatch(only(world, "tcp-hangup").summary, /even when nothing is said/);
});

Deno.test("tcp-hangup: closed with FIN by content is told by the split prefix", () => {
  const world = lab("closed", {
    "tcp-silence": "silent",
    "tcp-prefix": "closed",
    "tcp-prefix-frame": ["closed", "closed"],
    "tcp-other-prefix": "closed",
    "tcp-prefix-split": "answered",
  });
  assertFindings(world, "warning tcp-hangup certain", "notice prefix-evaded certain");
  assertMatch(only(world, "tcp-hangup").summary, /somebody acts on single packets/);
});

Deno.test("prefix-evaded: only likely when the whole prefix was not tried again beside or after", () => {
  const world = lab("closed", { "tcp-prefix-frame": "closed", "tcp-prefix-split": "answered" });
  assertEquals(only(world, "prefix-evaded").confidence, "likely");
});

Deno.test("prefix-evaded: not where connections without the prefix fail as well: a cluster with a dead member", () => {
  const results: Results = { ...RESETTER, "tcp-prefix-split": "answered" };
  assertNot(lab("reset", { ...results, "tcp-other-prefix": ["closed", "reset"] }), ...PREFIX_FINDINGS);
  assertNot(lab("reset", { ...results, "tcp-silence": "reset" }), "prefix-evaded");
  const once = lab("reset", { ...results, "tcp-prefix-split": ["answered", "reset"] });
  assertEquals(only(once, "prefix-evaded").confidence, "possible");
  assertEquals(only(once, "prefix-reset").confidence, "likely");
});

Deno.test("prefix-reset, prefix-dropped: possible where a form with the prefix fared otherwise", () => {
  const reset = lab("reset", { ...RESETTER, "tcp-bad-length": "closed" });
  assertEquals(only(reset, "prefix-reset").confidence, "possible");
  const dropped = lab("silent", { ...DROPPER, "tcp-empty-init": "closed" }, 0);
  assertEquals(only(dropped, "prefix-dropped").confidence, "possible");
});

Deno.test("tcp-hangup: a later connection was answered, so it is not what was sent", () => {
  const world = lab("reset", { ...LIBRESWAN, "tcp-prefix": "silent", "tcp-prefix-frame": "answered" });
  assertFindings(world, "warning tcp-hangup possible");
  assertMatch(only(world, "tcp-hangup").summary, /then reset, and later ones are answered/);
});

Deno.test("prefix-evaded: a whole prefix that is answered once makes it a path that fails at times", () => {
  const world = lab("silent", {
    ...DROPPER,
    "tcp-prefix-frame": ["silent", "answered"],
    "tcp-prefix-split": "answered",
  }, 6);
  assertNot(world, "prefix-evaded");
});

Deno.test("tcp-mute: a gateway that has stopped answering us altogether is limited", () => {
  const world = new World().answered("udp-500").silentUdp("udp-4500").stood("tcp-4500", "silent")
    .trial("udp-again", "udp-500", "silent").trial("tcp-prefix", "tcp-4500", "silent")
    .trial("tcp-bad-length", "tcp-4500", "closed");
  // Whether this gateway answers such a question at all is not known, so the silent port may as well be blocked.
  assertFindings(world, "warning rate-limited possible", "warning udp-4500-blocked possible");
});

Deno.test("reset-injected: a RST two round trips after the SYN is the gateway's", () => {
  assertNot(udpWorks().stood("tcp-4500", "reset", { rtt: 40, ms: 81 }), "reset-injected");
});

Deno.test("reset-injected: one early RST is possible, and none without the kernel's clock or below 8 ms", () => {
  const early = (rtt: number, kernel: boolean) => udpWorks().stood("tcp-4500", "reset", { rtt, ms: rtt + 0.4, kernel });
  assertEquals(only(early(40, true), "reset-injected").confidence, "possible");
  assertNot(early(40, false), "reset-injected");
  assertNot(early(4, true), "reset-injected");
});

Deno.test("reset-injected: two early RSTs beside a reaction of the gateway are likely, three are certain", () => {
  const world = (resets: number) => {
    const world = udpWorks().stood("tcp-4500", "reset", { rtt: 40, ms: 41 })
      .trial("tcp-other-prefix", "tcp-4500", "closed", { rtt: 40, ms: 40 });
    for (let i = 1; i < resets; i++) world.trial("tcp-prefix", "tcp-4500", "reset", { rtt: 40, ms: 1 });
    return only(world, "reset-injected").confidence;
  };
  assertEquals([1, 2, 3].map(world), ["possible", "likely", "certain"]);
});

Deno.test("reset-injected: not where a control is closed as soon: the handshakes alone are slow", () => {
  const world = udpWorks().stood("tcp-4500", "reset", { rtt: 84, ms: 88 })
    .trial("tcp-prefix", "tcp-4500", "reset", { rtt: 84, ms: 4 })
    .trial("tcp-other-prefix", "tcp-4500", "closed", { rtt: 84, ms: 4 });
  assertNot(world, "reset-injected");
});

Deno.test("reset-injected: not by the few of many RSTs that come early where times vary", () => {
  const world = udpWorks().stood("tcp-4500", "reset", { rtt: 200, ms: 210 })
    .trial("tcp-other-prefix", "tcp-4500", "closed", { rtt: 60, ms: 150 });
  for (const ms of [20, 150, 220, 90]) world.trial("tcp-prefix", "tcp-4500", "reset", { rtt: 150, ms });
  assertNot(world, "reset-injected");
});

Deno.test("stream-modified: the SPI of an answer is ours but for a bit", () => {
  const flipped = `0${SPI.slice(1)}`;
  const world = udpWorks().stood("tcp-4500", "silent").message(TCP, "stray", answer({ spi: flipped }));
  assertFindings(world, "warning stream-modified likely");
});

Deno.test("stream-modified: another SPI altogether is a stray", () => {
  const world = udpWorks().stood("tcp-4500", "silent").message(TCP, "stray", answer({ spi: "fedcba9876543210" }));
  assertFindings(world, "warning stray-response certain");
});

Deno.test("stream-modified: a bit of the header differs; not when UDP shows such answers as well", () => {
  const changed = answer({ messageId: "00000001" });
  assertFindings(
    udpWorks().stood("tcp-4500", "silent").message(TCP, "stray", changed),
    "warning stream-modified likely",
  );
  const everywhere = new World().silentUdp("udp-500").message(`udp-500@${GATEWAY}`, "stray", changed)
    .stood("tcp-4500", "silent").message(TCP, "stray", changed);
  assertNot(everywhere, "stream-modified");
});

Deno.test("stream-modified: the Length of a frame disagrees with the message in it", () => {
  const frame = `003a00000000${answer({ octets: 40 })}`;
  const path = { speaks: "ike-tcp", banner: frame } as const;
  const world = udpWorks().stood("tcp-4500", "foreign", { path }).message(TCP, "not-ike", frame);
  assertFindings(world, "warning stream-modified possible");
  assertMatch(only(world, "stream-modified").summary, /room for 52 octets carries a message that says 40/);
});

Deno.test("stream-modified: our SPI in what looks like ESP: the marker was changed", () => {
  const world = udpWorks().stood("tcp-4500", "silent").message(TCP, "esp", answer());
  assertFindings(world, "warning stream-modified likely");
});

Deno.test("stream-modified: broken over TCP, whole over UDP: possible, beside malformed-response", () => {
  const broken = { outcome: "malformed", faults: ["payloads[0].length @30: says 4136 octets, 204 are there"] } as const;
  assertFindings(
    udpWorks().answered("tcp-4500", broken),
    "warning stream-modified possible",
    "warning malformed-response certain",
  );
  assertFindings(
    new World().answered("udp-500", broken).answered("tcp-4500", broken),
    "problem malformed-response certain",
  );
});

Deno.test("stream-modified: the gateway calls a request broken that it accepts over UDP", () => {
  const refused = { outcome: "rejected", error: "INVALID_SYNTAX" } as const;
  assertEquals(only(udpWorks().answered("tcp-4500", refused), "stream-modified").confidence, "possible");
  assertNot(new World().answered("udp-500", refused).answered("tcp-4500", refused), "stream-modified");
});

Deno.test("tcp-mute: a frame that begins and is never completed is no foreign protocol", () => {
  const drip = { speaks: "other", banner: "ffff00" } as const;
  const world = udpWorks().stood("tcp-4500", "foreign", { path: drip }).message(TCP, "not-ike", "ffff00");
  assertFindings(world, "warning tcp-mute possible");
  const hello = { speaks: "other", banner: "68656c6c6f" } as const;
  const greeting = udpWorks().stood("tcp-4500", "foreign", { path: hello }).message(TCP, "not-ike", "68656c6c6f");
  assertFindings(greeting, "warning foreign-protocol certain");
});

Deno.test("prefix-unchecked: six other octets get an IKE answer", () => {
  const world = lab("closed", { "tcp-other-stream": "answered", "tcp-prefix-frame": "closed" });
  assertEquals(only(world, "prefix-unchecked").severity, "notice");
  assertNot(lab("closed", LIBRESWAN), "prefix-unchecked");
});

Deno.test("split-rejected: closed in two pieces, answered in one", () => {
  const world = udpWorks().answered("tcp-4500").trial("tcp-prefix-split", "tcp-4500", "closed");
  assertFindings(world, "notice split-rejected certain");
  assertNot(lab("reset", RESETTER), "split-rejected");
  const some = { "tcp-prefix-frame": ["answered", "closed"], "tcp-prefix-split": "closed" } as const;
  assertNot(lab("silent", some), "split-rejected");
  assertNot(lab("reset", { ...some, "tcp-prefix-frame": "answered" }), "split-rejected");
  const once = lab("silent", { "tcp-prefix-frame": "answered", "tcp-prefix-split": "closed" });
  assertEquals(only(once, "split-rejected").confidence, "likely");
});

Deno.test("hangs-up-early: FIN behind INVALID_KE_PAYLOAD", () => {
  const world = udpWorks();
  const flow = { flow: 7 };
  world.event("message", TCP, { ...flow, fit: "answer", what: "x", data: "00", octets: 1, result: "group" });
  world.event("end", TCP, { ...flow, how: "fin", ms: 30 });
  world.answered("tcp-4500");
  assertFindings(world, "notice hangs-up-early certain");
});

Deno.test("hangs-up-early: not behind a cookie (RFC 9329 §7.3), a final error, or the corrected request", () => {
  for (const result of ["cookie", "error", "accepted"]) {
    const world = udpWorks();
    world.event("message", TCP, { flow: 7, fit: "answer", what: "x", data: "00", octets: 1, result });
    world.event("end", TCP, { flow: 7, how: "fin", ms: 30 });
    assertNot(world.answered("tcp-4500"), "hangs-up-early");
  }
  const said = udpWorks();
  said.event("message", TCP, { flow: 7, fit: "answer", what: "x", data: "00", octets: 1, result: "group" });
  said.event("sent", TCP, { flow: 7, data: "00", octets: 1, what: "IKE_SA_INIT request" });
  said.event("end", TCP, { flow: 7, how: "fin", ms: 30 });
  assertNot(said.answered("tcp-4500"), "hangs-up-early");
});
