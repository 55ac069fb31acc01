/** TLS on a path: certificates, alerts, and what speaks inside. */
import { finding, notice, warning } from "../row.ts";
import { simulated, type SimulatedRow, WITH_TLS } from "../simulated.ts";

const DEGRADED = { verdict: ["degraded"], recommended: "udp-500" } as const;

const rows: SimulatedRow[] = [
  {
    name: "somebody ends TLS on 443 with a certificate of his own",
    options: ["--paths", "udp-500,udp-4500,tls-443"],
    world: {
      listen: WITH_TLS,
      host: {
        tls: { report: { version: "TLSv1.3", trusted: false, trust_error: "self signed certificate", chain: [] } },
      },
    },
    expect: {
      ...DEGRADED,
      findings: [warning("tls-certificate", { paths: ["tls-443"], says: /self.signed/ })],
      paths: { "tls-443": "accepted" },
    },
  },
  {
    name: "a bad certificate on 443 that nobody asked for",
    world: {
      listen: WITH_TLS,
      host: {
        tls: { report: { version: "TLSv1.3", trusted: false, trust_error: "self signed certificate", chain: [] } },
      },
    },
    expect: { verdict: ["ready"], recommended: "udp-500", may: [notice("tls-certificate", { paths: ["tls-443"] })] },
  },
  {
    name: "TLS is refused with an alert",
    options: ["--paths", "udp-500,udp-4500,tls-443"],
    world: {
      listen: WITH_TLS,
      host: { tls: { report: { trusted: true, chain: [] }, alert: "handshake_failure" } },
    },
    expect: { ...DEGRADED, findings: [warning("tls-failed", { paths: ["tls-443"], says: /handshake.failure/ })] },
  },
  {
    name: "TLS is never answered",
    options: ["--paths", "udp-500,udp-4500,tls-443"],
    world: { listen: WITH_TLS, host: { tls: { report: { trusted: true, chain: [] }, silent: true } } },
    expect: { ...DEGRADED, findings: [warning(["tls-failed", "tcp-mute"], { paths: ["tls-443"] })] },
  },
  {
    name: "TLS is reset in the handshake",
    options: ["--paths", "udp-500,udp-4500,tls-443"],
    world: { listen: WITH_TLS, faults: ["tls:reset"] },
    expect: { ...DEGRADED, findings: [warning(["tls-failed", "tcp-hangup"], { paths: ["tls-443"] })] },
  },
  {
    name: "HTTPS on 443 where RFC 9329 was asked for",
    options: ["--paths", "udp-500,udp-4500,tls-443"],
    world: { listen: WITH_TLS, faults: ["tls:http"] },
    expect: { ...DEGRADED, findings: [warning("foreign-protocol", { paths: ["tls-443"], says: /HTTP/ })] },
  },
  {
    name: "HTTPS on 443 that nobody asked for",
    world: { listen: WITH_TLS, faults: ["tls:http"] },
    expect: { verdict: ["ready"], recommended: "udp-500" },
  },
  {
    name: "no TLS on the port that was asked for: plain RFC 9329",
    options: ["--paths", "udp-500,udp-4500,tls-4500"],
    world: {},
    expect: {
      ...DEGRADED,
      findings: [warning("tls-failed", { paths: ["tls-4500"] })],
      may: [finding("foreign-protocol")],
    },
  },
];

/** See the file's head. */
export const TLS = rows.map(simulated);
