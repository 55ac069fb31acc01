/** JSON Schema of the events: one form for each kind. */
import {
  type BudgetEvent,
  type ConnectedEvent,
  type EndEvent,
  type Endpoint,
  type Event,
  EVENT_KINDS,
  type FailedEvent,
  FAILURES,
  FITS,
  type IcmpEvent,
  type MessageEvent,
  type NatObservation,
  type OpenEvent,
  type ReceivedEvent,
  type ResolveEvent,
  type SentEvent,
  type Sight,
  type TimeoutEvent,
  type TlsEvent,
} from "../../model/mod.ts";
import {
  array,
  exactly,
  family,
  flag,
  hexText,
  milliseconds,
  object,
  oneOf,
  port,
  reference,
  type Schema,
  text,
  whole,
} from "./form.ts";

const PATH_OR_NULL: Schema = { anyOf: [reference("path_id"), { type: "null" }] };
/** What every event has. */
const STAMP = { t_ms: milliseconds, path: PATH_OR_NULL };
const STAMP_OPTIONAL = { experiment: whole };
const FLOW = { ...STAMP, flow: whole };
const FAILURE = oneOf(FAILURES);

const ENDPOINT = object<Endpoint>({ address: text, port }, {});
const SIGHT = object<Sight>({ icmp: flag, router: flag, strangers: flag, tcpInfo: flag }, {});

const NAT = object<NatObservation>(
  { remote: reference("endpoint"), initiator_spi: hexText, responder_spi: hexText },
  {
    source: array(hexText),
    destination: hexText,
    source_matches: flag,
    destination_matches: flag,
    local: reference("endpoint"),
  },
);

const failed = (kind: "failed" | "skipped") =>
  object<FailedEvent>({ ...STAMP, kind: exactly(kind), detail: text }, { ...STAMP_OPTIONAL, failure: FAILURE });

/** By kind; complete, as the compiler checks. */
const EVENTS: Readonly<Record<Event["kind"], Schema>> = {
  resolve: object<ResolveEvent>(
    { ...STAMP, kind: exactly("resolve"), name: text, addresses: array(text), ms: milliseconds },
    { ...STAMP_OPTIONAL, error: text },
  ),
  open: object<OpenEvent>(
    {
      ...FLOW,
      kind: exactly("open"),
      protocol: oneOf(["udp", "tcp"]),
      remote: reference("endpoint"),
      sight: reference("sight"),
    },
    { ...STAMP_OPTIONAL, local: reference("endpoint") },
  ),
  connected: object<ConnectedEvent>(
    { ...FLOW, kind: exactly("connected"), local: reference("endpoint"), ms: milliseconds },
    { ...STAMP_OPTIONAL, rtt_ms: milliseconds, mss: whole },
  ),
  tls: object<TlsEvent>(
    { ...FLOW, kind: exactly("tls"), ms: milliseconds, tls: reference("tls") },
    STAMP_OPTIONAL,
  ),
  sent: object<SentEvent>(
    { ...FLOW, kind: exactly("sent"), data: hexText, octets: whole, what: text },
    { ...STAMP_OPTIONAL, retransmission: whole },
  ),
  received: object<ReceivedEvent>(
    { ...FLOW, kind: exactly("received"), data: hexText, octets: whole },
    { ...STAMP_OPTIONAL, from: reference("endpoint") },
  ),
  message: object<MessageEvent>(
    { ...FLOW, kind: exactly("message"), fit: oneOf(FITS), what: text, data: hexText, octets: whole },
    {
      ...STAMP_OPTIONAL,
      from: reference("endpoint"),
      result: text,
      notify: text,
      faults: array(text),
      nat: reference("nat_observation"),
    },
  ),
  icmp: object<IcmpEvent>(
    {
      ...FLOW,
      kind: exactly("icmp"),
      version: family,
      type: whole,
      code: whole,
      name: text,
      from: { type: ["string", "null"] },
      failure: FAILURE,
    },
    { ...STAMP_OPTIONAL, mtu: whole },
  ),
  end: object<EndEvent>(
    { ...FLOW, kind: exactly("end"), how: oneOf(["fin", "rst", "ours", "connect", "error"]), ms: milliseconds },
    {
      ...STAMP_OPTIONAL,
      failure: FAILURE,
      detail: text,
      alert: text,
      acked: whole,
      abortive: exactly(true),
      local: reference("endpoint"),
    },
  ),
  timeout: object<TimeoutEvent>(
    { ...FLOW, kind: exactly("timeout"), waited_ms: milliseconds, for: text },
    STAMP_OPTIONAL,
  ),
  failed: failed("failed"),
  skipped: failed("skipped"),
  budget: object<BudgetEvent>(
    { ...STAMP, kind: exactly("budget"), address: text, spent: whole, limit: whole, detail: text },
    STAMP_OPTIONAL,
  ),
};

/** What stands under `$defs`, by name. */
export const EVENT_DEFINITIONS = {
  endpoint: ENDPOINT,
  sight: SIGHT,
  nat_observation: NAT,
  event: { oneOf: EVENT_KINDS.map((kind) => EVENTS[kind]) },
} as const;
