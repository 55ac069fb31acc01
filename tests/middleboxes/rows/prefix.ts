/** Somebody looks at what TCP carries, and dislikes the stream prefix; or only seems to. */
import { drop, dropOnPrefix, reset, resetOnPrefix } from "../../sim/mod.ts";
import { called, resetOnStream } from "../boxes.ts";
import { finding, problem, warning } from "../row.ts";
import { simulated, type SimulatedRow } from "../simulated.ts";

const DEGRADED = { verdict: ["degraded"], recommended: "udp-500" } as const;
const TCP = ["tcp-4500"];
const NO_UDP = () => called("drops UDP", drop({ protocol: "udp" }));

const rows: SimulatedRow[] = [
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
];

/** See the file's head. */
export const PREFIX = rows.map(simulated);
