/** The program and `serve` over the system's own network stack: what a simulation could have got wrong. */
import { loopback, type LoopbackRow, WITH_TLS } from "../loopback.ts";
import { finding, notice, problem, warning } from "../row.ts";

const DEGRADED = { verdict: ["degraded"], recommended: "udp" } as const;
const FALLBACK = { verdict: ["fallback"], recommended: "tcp" } as const;
const TCP = ["tcp"];
/** Nothing is far away here, so silence needs less patience. */
const QUICKLY = ["--timeout", "1"];

/** Run from the sources, the search's workers are compiled first, which can take longer than the search. */
const PATIENT_SEARCH = ["--nat-search", "20"];

const rows: LoopbackRow[] = [
  {
    name: "a healthy gateway",
    expect: { verdict: ["ready"], recommended: "udp", paths: { udp: "accepted", tcp: "accepted" } },
  },
  {
    name: "a healthy gateway, through portable sockets",
    portable: true,
    expect: { verdict: ["ready"], recommended: "udp" },
  },
  {
    name: "a healthy gateway that demands cookies and another group",
    serve: ["--cookie", "--groups", "ECP384"],
    expect: { verdict: ["ready"], findings: [notice("cookie-demanded"), notice("ke-mismatch")] },
  },
  {
    name: "a healthy gateway with libreswan's habits",
    faults: ["tcp:prefix-whole", "tcp:hang-up"],
    serve: ["--groups", "MODP2048"],
    expect: { verdict: ["ready"], findings: [notice("ke-mismatch")], may: [notice("hangs-up-early")] },
  },
  {
    name: "streams that begin with IKETCP are reset",
    apart: true,
    faults: ["tcp:prefix-reset"],
    expect: {
      ...DEGRADED,
      findings: [warning("prefix-reset", { least: "likely", paths: TCP }), finding("prefix-evaded", { paths: TCP })],
      paths: { tcp: "reset" },
    },
  },
  {
    name: "streams that begin with IKETCP are swallowed",
    options: QUICKLY,
    apart: true,
    faults: ["tcp:prefix-drop"],
    expect: {
      ...DEGRADED,
      findings: [warning("prefix-dropped", { least: "likely", paths: TCP }), finding("prefix-evaded", { paths: TCP })],
      paths: { tcp: "silent" },
    },
  },
  {
    name: "streams that begin with IKETCP are swallowed, through portable sockets",
    options: QUICKLY,
    apart: true,
    faults: ["tcp:prefix-drop"],
    portable: true,
    expect: {
      ...DEGRADED,
      findings: [warning("prefix-dropped", { least: "likely", paths: TCP }), finding("prefix-evaded", { paths: TCP })],
    },
  },
  {
    name: "connections are read and never answered",
    options: QUICKLY,
    faults: ["tcp:mute"],
    expect: { ...DEGRADED, findings: [warning("tcp-mute", { paths: TCP })] },
  },
  {
    name: "connections are reset at once",
    faults: ["tcp:reset"],
    expect: { ...DEGRADED, findings: [warning("tcp-hangup", { paths: TCP })] },
  },
  {
    name: "connections are closed at once, through portable sockets",
    faults: ["tcp:close"],
    portable: true,
    expect: { ...DEGRADED, findings: [warning("tcp-hangup", { paths: TCP })] },
  },
  {
    name: "a captive portal on the port",
    faults: ["tcp:http:302"],
    expect: { ...DEGRADED, findings: [warning("foreign-protocol", { paths: TCP, says: /HTTP|portal/ })] },
  },
  {
    name: "a flood of random octets on the port",
    faults: ["tcp:garbage:2048"],
    expect: { ...DEGRADED, findings: [warning("foreign-protocol", { paths: TCP })] },
  },
  {
    name: "an answer that never ends, an octet at a time",
    options: QUICKLY,
    faults: ["tcp:drip:50"],
    expect: { ...DEGRADED, findings: [warning(["tcp-mute", "foreign-protocol", "stream-modified"], { paths: TCP })] },
  },
  {
    name: "a bit of our SPI is flipped in the answer over TCP",
    options: QUICKLY,
    faults: ["tcp:corrupt-stream:8"],
    expect: { ...DEGRADED, findings: [warning("stream-modified", { least: "likely", paths: TCP })] },
  },
  {
    name: "a RST comes beside the genuine answer",
    faults: ["tcp:reset-after-answer"],
    expect: {
      verdict: ["degraded", "ready"],
      recommended: "udp",
      findings: [finding("reset-injected", { most: "possible", paths: TCP })],
    },
  },
  {
    name: "UDP is not answered",
    options: QUICKLY,
    faults: ["udp:drop"],
    expect: { ...FALLBACK, findings: [problem("udp-blocked", { paths: ["udp"] })], paths: { udp: "silent" } },
  },
  {
    name: "nothing listens on UDP",
    options: QUICKLY,
    faults: ["udp:refuse"],
    expect: { ...FALLBACK, findings: [problem("udp-refused", { paths: ["udp"] })], paths: { udp: "refused" } },
  },
  {
    name: "nothing listens on UDP, and portable sockets see no ICMP",
    options: QUICKLY,
    faults: ["udp:refuse"],
    portable: true,
    expect: { ...FALLBACK, findings: [problem("udp-blocked", { most: "likely", paths: ["udp"], says: /ICMP/ })] },
  },
  {
    name: "nothing listens at all",
    options: QUICKLY,
    faults: ["refuse"],
    expect: {
      verdict: ["blocked"],
      recommended: null,
      findings: [problem("udp-refused", { paths: ["udp"] }), problem("tcp-refused", { paths: TCP })],
    },
  },
  {
    name: "answers come from another port",
    options: QUICKLY,
    faults: ["udp:other-port"],
    expect: { ...FALLBACK, findings: [problem("stray-response", { paths: ["udp"] })] },
  },
  {
    name: "a forged error comes before each answer",
    faults: ["udp:error-first"],
    expect: {
      verdict: ["ready", "degraded"],
      findings: [finding("conflicting-responses", { most: "likely" })],
      paths: { udp: "accepted" },
    },
  },
  {
    name: "a flood of datagrams before each answer",
    faults: ["udp:flood:100"],
    options: QUICKLY,
    expect: {
      verdict: ["ready", "degraded", "fallback"],
      findings: [finding(["stray-response", "foreign-protocol", "malformed-response"])],
      may: [finding("loss")],
    },
  },
  {
    name: "the gateway stops answering after the first request",
    options: QUICKLY,
    faults: ["udp:rate-limit:1"],
    expect: {
      verdict: ["degraded", "ready"],
      findings: [finding("rate-limited", { most: "likely" })],
      // It was never seen to answer such a question: the silent port may be blocked.
      may: [warning("udp-blocked", { most: "possible", says: /or the gateway limits us/ })],
    },
  },
  {
    name: "groups are asked for without end",
    faults: ["group-loop"],
    expect: {
      verdict: ["rejected"],
      recommended: null,
      findings: [problem("negotiation-loop")],
      may: [notice("ke-mismatch")],
    },
  },
  {
    name: "a puzzle that nobody can solve",
    options: QUICKLY,
    faults: ["puzzle:40"],
    expect: { verdict: ["rejected"], findings: [problem("puzzle-demanded")], may: [notice("cookie-demanded")] },
  },
  {
    name: "the gateway is behind a NAT: the search names its inner address",
    options: PATIENT_SEARCH,
    faults: ["nat-gateway:192.168.77.5"],
    expect: {
      verdict: ["ready"],
      findings: [notice("nat-gateway", { least: "certain", says: /192\.168\.77\.5/ })],
    },
  },
  {
    name: "we are behind a NAT: the search names our outer port",
    options: ["--public-address", "198.51.100.7", ...PATIENT_SEARCH],
    faults: ["nat-client:198.51.100.7/61000"],
    expect: {
      verdict: ["ready"],
      findings: [notice("nat-client", { least: "certain", says: /198\.51\.100\.7 port 61000/ })],
    },
  },
  {
    name: "a helper gives us port 500",
    options: ["--public-address", "198.51.100.7", ...PATIENT_SEARCH],
    faults: ["nat-client:198.51.100.7/500"],
    expect: { verdict: ["ready"], findings: [notice("nat-client"), notice("port-rewritten", { says: /500/ })] },
  },
  {
    name: "the certificate has expired",
    listen: WITH_TLS,
    faults: ["tls:tls-expired"],
    expect: { ...DEGRADED, findings: [warning("tls-certificate", { paths: ["tls"] })] },
  },
  {
    name: "the certificate is for another name",
    options: ["--server-name", "vpn.example"],
    listen: WITH_TLS,
    faults: ["tls:tls-name:wrong.example"],
    expect: { ...DEGRADED, findings: [warning("tls-certificate", { paths: ["tls"] })] },
  },
  {
    name: "the TLS handshake is refused with an alert",
    listen: WITH_TLS,
    faults: ["tls:tls-refuse"],
    expect: { ...DEGRADED, findings: [warning("tls-failed", { paths: ["tls"], says: /handshake.?failure/i })] },
  },
  {
    name: "the TLS handshake is never answered",
    options: QUICKLY,
    listen: WITH_TLS,
    faults: ["tls:tls-mute"],
    expect: { ...DEGRADED, findings: [warning("tls-failed", { paths: ["tls"] })] },
  },
  {
    name: "no TLS where it was asked for",
    listen: WITH_TLS,
    faults: ["tls:tls-close"],
    expect: { ...DEGRADED, findings: [warning("tls-failed", { paths: ["tls"] })] },
  },
];

/** See the file's head. */
export const LOOPBACK = rows.map(loopback);
