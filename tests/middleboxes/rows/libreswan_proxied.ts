/** libreswan behind somebody who ends its TCP connections. */
import { behind, type NamespaceRow } from "../namespaces.ts";
import { notice, problem, warning } from "../row.ts";
import { ALL_ACCEPTED, DEGRADED, HABITS, READY, TCP } from "./libreswan.ts";

/** Not likely with any fault of a proxy: its own distance to the client is none. */
const PROXY = warning("transparent-proxy", { most: "likely" });

const rows: NamespaceRow[] = [
  {
    name: "libreswan behind a proxy that swallows",
    profile: ["proxy", "swallow"],
    expect: { ...DEGRADED, findings: [warning("tcp-mute", { paths: TCP })] },
  },
  {
    name: "libreswan, 60 ms away, behind a near proxy that swallows",
    profile: ["proxy", "swallow"],
    profileOptions: { rtt: 60 },
    expect: {
      ...DEGRADED,
      findings: [warning("tcp-mute", { paths: TCP }), warning("transparent-proxy", { most: "likely", paths: TCP })],
    },
  },
  {
    name: "libreswan behind a proxy that answers HTTP 400",
    profile: ["proxy", "http400"],
    expect: { ...DEGRADED, findings: [warning("foreign-protocol", { paths: TCP, says: /HTTP.*400/ })] },
  },
  {
    name: "libreswan behind a wrong service with an SSH banner",
    profile: ["proxy", "banner"],
    expect: { ...DEGRADED, findings: [warning("foreign-protocol", { paths: TCP, says: /SSH/ })] },
  },
  {
    name: "libreswan behind a proxy that closes",
    profile: ["proxy", "close"],
    expect: { ...DEGRADED, findings: [warning("tcp-hangup", { paths: TCP })] },
  },
  {
    name: "libreswan behind a proxy that relays",
    profile: ["proxy", "relay"],
    expect: {
      ...READY,
      findings: [notice("transparent-proxy", { most: "likely", paths: TCP })],
      paths: ALL_ACCEPTED,
    },
  },
  {
    name: "libreswan behind a proxy that changes our stream prefix",
    profile: ["proxy", "corrupt", "up", 2],
    expect: {
      ...DEGRADED,
      findings: [warning(["tcp-hangup", "stream-modified"], { paths: TCP })],
      may: [...HABITS, PROXY],
    },
  },
  {
    name: "libreswan behind a proxy that changes our SPI",
    profile: ["proxy", "corrupt", "up", 13],
    expect: {
      ...DEGRADED,
      findings: [warning("stream-modified", { least: "likely", paths: TCP })],
      may: [...HABITS, PROXY],
    },
  },
  {
    name: "libreswan behind a proxy that changes the SPI of answers",
    profile: ["proxy", "corrupt", "down", 8],
    expect: {
      ...DEGRADED,
      findings: [warning("stream-modified", { least: "likely", paths: TCP })],
      may: [...HABITS, PROXY],
    },
  },
  {
    name: "libreswan behind a proxy that changes the Length of answers",
    profile: ["proxy", "corrupt", "down", 1],
    expect: { ...DEGRADED, findings: [warning("stream-modified", { paths: TCP })], may: [...HABITS, PROXY] },
  },
  {
    name: "libreswan inside TLS on 443, with a certificate that nobody would trust",
    options: ["--paths", "udp-500,udp-4500,tls-443", "--server-name", "vpn.testbed.example"],
    profile: ["proxy", "tls"],
    profileOptions: { port: 443 },
    expect: {
      ...DEGRADED,
      findings: [warning("tls-certificate", { paths: ["tls-443"] })],
      // The gateway is reached at another port than the one that was asked for.
      may: [...HABITS, notice("transparent-proxy"), notice("nat-gateway", { paths: ["tls-443"] })],
      paths: { "tls-443": "accepted" },
    },
  },
  {
    name: "libreswan behind somebody who ends TLS on 4500",
    profile: ["proxy", "tls"],
    expect: {
      ...DEGRADED,
      findings: [warning(["foreign-protocol", "tcp-hangup"], { paths: TCP, says: /TLS/ })],
    },
  },
  {
    name: "a captive portal before libreswan",
    profile: ["proxy", "http400"],
    forward: "meta l4proto udp drop;",
    pre: 'iifname "near" meta l4proto tcp redirect to :4599;',
    expect: {
      verdict: ["blocked"],
      recommended: null,
      findings: [problem("foreign-protocol", { paths: TCP }), problem("transparent-proxy", { least: "likely" })],
      may: [problem("udp-blocked", { most: "possible" }), notice("foreign-protocol")],
    },
  },
];

/** See the file's head. */
export const LIBRESWAN_PROXIED = rows.map(behind);
