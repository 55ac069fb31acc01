/** TCP that does not come through: SYNs, prefixes, data and resets. */
import { drop, dropOnPrefix, hostUnreachable, reject, reset, resetOnPrefix } from "../../sim/mod.ts";
import { called, isNoTls, resetOnStream } from "../boxes.ts";
import { finding, notice, problem, warning } from "../row.ts";
import { GATEWAY, ROUTER, simulated, type SimulatedRow, WITH_TLS } from "../simulated.ts";

const DEGRADED = { verdict: ["degraded"], recommended: "udp-500" } as const;
const TCP = ["tcp-4500"];
/** A later request was answered: whatever it is, it is neither mute nor sure. */
const UNANSWERED_ONCE = warning(["rate-limited", "loss", "tcp-mute"], { most: "possible", paths: TCP });
const NO_UDP = () => called("drops UDP", drop({ protocol: "udp" }));

const rows: SimulatedRow[] = [
  {
    name: "the SYN is dropped",
    world: { middleboxes: () => [called("drops SYNs to TCP 4500", drop({ protocol: "tcp", port: 4500 }))] },
    expect: {
      ...DEGRADED,
      findings: [warning("tcp-filtered", { least: "likely", paths: TCP })],
      paths: { "tcp-4500": "silent" },
    },
  },
  {
    name: "the SYN is dropped, and UDP too: a dead host could not be told apart",
    world: { middleboxes: () => [NO_UDP(), called("drops SYNs to TCP 4500", drop({ protocol: "tcp", port: 4500 }))] },
    expect: {
      verdict: ["blocked"],
      // TCP 443 refuses: somebody is there.
      findings: [problem("udp-blocked", { most: "possible" }), problem("tcp-filtered", { paths: TCP })],
    },
  },
  {
    name: "the SYN is answered with RST, as from a gateway without TCP",
    world: { middleboxes: () => [called("RST to SYNs to TCP 4500", reset({ port: 4500, flag: "syn" }))] },
    expect: { verdict: ["ready"], recommended: "udp-500", findings: [notice("tcp-not-offered", { paths: TCP })] },
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
      findings: [finding("reset-injected", { paths: TCP }), warning("tcp-refused", { paths: TCP })],
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
      findings: [problem(["tcp-not-offered", "tcp-refused"], { paths: TCP })],
    },
  },
  {
    name: "a router forbids TCP 4500",
    world: { middleboxes: () => [called("rejects TCP 4500", reject({ protocol: "tcp", port: 4500 }))] },
    expect: {
      ...DEGRADED,
      findings: [warning("tcp-prohibited", { least: "certain", hop: ROUTER, paths: TCP })],
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
    expect: { ...DEGRADED, findings: [warning("tcp-prohibited", { hop: ROUTER, paths: TCP })] },
  },
  {
    name: "UDP is dropped, and the gateway has no TCP",
    world: { middleboxes: () => [NO_UDP()], faults: ["tcp:refuse"] },
    expect: {
      verdict: ["blocked"],
      recommended: null,
      findings: [problem("udp-blocked", { most: "possible" }), problem("tcp-refused", { paths: TCP })],
    },
  },
  {
    name: "segments that begin with IKETCP are reset",
    world: { latency: 2, middleboxes: () => [called("RST to IKETCP", resetOnPrefix(4500))] },
    expect: {
      ...DEGRADED,
      findings: [
        warning("prefix-reset", { least: "certain", paths: TCP }),
        finding("prefix-evaded", { least: "certain", paths: TCP }),
      ],
      paths: { "tcp-4500": "reset" },
    },
  },
  {
    name: "segments that begin with IKETCP are reset, and UDP is dropped",
    world: { middleboxes: () => [NO_UDP(), called("RST to IKETCP", resetOnPrefix(4500))] },
    expect: {
      verdict: ["blocked"],
      findings: [
        // The gateway is alive: it answers where the prefix is split.
        problem("udp-blocked"),
        problem("prefix-reset", { least: "certain", paths: TCP }),
        finding("prefix-evaded", { least: "certain" }),
      ],
      may: [finding("reset-injected")],
    },
  },
  {
    name: "segments that begin with IKETCP are reset, before libreswan, which takes no prefix in two segments",
    world: {
      latency: 2,
      faults: ["tcp:prefix-whole", "tcp:hang-up"],
      middleboxes: () => [called("RST to IKETCP", resetOnPrefix(4500))],
    },
    expect: {
      ...DEGRADED,
      // Nothing evades it, and the control is closed by the gateway in order: no proof, and much evidence.
      findings: [warning("prefix-reset", { least: "likely", paths: TCP })],
    },
  },
  {
    name: "streams that begin with IKETCP are reset, however they are cut",
    world: { middleboxes: () => [resetOnStream(4500)] },
    expect: {
      ...DEGRADED,
      findings: [warning("prefix-reset", { least: "likely", paths: TCP })],
      may: [finding("reset-injected")],
    },
  },
  {
    name: "segments that begin with IKETCP are dropped",
    world: { middleboxes: () => [called("drops IKETCP", dropOnPrefix(4500))] },
    expect: {
      ...DEGRADED,
      findings: [
        warning("prefix-dropped", { least: "certain", paths: TCP }),
        finding("prefix-evaded", { least: "certain", paths: TCP }),
      ],
      paths: { "tcp-4500": "silent" },
    },
  },
  {
    name: "segments that begin with IKETCP are dropped, before libreswan",
    world: {
      faults: ["tcp:prefix-whole", "tcp:hang-up"],
      middleboxes: () => [called("drops IKETCP", dropOnPrefix(4500))],
    },
    expect: { ...DEGRADED, findings: [warning("prefix-dropped", { least: "likely", paths: TCP })] },
  },
  {
    name: "segments that begin with IKETCP are dropped, and sockets do not see what is acknowledged",
    world: {
      sight: { icmp: false, router: false, tcpInfo: false },
      faults: ["tcp:prefix-whole", "tcp:hang-up"],
      middleboxes: () => [called("drops IKETCP", dropOnPrefix(4500))],
    },
    expect: { ...DEGRADED, findings: [warning(["prefix-dropped", "tcp-mute"], { most: "likely", paths: TCP })] },
  },
  {
    name: "the same by the far end: it resets what begins with IKETCP",
    world: { faults: ["tcp:prefix-reset"] },
    expect: {
      ...DEGRADED,
      findings: [warning("prefix-reset", { least: "likely", paths: TCP }), finding("prefix-evaded", { paths: TCP })],
    },
  },
  {
    name: "the same by the far end: it swallows what begins with IKETCP",
    world: { faults: ["tcp:prefix-drop"] },
    expect: {
      ...DEGRADED,
      findings: [warning("prefix-dropped", { least: "likely", paths: TCP }), finding("prefix-evaded", { paths: TCP })],
    },
  },
  {
    name: "a gateway that closes behind IKETCP, as libreswan on a kernel without espintcp",
    world: { faults: ["tcp:prefix-close", "tcp:prefix-whole"] },
    expect: { ...DEGRADED, findings: [warning("tcp-hangup", { paths: TCP })] },
  },
  {
    name: "an injector beside the path resets what begins with IKETCP",
    world: {
      latency: 20,
      middleboxes: () => [
        called(
          "RST to the client for IKETCP, 1 ms away; the segment passes",
          reset({ port: 4500, flag: "data", begins: "IKETCP" }, { distance: 1, pass: true }),
        ),
      ],
    },
    expect: {
      ...DEGRADED,
      findings: [finding("reset-injected", { least: "likely", paths: TCP })],
      may: [warning("prefix-reset", { paths: TCP }), finding("prefix-evaded", { paths: TCP })],
    },
  },
  {
    name: "a RST comes beside the genuine answer",
    world: { faults: ["tcp:reset-after-answer"] },
    expect: {
      verdict: ["degraded", "ready"],
      recommended: "udp-500",
      // The gateway itself may do that.
      findings: [finding("reset-injected", { most: "possible", paths: TCP })],
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
      findings: [warning("tcp-hangup", { paths: TCP })],
      may: [finding("reset-injected", { paths: TCP })],
      paths: { "tcp-4500": "reset" },
    },
  },
  {
    name: "the handshake passes and no data does",
    world: {
      middleboxes:
        () => [called("drops data of TCP 4500, both ways", drop({ protocol: "tcp", port: 4500, flag: "data" }))],
    },
    expect: { ...DEGRADED, findings: [warning("tcp-mute", { paths: TCP })], paths: { "tcp-4500": "silent" } },
  },
  {
    name: "the connection is accepted, read and never answered",
    world: { faults: ["tcp:mute"] },
    expect: { ...DEGRADED, findings: [warning("tcp-mute", { paths: TCP })] },
  },
  {
    name: "the connection is accepted and never read",
    world: { faults: ["tcp:tarpit"] },
    expect: { ...DEGRADED, findings: [warning("tcp-mute", { paths: TCP })] },
  },
  {
    name: "connections are closed at once",
    world: { faults: ["tcp:close"] },
    expect: { ...DEGRADED, findings: [warning("tcp-hangup", { least: "likely", paths: TCP })] },
  },
  {
    name: "connections are reset at once",
    world: { faults: ["tcp:reset"] },
    expect: { ...DEGRADED, findings: [warning("tcp-hangup", { least: "likely", paths: TCP })] },
  },
  {
    name: "connections are closed after 200 ms, whatever happens",
    world: { latency: 2, faults: ["tcp:drop", "tcp:close-after:200"] },
    expect: { ...DEGRADED, findings: [warning("tcp-hangup", { paths: TCP })] },
  },
  {
    name: "the gateway reads frames and leaves IKE over TCP unanswered",
    world: { faults: ["tcp:drop"] },
    expect: { ...DEGRADED, findings: [warning("tcp-mute", { paths: TCP, says: /reads|frames/ })] },
  },
  {
    name: "TCP 4500 is muted and UDP dropped: TLS 443 is the way",
    world: { listen: WITH_TLS, faults: ["tcp:mute"], middleboxes: () => [NO_UDP()] },
    expect: {
      verdict: ["fallback"],
      recommended: "tls-443",
      findings: [problem("udp-blocked"), problem("tcp-mute", { paths: TCP })],
    },
  },
  {
    name: "TCP 4500 alone is asked for, and the gateway is down",
    options: ["--paths", "tcp-4500"],
    world: { hosts: [{ addresses: [GATEWAY], options: { down: true }, gateway: null }] },
    expect: { verdict: ["blocked"], findings: [problem(["address-dead", "tcp-filtered"], { paths: TCP })] },
  },
  {
    name: "a prefix that is not checked, on a path that works",
    world: { faults: ["tcp:prefix-unchecked"] },
    expect: { verdict: ["ready"], may: [notice("prefix-unchecked")] },
  },
  {
    name: "the first request over TCP is not answered, and later ones are, whatever the prefix",
    world: { faults: ["tcp:prefix-unchecked", "tcp:drop-first:1"] },
    expect: { ...DEGRADED, findings: [notice("prefix-unchecked", { paths: TCP }), UNANSWERED_ONCE] },
  },
  {
    name: "the first two requests over TCP are not answered, and later ones are",
    // By chance, only the one with the split prefix seems to be answered at first.
    world: { faults: ["tcp:drop-first:2"] },
    expect: { ...DEGRADED, findings: [UNANSWERED_ONCE] },
  },
  {
    name: "every second message is left unanswered, on all transports",
    options: ["--paths", "udp-500,udp-4500,tcp-4500,tls-443"],
    world: { listen: WITH_TLS, latency: 10, faults: ["drop-every"] },
    expect: {
      verdict: ["ready", "degraded"],
      recommended: "udp-500",
      may: [finding(["loss", "rate-limited"]), warning("tcp-mute", { most: "possible" })],
    },
  },
  {
    name: "the gateway limits us on all transports",
    options: ["--paths", "udp-500,udp-4500,tcp-4500,tls-443"],
    world: { listen: WITH_TLS, latency: 10, faults: ["rate-limit:3"] },
    expect: {
      verdict: ["ready", "degraded"],
      recommended: "udp-500",
      findings: [finding("rate-limited")],
      may: [warning("tcp-mute", { most: "possible" })],
    },
  },
  {
    name: "the first request over TCP is not answered, and later ones are, unless the prefix is split",
    world: { faults: ["tcp:prefix-whole", "tcp:drop-first:1"] },
    expect: { ...DEGRADED, findings: [notice("split-rejected", { paths: TCP }), UNANSWERED_ONCE] },
  },
];

/** See the file's head. */
export const TCP_ROWS = rows.map(simulated);
