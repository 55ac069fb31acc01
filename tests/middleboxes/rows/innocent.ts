/** What looks as if somebody on the way did it, and is the network's time, the gateway itself, or a broken member of a cluster. */
import { delay, type Middlebox, resetOnPrefix } from "../../sim/mod.ts";
import { called, jitter, killOnData, slowFirst, toFirst, toSomeFlows } from "../boxes.ts";
import { type Expectation, type Expected, finding, notice, warning } from "../row.ts";
import { simulated, type SimulatedRow, UDP_ONLY } from "../simulated.ts";

const DEGRADED = { verdict: ["degraded"], recommended: "udp-500" } as const;
const TCP = ["tcp-4500"];
/** The far end does that: whoever reads the octets may be the gateway, and that is said. */
const BY_CONTENT: readonly Expected[] = [
  warning("prefix-reset", { least: "likely", paths: TCP }),
  finding("prefix-evaded", { paths: TCP }),
];
/** Answers that take longer than the probe waits before it repeats look lost. */
const LATE: readonly Expected[] = [finding("loss")];

/** What a member that is dead looks like from here; by chance, it may look as if it were the prefix. */
const DEAD_MEMBER: Expectation = {
  verdict: ["ready", "degraded"],
  recommended: "udp-500",
  may: [
    warning(["tcp-hangup", "tcp-mute"], { paths: TCP }),
    warning(["prefix-reset", "prefix-dropped"], { most: "possible", paths: TCP }),
    notice("prefix-evaded", { most: "likely", paths: TCP }),
  ],
};

const dropData: Middlebox["handle"] = ({ protocol, flag }, { direction }) =>
  protocol === "tcp" && direction === "out" && flag === "data" ? "drop" : undefined;

const rows: SimulatedRow[] = [
  {
    name: "a gateway resets every connection, and the network is slow with the first packet of each",
    world: { faults: ["tcp:reset"], middleboxes: () => [slowFirst(80)] },
    expect: {
      ...DEGRADED,
      findings: [warning("tcp-hangup", { paths: TCP })],
      may: [warning("reset-injected", { most: "possible" })],
    },
  },
  {
    name: "a gateway resets what begins with IKETCP, and the network is slow with the first packet of each connection",
    world: { faults: ["tcp:prefix-reset"], middleboxes: () => [slowFirst(80)] },
    expect: { ...DEGRADED, findings: BY_CONTENT },
  },
  {
    name: "a gateway resets what begins with IKETCP, and its SYN/ACKs are late",
    world: {
      faults: ["tcp:prefix-reset"],
      middleboxes: () => [
        called("delays SYN/ACKs by 60 ms", delay(60, { protocol: "tcp", flag: "syn-ack", direction: "in" })),
      ],
    },
    expect: { ...DEGRADED, findings: BY_CONTENT },
  },
  {
    name:
      "a near middlebox resets what begins with IKETCP, and the network is slow with the first packet of each connection",
    world: {
      latency: 20,
      middleboxes: () => [
        slowFirst(80, ({ protocol }) => protocol === "tcp"),
        called("RST to IKETCP", resetOnPrefix(4500)),
      ],
    },
    expect: { ...DEGRADED, findings: [...BY_CONTENT, warning("reset-injected", { least: "certain", paths: TCP })] },
  },
  {
    name: "a gateway resets what begins with IKETCP, and times vary",
    seeds: 20,
    world: { latency: 3, faults: ["tcp:prefix-reset"], middleboxes: () => [jitter(200)] },
    expect: { ...DEGRADED, findings: BY_CONTENT, may: LATE },
  },
  {
    name: "a gateway resets every connection, and times vary",
    seeds: 20,
    world: { latency: 3, faults: ["tcp:reset"], middleboxes: () => [jitter(200)] },
    expect: { ...DEGRADED, findings: [warning("tcp-hangup", { paths: TCP })], may: LATE },
  },
  {
    name: "a gateway resets every connection, and the times of handshakes vary",
    seeds: 20,
    world: {
      latency: 10,
      faults: ["tcp:reset"],
      middleboxes: () => [
        called("delays SYNs and SYN/ACKs by 0 to 150 ms", jitter(150, ({ flag }) => /^syn/.test(flag ?? ""))),
      ],
    },
    expect: {
      ...DEGRADED,
      findings: [warning("tcp-hangup", { paths: TCP })],
      may: [warning("reset-injected", { most: "possible" })],
    },
  },
  {
    name: "a gateway is mute over TCP, and times vary",
    seeds: 20,
    world: { latency: 3, faults: ["tcp:mute"], middleboxes: () => [jitter(200)] },
    expect: { ...DEGRADED, findings: [warning("tcp-mute", { paths: TCP })], may: LATE },
  },
  {
    name: "a gateway without TCP, and times vary",
    options: ["--groups", "X25519,MODP2048"],
    seeds: 20,
    world: { latency: 3, listen: UDP_ONLY, policy: { groups: [14] }, middleboxes: () => [jitter(200)] },
    expect: {
      verdict: ["ready", "degraded"],
      recommended: "udp-500",
      findings: [finding(["tcp-not-offered", "tcp-refused"], { paths: TCP })],
      may: [notice("ke-mismatch"), ...LATE, warning("reset-injected", { most: "possible" })],
    },
  },
  ...[0.5, 0.75].map((share): SimulatedRow => ({
    name: `a cluster behind one address, and ${share * 100} % of the connections are reset behind our first data`,
    seeds: 30,
    world: { latency: 20, middleboxes: () => [toSomeFlows(share, "RST both ways behind data", killOnData, 19)] },
    expect: DEAD_MEMBER,
  })),
  {
    name: "a cluster behind one address, and half of the connections are never answered",
    seeds: 30,
    world: { middleboxes: () => [toSomeFlows(0.5, "drops our data over TCP", dropData)] },
    expect: DEAD_MEMBER,
  },
  {
    name: "the first connection is reset behind its first data, and later ones work",
    world: { middleboxes: () => [toFirst({ port: 4500 }, "RST both ways behind data", killOnData)] },
    expect: {
      ...DEGRADED,
      findings: [warning("tcp-hangup", { most: "possible", paths: TCP, says: /later ones are answered/ })],
      may: [warning("reset-injected", { most: "possible", paths: TCP })],
    },
  },
];

/** See the file's head. */
export const INNOCENT = rows.map(simulated);
