/** JSON Schema of a path and what it contains. */
import {
  type CertificateReport,
  type ChosenProposal,
  IKE_OUTCOMES,
  type IkeReport,
  LISTENERS,
  PATH_STATES,
  type PathReport,
  type ReportedNotify,
  type TlsReport,
  TRANSPORTS,
  UDP_ENCODINGS,
} from "../../model/mod.ts";
import {
  array,
  described,
  flag,
  hexText,
  milliseconds,
  object,
  oneOf,
  port,
  reference,
  type Schema,
  text,
  time,
  whole,
} from "./form.ts";

const SPI: Schema = { type: "string", pattern: "^[0-9a-f]{16}$" };
const NAT_SIDE = oneOf(["none", "translated", "unknown"]);

/** `udp-500@192.0.2.7`. */
const PATH_ID: Schema = {
  type: "string",
  pattern: "^(udp-\\d{1,5}(/bare|/marker)?|(tcp|tls)-\\d{1,5})@[0-9a-fA-F.:]+(%.+)?$",
};

const PROPOSAL = object<ChosenProposal>({ encr: text }, {
  key_bits: whole,
  prf: text,
  integ: text,
  dh: text,
  additional: array(text),
});

const NOTIFY = object<ReportedNotify>({ type: whole, name: text }, { data: hexText, meaning: text });

const IKE = object<IkeReport>({
  outcome: oneOf(IKE_OUTCOMES),
  initiator_spi: SPI,
  responder_spi: SPI,
  groups_tried: array(text),
  cookie: flag,
  notifies: array(NOTIFY),
  vendor_ids: array(object<IkeReport["vendor_ids"][number]>({ hex: hexText }, { name: text })),
  nat: object<IkeReport["nat"]>({ client: NAT_SIDE, gateway: NAT_SIDE }, {}),
  bytes: whole,
}, {
  error: text,
  proposal: PROPOSAL,
  puzzle: whole,
  redirects: array(text),
  followed: reference("path_id"),
  major_version: whole,
  faults: array(text),
});

const CERTIFICATE = object<CertificateReport>({
  subject: text,
  issuer: text,
  names: array(text),
  not_before: time,
  not_after: time,
  fingerprint_sha256: { type: "string", pattern: "^[0-9a-f]{64}$" },
  self_signed: flag,
}, {});

const TLS = object<TlsReport>({ trusted: flag, chain: array(CERTIFICATE) }, {
  version: text,
  cipher: text,
  alpn: text,
  server_name: text,
  trust_error: text,
});

const PATH = object<PathReport>({
  id: reference("path_id"),
  transport: oneOf(TRANSPORTS),
  port,
  address: text,
  expected: described(flag, "named in --paths or --require, or no mere candidate"),
  required: described(flag, "named in --require"),
  state: oneOf(PATH_STATES),
  attempts: whole,
  timing_ms: object<PathReport["timing_ms"]>({ total: milliseconds }, {
    connect: milliseconds,
    tls: milliseconds,
    answer: milliseconds,
  }),
}, {
  encoding: oneOf(UDP_ENCODINGS),
  redirected_from: reference("path_id"),
  local: reference("endpoint"),
  reason: text,
  speaks: oneOf(LISTENERS),
  banner: hexText,
  tls: reference("tls"),
  ike: reference("ike"),
});

/** What stands under `$defs`, by name. */
export const PATH_DEFINITIONS = { path_id: PATH_ID, path: PATH, ike: IKE, tls: TLS } as const;
