/** Reports made by hand, for tests of everything that shows them. */
import {
  type Event,
  type Facts,
  type Finding,
  type IkeReport,
  type PathReport,
  type Report,
  SCHEMA_ID,
  type TlsReport,
  type Verdict,
} from "../../lib/model/mod.ts";

const SIGHT = { icmp: true, router: true, strangers: true, tcpInfo: true };

/** A path; its id follows from the rest. */
export function path(spec: string, address: string, rest: Partial<PathReport> = {}): PathReport {
  const [transport, port] = spec.split("-") as ["udp" | "tcp" | "tls", string];
  return {
    id: `${spec}@${address}`,
    transport,
    port: Number(port),
    address,
    expected: port !== "443",
    required: false,
    state: "silent",
    ...(rest.state === undefined && { reason: "no answer to 3 requests in 3 s" }),
    attempts: 3,
    timing_ms: { total: 3000.125 },
    ...rest,
  };
}

/** An answer that accepts. */
export const ACCEPTED: IkeReport = {
  outcome: "accepted",
  initiator_spi: "0011223344556677",
  responder_spi: "8899aabbccddeeff",
  proposal: { encr: "AES-GCM-16", key_bits: 256, prf: "HMAC-SHA2-256", dh: "X25519" },
  groups_tried: ["X25519"],
  cookie: false,
  notifies: [
    { type: 16388, name: "NAT_DETECTION_SOURCE_IP", data: "00".repeat(20) },
    { type: 16389, name: "NAT_DETECTION_DESTINATION_IP", data: "00".repeat(20) },
    { type: 16430, name: "IKEV2_FRAGMENTATION_SUPPORTED" },
    { type: 16431, name: "SIGNATURE_HASH_ALGORITHMS", data: "000200030004", meaning: "SHA2-256 SHA2-384 SHA2-512" },
  ],
  vendor_ids: [{ hex: "4048b7d56ebce88525e7de7f00d6c2d3", name: "FRAGMENTATION" }],
  nat: { client: "none", gateway: "none" },
  bytes: 464,
};

/** A path that accepts. */
export function accepted(spec: string, address: string, rest: Partial<PathReport> = {}): PathReport {
  const stream = spec.startsWith("udp") ? {} : { connect: 5.213 };
  return path(spec, address, {
    state: "answered",
    attempts: 1,
    timing_ms: { ...stream, answer: 12.345, total: 20.5 },
    ike: ACCEPTED,
    ...rest,
  });
}

/** A certificate that a client refuses. */
export const TLS: TlsReport = {
  version: "TLSv1.3",
  cipher: "TLS_AES_256_GCM_SHA384",
  server_name: "vpn.example.com",
  trusted: false,
  trust_error: "issued for other.example, not for vpn.example.com",
  chain: [{
    subject: "CN=other.example",
    issuer: "CN=Some CA",
    names: ["other.example", "www.other.example"],
    not_before: "2026-01-01T00:00:00Z",
    not_after: "2027-01-01T00:00:00Z",
    fingerprint_sha256: "ab".repeat(32),
    self_signed: false,
  }],
};

const VERDICT: Verdict = {
  code: "blocked",
  exit: 2,
  summary: "No path to the gateway answers.",
  recommended: null,
};

/** A report of one host. */
export function report(rest: Partial<Report>): Report {
  return {
    schema: SCHEMA_ID,
    tool: { name: "ike-tcp", version: "0.1.0", runtime: "deno 2.9.6", platform: "linux x86_64" },
    target: {
      input: "vpn.example.com",
      host: "vpn.example.com",
      addresses: [{ address: "192.0.2.7", family: 4 }],
      resolve_ms: 1.234,
    },
    options: { timeout_ms: 3000, retries: 2, require: [], groups: ["X25519", "MODP2048"], mode: "normal" },
    started: "2026-11-23T12:00:00.000Z",
    duration_ms: 3456.789,
    paths: [],
    findings: [],
    verdict: VERDICT,
    budget: { limit: 4, spent: [] },
    experiments: [],
    events: [],
    ...rest,
  };
}

/** Without opinions. */
export function factsOf(report: Report): Facts {
  const { findings: _findings, verdict: _verdict, ...facts } = report;
  return facts;
}

const A = "192.0.2.7";
const UDP_BLOCKED: Finding = {
  code: "udp-blocked",
  severity: "problem",
  confidence: "likely",
  paths: [`udp-500@${A}`, `udp-4500@${A}`],
  summary: "Neither UDP port answers, while the gateway is alive on another path.",
  evidence: [
    { text: "Nothing came back to 3 requests on UDP 500 and 3 on UDP 4500 within 3 s.", events: [1] },
    { text: "The same gateway accepted IKE_SA_INIT over TCP 4500 after 12.3 ms.", events: [3, 4] },
  ],
  advice: [
    "Client's network: allow UDP 500 and 4500 to 192.0.2.7, in both directions.",
    "Gateway: see whether the requests arrive, with tcpdump -ni any 'udp port 500 or udp port 4500'.",
  ],
};
const NAT_CLIENT: Finding = {
  code: "nat-client",
  severity: "notice",
  confidence: "certain",
  paths: [`tcp-4500@${A}`],
  summary: "There is address translation between us and the gateway.",
  evidence: [{ text: "The gateway's NAT_DETECTION_DESTINATION_IP does not match 10.0.0.5 port 40001.", events: [4] }],
  advice: [],
  hop: "198.51.100.1",
};

