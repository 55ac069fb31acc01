/** Answers that are broken, forged, not ours, or too many. */
import { drop } from "../../sim/mod.ts";
import { called, only } from "../boxes.ts";
import { finding, notice, problem, warning } from "../row.ts";
import { GATEWAY, OTHER, simulated, type SimulatedRow } from "../simulated.ts";

const FALLBACK = { verdict: ["fallback"], recommended: "tcp-4500" } as const;
const DEGRADED = { verdict: ["degraded"], recommended: "udp-500" } as const;
const WORKS = { verdict: ["ready", "degraded"], recommended: "udp-500" } as const;
const UDP = ["udp-500", "udp-4500"];
const TCP = ["tcp-4500"];

const MALFORMED = [
  "payload-length",
  "zero-length",
  "garbage",
  "no-ke",
  "no-nonce",
  "short-nonce",
  "bad-ke",
  "not-offered",
];

const rows: SimulatedRow[] = [
  ...MALFORMED.map((kind): SimulatedRow => ({
    name: `malformed answers over UDP: ${kind}`,
    world: { faults: [`udp:malformed:${kind}`] },
    expect: { ...FALLBACK, findings: [problem("malformed-response")] },
  })),
  {
    name: "malformed answers everywhere",
    world: { faults: ["malformed:no-ke"] },
    expect: { verdict: ["rejected"], recommended: null, findings: [problem("malformed-response")] },
  },
  {
    name: "malformed answers over TCP alone",
    world: { faults: ["tcp:malformed:payload-length"] },
    expect: {
      ...DEGRADED,
      findings: [warning(["malformed-response", "stream-modified"], { paths: TCP })],
      may: [warning("malformed-response"), notice("malformed-response")],
    },
  },
  {
    name: "answers with their end cut off over UDP",
    world: { faults: ["udp:truncate:40"] },
    expect: { ...FALLBACK, findings: [problem("malformed-response", { paths: UDP })] },
  },
  {
    name: "answers with their end cut off, on all transports",
    world: { faults: ["truncate:40"] },
    // It is the gateway: over UDP nobody changes a stream.
    expect: { verdict: ["rejected", "blocked"], recommended: null, findings: [problem("malformed-response")] },
  },
  {
    name: "an unknown critical payload in answers over UDP",
    world: { faults: ["udp:critical-payload"] },
    expect: { ...FALLBACK, findings: [problem("malformed-response", { paths: UDP })] },
  },
  {
    name: "answers to another SPI over UDP",
    world: { faults: ["udp:wrong-spi"] },
    expect: { ...FALLBACK, findings: [problem("stray-response", { paths: UDP })], paths: { udp: "silent" } },
  },
  {
    name: "answers with another message ID over UDP",
    world: { faults: ["udp:wrong-message-id"] },
    expect: { ...FALLBACK, findings: [problem("stray-response", { paths: UDP })] },
  },
  {
    name: "answers from another port",
    world: { faults: ["udp:other-port"] },
    expect: { ...FALLBACK, findings: [problem("stray-response", { paths: UDP, says: /port/ })] },
  },
  {
    name: "answers from another address of the gateway",
    world: { hosts: [{ addresses: [GATEWAY, OTHER], gateway: { faults: [`udp:other-source:${OTHER}`] } }] },
    expect: { ...FALLBACK, findings: [problem("stray-response", { paths: UDP, says: new RegExp(OTHER) })] },
  },
  {
    name: "answers from another address, through sockets that do not see them",
    world: {
      sight: { strangers: false },
      hosts: [{ addresses: [GATEWAY, OTHER], gateway: { faults: [`udp:other-source:${OTHER}`] } }],
    },
    expect: { ...FALLBACK, findings: [problem("udp-blocked", { paths: UDP })] },
  },
  {
    name: "our datagrams come back",
    world: { faults: ["udp:echo"] },
    expect: { ...FALLBACK, findings: [problem("stray-response", { paths: UDP, says: /own/ })] },
  },
  {
    name: "two answers that contradict each other",
    world: { faults: ["udp:two-answers"] },
    expect: { ...WORKS, findings: [finding("conflicting-responses", { most: "likely" })] },
  },
  {
    name: "a forged error comes before each answer over UDP",
    world: { faults: ["udp:error-first"] },
    // The genuine answer is the one that counts (RFC 7296 §2.21.1).
    expect: { ...WORKS, findings: [finding("conflicting-responses", { most: "likely" })], paths: { udp: "accepted" } },
  },
  {
    name: "a repeated request is answered anew",
    world: { faults: ["udp:repeat-differs"] },
    expect: WORKS,
  },
  {
    name: "200 datagrams of random octets before each answer",
    world: { faults: ["udp:flood:200"] },
    expect: { ...WORKS, may: [finding("stray-response", { says: /no IKE/ })], paths: { udp: "accepted" } },
  },
  {
    name: "random datagrams and no answer",
    world: { faults: ["udp:flood:500", "udp:malformed:garbage"] },
    expect: {
      verdict: ["fallback"],
      findings: [problem(["stray-response", "foreign-protocol", "malformed-response"])],
    },
  },
  {
    name: "bits of answers over UDP are flipped: the first payload's type",
    world: { faults: ["udp:corrupt:16"] },
    expect: { verdict: ["fallback"], findings: [problem("malformed-response", { paths: UDP })] },
  },
  {
    name: "bits of our SPI in answers over UDP are flipped",
    world: { faults: ["udp:corrupt:3"] },
    expect: { verdict: ["fallback"], findings: [problem(["stray-response", "malformed-response"], { paths: UDP })] },
  },
  {
    name: "half of the requests over UDP are lost",
    world: { faults: ["udp-500:drop-every:2", "udp-4500:drop-every:2"], policy: { groups: [14] } },
    expect: { ...WORKS, findings: [finding("loss"), notice("ke-mismatch")] },
  },
  {
    name: "only the first datagram gets out",
    world: { middleboxes: () => [only(1)] },
    expect: { ...WORKS, findings: [finding(["rate-limited", "udp-4500-blocked"], { most: "likely" })] },
  },
  {
    name: "answers over UDP of more than 600 octets are lost",
    options: ["--groups", "MODP4096"],
    world: {
      middleboxes: () => [called(
        "drops datagrams over 600 octets",
        drop({ protocol: "udp", test: ({ data }) => data.length > 600 }),
      )],
    },
    // Small questions are answered where large ones are not: no port is blocked.
    expect: { ...FALLBACK, findings: [problem(["rate-limited", "fragments-dropped"], { most: "possible" })] },
  },
];

/** See the file's head. */
export const ANSWERS = rows.map(simulated);
