/** libreswan behind packet filters: drops, ICMP of each kind, RST, and what looks at the content of TCP. */
import { behind, type NamespaceRow } from "../namespaces.ts";
import { finding, notice, problem, warning } from "../row.ts";
import { GATEWAY6, ROUTER4, ROUTER6 } from "../../testbed/mod.ts";
import { DEGRADED, FALLBACK, HABITS, READY, TCP, UDP } from "./libreswan.ts";

/** What Linux's packet filter can answer: its names for ICMP type 3, for IPv4. */
const UNREACHABLE = ["net-unreachable", "prot-unreachable", "net-prohibited", "host-prohibited"];
/** The same for IPv6, type 1. */
const UNREACHABLE6 = ["no-route", "addr-unreachable", "port-unreachable"];

const rows: NamespaceRow[] = [
  {
    name: "libreswan: UDP is dropped",
    profile: ["drop-udp"],
    expect: { ...FALLBACK, findings: [problem("udp-blocked", { least: "likely", paths: UDP, says: /tcpdump/ })] },
  },
  {
    name: "libreswan: UDP is dropped over IPv6",
    target: GATEWAY6,
    profile: ["drop-udp"],
    expect: { ...FALLBACK, findings: [problem("udp-blocked", { paths: UDP })] },
  },
  {
    name: "libreswan: UDP is dropped on the way back",
    forward: "udp sport { 500, 4500 } drop;",
    expect: { ...FALLBACK, findings: [problem("udp-blocked", { paths: UDP })] },
  },
  {
    name: "libreswan: UDP 500 is dropped",
    profile: ["drop-udp", 500],
    expect: { ...DEGRADED, recommended: "udp-4500", findings: [warning("udp-500-blocked", { paths: ["udp-500"] })] },
  },
  {
    name: "libreswan: UDP 4500 is dropped",
    profile: ["drop-udp", 4500],
    expect: { ...DEGRADED, findings: [warning("udp-4500-blocked", { paths: ["udp-4500"] })] },
  },
  ...["admin", "host", "port"].map((kind): NamespaceRow => ({
    name: `libreswan: UDP is rejected with ICMP (${kind})`,
    profile: ["reject-udp", kind],
    expect: {
      ...FALLBACK,
      findings: [problem("udp-prohibited", { least: "certain", hop: ROUTER4, paths: UDP })],
    },
  })),
  ...UNREACHABLE.map((type): NamespaceRow => ({
    name: `libreswan: UDP is rejected with ICMP ${type}`,
    forward: `udp dport { 500, 4500 } reject with icmp type ${type};`,
    expect: { ...FALLBACK, findings: [problem("udp-prohibited", { hop: ROUTER4, paths: UDP })] },
  })),
  ...UNREACHABLE6.map((type): NamespaceRow => ({
    name: `libreswan: UDP is rejected with ICMPv6 ${type}`,
    target: GATEWAY6,
    forward: `udp dport { 500, 4500 } reject with icmpv6 type ${type};`,
    expect: { ...FALLBACK, findings: [problem("udp-prohibited", { hop: ROUTER6, paths: UDP })] },
  })),
  {
    name: "libreswan: SYNs are dropped",
    profile: ["drop-tcp"],
    expect: { ...DEGRADED, findings: [warning("tcp-filtered", { least: "likely", paths: TCP })] },
  },
  {
    name: "libreswan: SYNs are answered with RST",
    profile: ["reset-tcp"],
    // Middlebox and gateway are equally near: nobody can tell who refuses.
    expect: { ...READY, findings: [notice("tcp-not-offered", { paths: TCP })] },
  },
  {
    name: "libreswan, 60 ms away: SYNs are answered with RST by the middlebox",
    profile: ["reset-tcp"],
    profileOptions: { rtt: 60 },
    expect: {
      ...DEGRADED,
      findings: [finding("reset-injected", { paths: TCP }), warning("tcp-refused", { paths: TCP })],
    },
  },
  ...["admin", "host", "port"].map((kind): NamespaceRow => ({
    name: `libreswan: SYNs are rejected with ICMP (${kind})`,
    profile: ["reject-tcp", kind],
    profileOptions: { nearRtt: 10 },
    expect: { ...DEGRADED, findings: [warning("tcp-prohibited", { hop: ROUTER4, paths: TCP })] },
  })),
  {
    name: "libreswan: segments that begin with IKETCP are reset",
    profile: ["reset-iketcp"],
    // libreswan takes no prefix in two segments, so nothing evades it.
    expect: { ...DEGRADED, findings: [warning("prefix-reset", { least: "likely", paths: TCP })] },
  },
  {
    name: "libreswan, 40 ms away: segments that begin with IKETCP are reset",
    profile: ["reset-iketcp"],
    profileOptions: { rtt: 40 },
    expect: {
      ...DEGRADED,
      findings: [warning("prefix-reset", { least: "certain", paths: TCP })],
      may: [...HABITS, finding("reset-injected", { paths: TCP })],
    },
  },
  {
    name: "libreswan: segments that begin with IKETCP are dropped",
    profile: ["drop-iketcp"],
    expect: { ...DEGRADED, findings: [warning("prefix-dropped", { least: "likely", paths: TCP })] },
  },
  {
    name: "libreswan, 40 ms away: segments that begin with IKETCP are dropped",
    profile: ["drop-iketcp"],
    profileOptions: { rtt: 40 },
    expect: { ...DEGRADED, findings: [warning("prefix-dropped", { least: "likely", paths: TCP })] },
  },
  {
    name: "libreswan: segments that begin with IKETCP are dropped, and UDP is",
    profile: ["drop-iketcp"],
    forward: "udp dport { 500, 4500 } drop;",
    expect: {
      verdict: ["blocked"],
      recommended: null,
      findings: [
        problem("udp-blocked", { most: "likely" }),
        problem("prefix-dropped", { least: "likely", paths: TCP }),
      ],
    },
  },
  {
    name: "libreswan: only TLS is let through on TCP 4500",
    profile: ["tls-only"],
    expect: { ...DEGRADED, findings: [warning("tcp-hangup", { paths: TCP })] },
  },
  {
    name: "libreswan: the handshake passes and no data does",
    profile: ["drop-data"],
    expect: { ...DEGRADED, findings: [warning("tcp-mute", { paths: TCP })] },
  },
  {
    name: "libreswan, 40 ms away: an injector resets what begins with IKETCP",
    profile: ["rst-inject"],
    profileOptions: { rtt: 40 },
    expect: {
      ...DEGRADED,
      findings: [finding("reset-injected", { least: "likely", paths: TCP })],
      may: [...HABITS, warning("prefix-reset", { paths: TCP })],
    },
  },
  {
    name: "libreswan: everything is dropped",
    profile: ["loss", 100],
    expect: { verdict: ["blocked"], recommended: null, findings: [problem("address-dead")] },
  },
];

/** See the file's head. */
export const LIBRESWAN_FILTERED = rows.map(behind);