const NAT: IkeReport = { ...ACCEPTED, nat: { client: "translated", gateway: "none" } };

const EVENTS: readonly Event[] = [
  { t_ms: 0.1, kind: "resolve", path: null, name: "vpn.example.com", addresses: [A], ms: 1.234 },
  {
    t_ms: 1.5,
    kind: "open",
    path: `udp-500@${A}`,
    flow: 0,
    protocol: "udp",
    remote: { address: A, port: 500 },
    sight: SIGHT,
  },
  { t_ms: 1.6, kind: "sent", path: `udp-500@${A}`, flow: 0, data: "00", octets: 1, what: "IKE_SA_INIT request" },
  {
    t_ms: 6.8,
    kind: "connected",
    path: `tcp-4500@${A}`,
    flow: 1,
    local: { address: "10.0.0.5", port: 40001 },
    ms: 5.213,
    rtt_ms: 5.1,
    mss: 1460,
  },
  {
    t_ms: 20.1,
    kind: "message",
    path: `tcp-4500@${A}`,
    flow: 1,
    fit: "answer",
    what: "IKE_SA_INIT response: SA KE Nonce",
    data: "",
    octets: 464,
    result: "accepted",
  },
];

/** By name: the situations that a reader meets. */
export const REPORTS: Readonly<Record<string, Report>> = {
  ready: report({
    duration_ms: 45.2,
    paths: [accepted("udp-500", A), accepted("udp-4500", A), accepted("tcp-4500", A)],
    verdict: {
      code: "ready",
      exit: 0,
      summary: "IKE is accepted over UDP 500 and UDP 4500.",
      recommended: `udp-500@${A}`,
      client: "A client starts on UDP 500 and has its answer after 12 ms.",
    },
    budget: { limit: 4, spent: [{ address: A, half_open: 3, over_tcp: 1 }] },
  }),
  fallback: report({
    paths: [
      path("udp-500", A),
      path("udp-4500", A),
      accepted("tcp-4500", A, { ike: NAT }),
      path("tcp-443", A, {
        state: "foreign",
        reason: 'HTTP answers: "HTTP/1.1 400 Bad Request"',
        speaks: "http",
        timing_ms: { connect: 5.1, total: 17 },
      }),
      path("tls-443", A, {
        state: "closed",
        reason: "closed by the other side after the stream prefix",
        timing_ms: { connect: 5.1, tls: 17.25, total: 40 },
        tls: TLS,
      }),
    ],
    findings: [NAT_CLIENT, UDP_BLOCKED],
    verdict: {
      code: "fallback",
      exit: 1,
      summary: "IKE is accepted over TCP 4500 only: the UDP paths are blocked.",
      recommended: `tcp-4500@${A}`,
      client: "A client that follows RFC 9329 §6.1 gives up on UDP after some seconds and then connects to TCP 4500.",
    },
    budget: { limit: 4, spent: [{ address: A, half_open: 1, over_tcp: 1 }] },
    events: EVENTS,
  }),
  outcomes: report({
    target: {
      input: "2001:db8:1234:5678:9abc:def0:1234:5678",
      host: "2001:db8:1234:5678:9abc:def0:1234:5678",
      addresses: [{ address: "2001:db8:1234:5678:9abc:def0:1234:5678", family: 6 }],
    },
    paths: ([
      ["udp-500", { outcome: "rejected", error: "NO_PROPOSAL_CHOSEN" }],
      ["udp-4500", { outcome: "redirected", redirects: ["203.0.113.3"], followed: "udp-4500@203.0.113.3" }],
      ["udp-5000", { outcome: "version", major_version: 1 }],
      ["udp-5001", { outcome: "malformed", faults: ["SA.proposal[0].length @32: 7 is too short"] }],
      ["tcp-4500", { outcome: "unsolved", error: "asked for a cookie 4 times", cookie: true }],
      ["tls-443", { outcome: "alive", error: "NO_PROPOSAL_CHOSEN" }],
    ] as const).map(([spec, ike]) =>
      accepted(spec, "2001:db8:1234:5678:9abc:def0:1234:5678", {
        ike: { ...ACCEPTED, proposal: undefined, notifies: [], vendor_ids: [], ...ike } as IkeReport,
      })
    ),
    verdict: { code: "rejected", exit: 2, summary: "Some paths answer, and none accepts.", recommended: null },
  }),
  unresolved: report({
    target: { input: "nosuch.invalid", host: "nosuch.invalid", addresses: [], resolve_ms: 3, error: "no such name" },
    error: "Cannot resolve nosuch.invalid: no such name",
    duration_ms: 3.1,
    verdict: { code: "unknown", exit: 3, summary: "Cannot resolve nosuch.invalid: no such name.", recommended: null },
  }),
  interrupted: report({
    interrupted: true,
    paths: [
      path("udp-500", A, { state: "skipped", reason: "interrupted before anything came back" }),
      accepted("udp-4500", A),
    ],
    verdict: {
      code: "unknown",
      exit: 3,
      summary: "The run was interrupted: IKE is accepted on udp-4500 so far.",
      recommended: `udp-4500@${A}`,
    },
  }),
};
