/** Gateways that answer now and not then: limits, and requests that are lost on a connection that stands. */
import { finding, notice, warning } from "../row.ts";
import { simulated, type SimulatedRow, WITH_TLS } from "../simulated.ts";

const DEGRADED = { verdict: ["degraded"], recommended: "udp-500" } as const;
const TCP = ["tcp-4500"];
/** A later request was answered: whatever it is, it is neither mute nor sure. */
const UNANSWERED_ONCE = warning(["rate-limited", "loss", "tcp-mute"], { most: "possible", paths: TCP });

const rows: SimulatedRow[] = [
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
export const SOMETIMES = rows.map(simulated);
