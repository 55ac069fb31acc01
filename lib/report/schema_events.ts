/** The JSON Schema of `events`: one entry for each kind. */
import { type Endpoint, type Event, FAILURES, FITS, type FlowEvent, type NatObservation } from "../model/mod.ts";
import type { Sight, TlsReport } from "../model/mod.ts";
import {
  about,
  boolean,
  exactly,
  integer,
  list,
  nullable,
  number,
  object,
  oneOf,
  type Optional,
  ref,
  type Required,
  type Schema,
  text,
} from "./json_schema.ts";

/** Octets in hexadecimal digits. */
export const HEX = "^([0-9a-f]{2})*$";
/** The id of a path. */
export const PATH_ID = "^(udp|tcp|tls)-[0-9]{1,5}(/(bare|marker))?@.+$";

/** An address and a port, by reference. */
export const endpoint: Schema<Endpoint> = ref("endpoint");

/** The type of an event by its kind. */
type EventOf<K> = Event extends infer E ? E extends { kind: infer Kind } ? K extends Kind ? E : never : never : never;

/** What the schema of a kind has to describe beyond the base. */
type Own<E> = Omit<E, keyof FlowEvent | "kind">;

const base = {
  t_ms: about("since the start of the run, in milliseconds", number()),
  path: about("path id; null for what concerns the whole run", nullable(text(PATH_ID))),
};
const experiment = about("index into `experiments`; absent for the main exchange", integer());

function runEvent<E extends { readonly kind: string }>(
  kind: Schema<E["kind"]>,
  required: Required<Own<E>>,
  optional: Optional<Own<E>>,
): Schema<E> {
  return object({ ...base, kind, ...required } as never, { experiment, ...optional } as never) as unknown as Schema<E>;
}

function flowEvent<E extends FlowEvent & { readonly kind: string }>(
  kind: E["kind"],
  required: Required<Own<E>>,
  optional: Optional<Own<E>>,
): Schema<E> {
  const flow = about("number of the UDP socket or TCP connection, unique in the run", integer());
  return runEvent<E>(exactly(kind), { flow, ...required } as never, optional);
}

const octets = about("how many octets there were; `data` may hold fewer", integer());
const data = about("octets in hexadecimal digits", text(HEX));
const failedEvent = runEvent<EventOf<"failed">>(oneOf(["failed", "skipped"]), { detail: text() }, {
  failure: oneOf(FAILURES),
});

const nat: Schema<NatObservation> = object<NatObservation>(
  { remote: endpoint, initiator_spi: text(HEX), responder_spi: text(HEX) },
  {
    source: list(text(HEX)),
    destination: text(HEX),
    source_matches: boolean(),
    destination_matches: boolean(),
    local: endpoint,
  },
);

const sight: Schema<Sight> = object<Sight>(
  { icmp: boolean(), router: boolean(), strangers: boolean(), tcpInfo: boolean() },
  {},
);

/** Every kind of event, in the order of the model. */
export const EVENT_SCHEMAS: { readonly [K in Event["kind"]]: Schema<EventOf<K>> } = {
  resolve: runEvent<EventOf<"resolve">>(
    exactly("resolve"),
    { name: text(), addresses: list(text()), ms: number() },
    { error: text() },
  ),
  open: flowEvent<EventOf<"open">>(
    "open",
    { protocol: oneOf(["udp", "tcp"]), remote: endpoint, sight },
    { local: endpoint },
  ),
  connected: flowEvent<EventOf<"connected">>("connected", { local: endpoint, ms: number() }, {
    rtt_ms: number(),
    mss: integer(),
  }),
  tls: flowEvent<EventOf<"tls">>("tls", { ms: number(), tls: ref<TlsReport>("tls") }, {}),
  sent: flowEvent<EventOf<"sent">>("sent", { data, octets, what: text() }, { retransmission: integer(1) }),
  received: flowEvent<EventOf<"received">>("received", { data, octets }, { from: endpoint }),
  message: flowEvent<EventOf<"message">>(
    "message",
    { fit: oneOf(FITS), what: text(), data, octets },
    { from: endpoint, result: text(), notify: text(), faults: list(text()), nat },
  ),
  icmp: flowEvent<EventOf<"icmp">>(
    "icmp",
    {
      version: oneOf([4, 6]),
      type: integer(0, 255),
      code: integer(0, 255),
      name: text(),
      from: nullable(text()),
      failure: oneOf(FAILURES),
    },
    { mtu: integer() },
  ),
  end: flowEvent<EventOf<"end">>(
    "end",
    { how: oneOf(["fin", "rst", "ours", "connect", "error"]), ms: number() },
    { failure: oneOf(FAILURES), detail: text(), alert: text(), acked: integer() },
  ),
  timeout: flowEvent<EventOf<"timeout">>("timeout", { waited_ms: number(), for: text() }, {}),
  failed: failedEvent,
  skipped: failedEvent,
  budget: runEvent<EventOf<"budget">>(
    exactly("budget"),
    { address: text(), spent: integer(), limit: integer(), detail: text() },
    {},
  ),
};
