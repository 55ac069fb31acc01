/** What looks as if somebody on the way did it, and is the network's time, the gateway itself, or a broken member of a cluster. */
import type { Channel } from "../../../lib/net/transport.ts";
import { delay, intercept, type Middlebox, resetOnPrefix } from "../../sim/mod.ts";
import {
  called,
  converse,
  jitter,
  killOnData,
  PROXY_PORT,
  proxyHost,
  slowFirst,
  toFirst,
  toSomeFlows,
} from "../boxes.ts";
import { type Expectation, type Expected, finding, notice, problem, warning } from "../row.ts";
import { GATEWAY, simulated, type SimulatedRow, UDP_ONLY } from "../simulated.ts";

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

/** Sends each of our datagrams twice. */
function copies(): Middlebox {
  return {
    name: "copies our datagrams",
    handle(packet, passage) {
      if (packet.protocol === "udp" && passage.direction === "out") passage.inject(packet);
      return undefined;
    },
  };
}

const swallow = (channel: Channel) => converse(channel, () => "nothing");

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
  {
    name: "the gateway's own host accepts connections to every TCP port, and says nothing",
    world: {
      latency: 20,
      hosts: [{
        addresses: [GATEWAY],
        gateway: { listen: UDP_ONLY },
        script: (host) => [4500, 443, 6, 58391].forEach((port) => host.onTcp(port, (channel) => void swallow(channel))),
      }],
    },
    expect: {
      ...DEGRADED,
      findings: [
        warning("tcp-mute", { paths: TCP }),
        warning("transparent-proxy", { most: "likely", says: /host itself accepts everything/ }),
      ],
    },
  },
  {
    name: "the gateway is down, and a proxy on the way accepts TCP 443 for anybody",
    world: {
      hosts: [{ addresses: [GATEWAY], options: { down: true }, gateway: null }],
      middleboxes: (network) => [
        called(
          "proxy of TCP 443 that closes",
          intercept({ port: 443 }, proxyHost(network, (channel) => channel.close()), PROXY_PORT),
        ),
      ],
    },
    expect: {
      verdict: ["blocked"],
      recommended: null,
      findings: [
        problem("udp-blocked", { most: "possible", says: /in its name/ }),
        problem("tcp-filtered", { most: "possible", paths: TCP, says: /in its name/ }),
      ],
    },
  },
  {
    name: "TCP alone takes a quicker way than all else",
    world: {
      latency: 2.5,
      middleboxes: () => [
        called(
          "delays all but TCP 4500 by 30 ms",
          delay(30, {
            test: ({ protocol, from, to }) => protocol === "udp" || (from.port !== 4500 && to.port !== 4500),
          }),
        ),
      ],
    },
    expect: {
      verdict: ["ready"],
      recommended: "udp-500",
      may: [notice("transparent-proxy", { most: "likely", says: /another way/ })],
    },
  },
  {
    name: "the network copies datagrams, and the gateway answers each copy anew",
    world: { policy: { halfOpenMs: 0 }, middleboxes: () => [copies()] },
    expect: {
      verdict: ["ready"],
      recommended: "udp-500",
      findings: [notice("conflicting-responses", { most: "possible" })],
    },
  },
  {
    name: "a dead member of a link: a third of the flows over UDP vanish",
    seeds: 30,
    world: {
      middleboxes: () => [toSomeFlows(0.33, "drops", ({ protocol }) => protocol === "udp" ? "drop" : undefined)],
    },
    expect: {
      verdict: ["ready", "degraded", "fallback"],
      may: [
        finding(["rate-limited", "udp-500-blocked", "udp-4500-blocked"], { most: "possible" }),
        // Where nothing but silence was seen over UDP, it is no different.
        finding("udp-blocked"),
      ],
    },
  },
  {
    name: "a dead member of a link: half of all flows vanish",
    seeds: 30,
    world: { middleboxes: () => [toSomeFlows(0.5, "drops", () => "drop")] },
    expect: {
      verdict: ["ready", "degraded", "fallback", "blocked"],
      may: [
        finding("rate-limited", { most: "possible" }),
        finding(["tcp-filtered", "udp-blocked", "udp-500-blocked", "udp-4500-blocked"], { most: "likely" }),
      ],
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
