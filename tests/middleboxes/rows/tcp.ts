/** TCP that does not come through: SYNs, data, and connections that end or say nothing. */
import { drop, hostUnreachable, type Middlebox, reject, reset, timeExceeded } from "../../sim/mod.ts";
import { called, dropIkeOverTcp, firstSyn, isNoTls, swallowAnswers } from "../boxes.ts";
import { finding, notice, problem, warning } from "../row.ts";
import { GATEWAY, ROUTER, simulated, type SimulatedRow, WITH_TLS } from "../simulated.ts";

const DEGRADED = { verdict: ["degraded"], recommended: "udp-500" } as const;
const PATHS = ["tcp-4500"];
const NO_UDP = () => called("drops UDP", drop({ protocol: "udp" }));

function dropSynsFor(ms: number): Middlebox {
  let began: number | undefined;
  return {
    name: `drops SYNs to TCP 4500 for ${ms} ms`,
    handle({ flag, to }, { now }) {
      began ??= now;
      return flag === "syn" && to.port === 4500 && now - began < ms ? "drop" : undefined;
    },
  };
}

const rows: SimulatedRow[] = [
  {
    name: "the SYN is dropped",
    world: { middleboxes: () => [called("drops SYNs to TCP 4500", drop({ protocol: "tcp", port: 4500 }))] },
    expect: {
      ...DEGRADED,
      findings: [warning("tcp-filtered", { least: "likely", paths: PATHS })],
      paths: { "tcp-4500": "silent" },
    },
  },
  {
    name: "SYNs are dropped for three seconds, and then no more",
    options: ["--require", "tcp-4500"],
    world: { middleboxes: () => [dropSynsFor(3150)] },
    expect: {
      verdict: ["degraded"],
      exit: 2,
      findings: [problem("tcp-filtered", { most: "possible", paths: PATHS, says: /a later one does/ })],
    },
  },
  {
    name: "the SYN is dropped, and UDP too: a dead host could not be told apart",
    world: { middleboxes: () => [NO_UDP(), called("drops SYNs to TCP 4500", drop({ protocol: "tcp", port: 4500 }))] },
    expect: {
      verdict: ["blocked"],
      // TCP 443 refuses: somebody is there.
      findings: [problem("udp-blocked", { most: "possible" }), problem("tcp-filtered", { paths: PATHS })],
    },
  },
  {
    name: "the SYN is answered with RST, as from a gateway without TCP",
    world: { middleboxes: () => [called("RST to SYNs to TCP 4500", reset({ port: 4500, flag: "syn" }))] },
    expect: { verdict: ["ready"], recommended: "udp-500", findings: [notice("tcp-not-offered", { paths: PATHS })] },
  },
  {
    name: "the SYN is answered with RST, much sooner than the gateway can",
    options: ["--groups", "X25519,MODP2048"],
    world: {
      latency: 20,
      policy: { groups: [14] },
      middleboxes:
        () => [called("RST to SYNs to TCP 4500, 1 ms away", reset({ port: 4500, flag: "syn" }, { distance: 1 }))],
    },
    expect: {
      ...DEGRADED,
      // The gateway is not who refuses: that it offers no TCP is not known.
      findings: [finding("reset-injected", { paths: PATHS }), warning("tcp-refused", { paths: PATHS })],
      may: [notice("ke-mismatch")],
    },
  },
  {
    name: "TCP 4500 is refused, and required",
    options: ["--require", "tcp-4500"],
    world: { faults: ["tcp:refuse"] },
    expect: {
      verdict: ["ready", "degraded"],
      exit: 2,
      findings: [problem(["tcp-not-offered", "tcp-refused"], { paths: PATHS })],
    },
  },
  {
    name: "a router forbids TCP 4500",
    world: { middleboxes: () => [called("rejects TCP 4500", reject({ protocol: "tcp", port: 4500 }))] },
    expect: {
      ...DEGRADED,
      // One SYN, and one ICMP error: a moment without a route looks the same.
      findings: [warning("tcp-prohibited", { least: "likely", hop: ROUTER, paths: PATHS })],
      paths: { "tcp-4500": "prohibited" },
    },
  },
  {
    name: "a router calls the host unreachable, for TCP 4500 alone",
    world: {
      middleboxes: () => [
        called("rejects TCP 4500: host unreachable", reject({ protocol: "tcp", port: 4500 }, ROUTER, hostUnreachable)),
      ],
    },
    expect: { ...DEGRADED, findings: [warning("tcp-prohibited", { hop: ROUTER, paths: PATHS })] },
  },
  {
    name: "a router calls the host unreachable, to the first SYN alone",
    world: { middleboxes: () => [firstSyn(4500, hostUnreachable(ROUTER))] },
    expect: {
      verdict: ["ready", "degraded"],
      recommended: "udp-500",
      may: [warning("tcp-prohibited", { paths: PATHS })],
      paths: { "tcp-4500": "prohibited" },
    },
  },
  {
    name: "SYNs go round in a loop",
    world: {
      middleboxes: () => [
        called("rejects TCP 4500: time exceeded", reject({ protocol: "tcp", port: 4500 }, ROUTER, timeExceeded)),
      ],
    },
    expect: {
      ...DEGRADED,
      findings: [warning("tcp-prohibited", { hop: ROUTER, paths: PATHS })],
      paths: { "tcp-4500": "prohibited" },
    },
  },
  {
    name: "UDP is dropped, and the gateway has no TCP",
    world: { middleboxes: () => [NO_UDP()], faults: ["tcp:refuse"] },
    expect: {
      verdict: ["blocked"],
      recommended: null,
      findings: [problem("udp-blocked", { most: "possible" }), problem("tcp-refused", { paths: PATHS })],
    },
  },
  {
    name: "a RST comes beside the genuine answer",
    world: { faults: ["tcp:reset-after-answer"] },
    expect: {
      verdict: ["degraded", "ready"],
      recommended: "udp-500",
      // The gateway itself may do that.
      findings: [finding("reset-injected", { most: "possible", paths: PATHS })],
    },
  },
  {
    name: "only TLS is let through on TCP 4500",
    world: {
      middleboxes: () => [
        called("RST to segments to TCP 4500 that are no TLS", reset({ port: 4500, flag: "data", test: isNoTls })),
      ],
    },
    expect: {
      ...DEGRADED,
      // Any octets are reset: it is not the prefix.
      findings: [warning("tcp-hangup", { paths: PATHS })],
      may: [finding("reset-injected", { paths: PATHS })],
      paths: { "tcp-4500": "reset" },
    },
  },
  {
    name: "the handshake passes and no data does",
    world: {
      middleboxes:
        () => [called("drops data of TCP 4500, both ways", drop({ protocol: "tcp", port: 4500, flag: "data" }))],
    },
    expect: { ...DEGRADED, findings: [warning("tcp-mute", { paths: PATHS })], paths: { "tcp-4500": "silent" } },
  },
  {
    name: "the connection is accepted, read and never answered",
    world: { faults: ["tcp:mute"] },
    expect: { ...DEGRADED, findings: [warning("tcp-mute", { paths: PATHS })] },
  },
  {
    name: "the connection is accepted and never read",
    world: { faults: ["tcp:tarpit"] },
    expect: { ...DEGRADED, findings: [warning("tcp-mute", { paths: PATHS })] },
  },
  {
    name: "connections are closed at once",
    world: { faults: ["tcp:close"] },
    expect: { ...DEGRADED, findings: [warning("tcp-hangup", { least: "likely", paths: PATHS })] },
  },
  {
    name: "connections are reset at once",
    world: { faults: ["tcp:reset"] },
    expect: { ...DEGRADED, findings: [warning("tcp-hangup", { least: "likely", paths: PATHS })] },
  },
  {
    name: "connections are closed after 200 ms, whatever happens",
    world: { latency: 2, faults: ["tcp:drop", "tcp:close-after:200"] },
    expect: { ...DEGRADED, findings: [warning("tcp-hangup", { paths: PATHS })] },
  },
  {
    name: "the gateway reads frames and leaves IKE over TCP unanswered",
    world: { faults: ["tcp:drop"] },
    expect: { ...DEGRADED, findings: [warning("tcp-mute", { paths: PATHS, says: /reads|frames/ })] },
  },
  {
    name: "IKE messages over TCP are dropped on the way, the stream prefix is not",
    world: { middleboxes: () => [dropIkeOverTcp()] },
    expect: {
      ...DEGRADED,
      // The gateway's TCP has the prefix, and has never had a message.
      findings: [warning("tcp-mute", { least: "likely", paths: PATHS, says: /dropped on the way/ })],
    },
  },
  {
    name: "IKE messages over TCP are dropped on the way, the stream prefix is not, and UDP is dropped",
    world: { middleboxes: () => [NO_UDP(), dropIkeOverTcp()] },
    expect: {
      verdict: ["blocked"],
      findings: [
        problem("udp-blocked", { most: "possible" }),
        problem("tcp-mute", { least: "likely", paths: PATHS, says: /dropped on the way/ }),
      ],
    },
  },
  {
    name: "the gateway's answers over TCP are dropped on the way back",
    world: {
      middleboxes: () => [
        called("drops data of TCP 4500, inwards", drop({ protocol: "tcp", port: 4500, flag: "data", direction: "in" })),
      ],
    },
    expect: {
      ...DEGRADED,
      // From here, a gateway that gives no answer looks the same.
      findings: [warning("tcp-mute", { most: "possible", paths: PATHS, says: /lost on the way back/ })],
    },
  },
  {
    name: "TCP 4500 is muted and UDP dropped: TLS 443 is the way",
    world: { listen: WITH_TLS, faults: ["tcp:mute"], middleboxes: () => [NO_UDP()] },
    expect: {
      verdict: ["fallback"],
      recommended: "tls-443",
      findings: [problem("udp-blocked"), problem("tcp-mute", { paths: PATHS })],
    },
  },
  {
    name: "TCP 4500 is muted: TLS 443 works, and is not asked to accept another SA",
    world: { listen: WITH_TLS, faults: ["tcp:mute"] },
    expect: { ...DEGRADED, findings: [warning("tcp-mute", { paths: PATHS })], paths: { "tls-443": "alive" } },
  },
  {
    name: "the answers over TCP 4500 are swallowed and UDP dropped: TLS 443 is the way",
    world: { listen: WITH_TLS, middleboxes: () => [NO_UDP(), swallowAnswers(4500, "stands")] },
    expect: {
      verdict: ["fallback"],
      recommended: "tls-443",
      findings: [problem("udp-blocked"), problem(["tcp-mute", "prefix-dropped"], { paths: PATHS })],
    },
  },
  {
    name: "the answers over TCP 4500 are swallowed, with a RST, and UDP dropped: TLS 443 is the way",
    world: { listen: WITH_TLS, latency: 10, middleboxes: () => [NO_UDP(), swallowAnswers(4500, "is reset")] },
    expect: {
      verdict: ["fallback"],
      recommended: "tls-443",
      findings: [problem("udp-blocked"), problem(["tcp-hangup", "prefix-reset"], { most: "possible", paths: PATHS })],
      may: [finding("reset-injected", { most: "possible", paths: PATHS })],
    },
  },
  {
    name: "TCP 4500 answers after the timeout, and UDP is dropped: TLS 443 is the way",
    world: { listen: WITH_TLS, faults: ["tcp:delay:3500"], middleboxes: () => [NO_UDP()] },
    expect: {
      verdict: ["fallback"],
      recommended: "tls-443",
      findings: [problem("udp-blocked")],
      may: [finding(["tcp-mute", "rate-limited", "loss"], { most: "possible", paths: PATHS })],
    },
  },
  {
    name: "TCP 4500 alone is asked for, and the gateway is down",
    options: ["--paths", "tcp-4500"],
    world: { hosts: [{ addresses: [GATEWAY], options: { down: true }, gateway: null }] },
    expect: { verdict: ["blocked"], findings: [problem(["address-dead", "tcp-filtered"], { paths: PATHS })] },
  },
  {
    name: "a prefix that is not checked, on a path that works",
    world: { faults: ["tcp:prefix-unchecked"] },
    expect: { verdict: ["ready"], may: [notice("prefix-unchecked")] },
  },
];

/** See the file's head. */
export const TCP = rows.map(simulated);
