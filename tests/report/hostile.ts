/** A report in which a hostile gateway, or whoever wrote the file, says the same thing everywhere. */
import type { Report } from "../../lib/model/mod.ts";
import { ACCEPTED, accepted, path, report, TLS } from "./reports.ts";

/** @param evil what stands wherever text can stand */
export function hostile(evil: string): Report {
  return report({
    target: {
      input: evil,
      host: evil,
      addresses: [{ address: "192.0.2.7", family: 4, canonical_name: evil }],
      resolve_ms: 1,
    },
    tool: { name: evil, version: evil, runtime: evil, platform: evil },
    started: evil,
    paths: [
      accepted("tls-4433", "192.0.2.7", {
        ike: {
          ...ACCEPTED,
          error: evil,
          proposal: { encr: evil, prf: evil, integ: evil, dh: evil, additional: [evil] },
          groups_tried: [evil, evil],
          vendor_ids: [{ hex: "00", name: evil }],
          notifies: [{ type: 40000, name: evil, meaning: evil }],
          faults: [evil],
          redirects: [evil],
        },
        tls: {
          ...TLS,
          version: evil,
          cipher: evil,
          alpn: evil,
          server_name: evil,
          trust_error: evil,
          chain: [{ ...TLS.chain[0]!, subject: evil, issuer: evil, names: [evil], not_before: evil, not_after: evil }],
        },
      }),
      path("tcp-4500", "192.0.2.7", { state: "foreign", reason: evil }),
      accepted("udp-4500", "192.0.2.7", { ike: { ...ACCEPTED, outcome: "rejected", error: evil } }),
      accepted("udp-4501", "192.0.2.7", {
        ike: { ...ACCEPTED, outcome: "redirected", redirects: [evil, evil], followed: evil },
      }),
      { ...accepted("udp-500", "192.0.2.7"), id: evil, address: evil },
    ],
    findings: [{
      code: "foreign-protocol",
      severity: "warning",
      confidence: "likely",
      paths: ["tcp-4500@192.0.2.7", evil],
      summary: evil,
      evidence: [{ text: evil, events: [0] }],
      advice: [evil],
      hop: evil,
    }],
    verdict: { code: "degraded", exit: 1, summary: evil, recommended: evil, client: evil },
    budget: { limit: 4, spent: [{ address: evil, half_open: 1, over_tcp: 1 }] },
    events: [{ t_ms: 1, path: null, kind: "failed", detail: evil }],
  });
}
