/** The JSON Schema of the document: what `ike-tcp schema decode` prints. */
import type { Endpoint, Tool } from "../model/mod.ts";
import {
  array,
  described,
  exactly,
  flag,
  hexText,
  object,
  oneOf,
  port,
  reference,
  type Schema,
  text,
  time,
  whole,
} from "../report/schema/form.ts";
import type { Fault } from "../wire/mod.ts";
import {
  type BrokenDocument,
  type CountsDocument,
  DECODE_SCHEMA_ID,
  type DecodeDocument,
  type HeaderDocument,
  type IsakmpDocument,
  type MessageDocument,
  type Named,
  type PayloadDocument,
  type PlaceDocument,
  type ProposalDocument,
  type TrafficDocument,
  type TransformDocument,
} from "./document.ts";

const named = reference("named");
const TRANSPORT = oneOf(["udp", "tcp", "ip"]);

const PLACE: { readonly [K in Exclude<keyof PlaceDocument, "offset">]-?: Schema } = {
  packets: described(array(whole), "numbers of the packets that it came in, as Wireshark counts them"),
  time: described(time, "of the packet that completed it"),
  transport: TRANSPORT,
  source: reference("endpoint"),
  destination: reference("endpoint"),
  connection: described(whole, "Wireshark's tcp.stream"),
  dump: described(whole, "number of the hexdump in the text"),
  line: described(whole, "line of the text in which the hexdump begins"),
};
const OFFSET = described(whole, "octets before it: in the datagram, in the stream, in the dump or in the file");

const HEADER = object<HeaderDocument>({
  initiator_spi: hexText,
  responder_spi: hexText,
  version: text,
  exchange: named,
  next_payload: named,
  flags: whole,
  message_id: whole,
  length: whole,
}, { initiator: flag, response: flag });

const TRANSFORM = object<TransformDocument>({ type: named, id: whole, name: text }, { key_bits: whole });

const PROPOSAL = object<ProposalDocument>(
  { number: whole, protocol: named, spi: hexText, transforms: array(TRANSFORM) },
  {},
);

const PAYLOAD = object<PayloadDocument>(
  { type: whole, name: text, offset: described(whole, "in the message"), critical: flag },
  {
    proposals: array(PROPOSAL),
    group: named,
    notify: named,
    protocol: named,
    spi: hexText,
    encoding: named,
    data: hexText,
    meaning: text,
    encrypted: flag,
  },
);

const ISAKMP = object<IsakmpDocument>({ encrypted: flag, payloads: array(named), notifies: array(named) }, {});

const MESSAGE = object<MessageDocument>({
  number: whole,
  what: text,
  octets: described(whole, "that are there"),
  data: hexText,
  payloads: array(reference("payload")),
  faults: described(array(reference("fault")), "empty: well-formed"),
  offset: OFFSET,
}, { ...PLACE, header: reference("header"), isakmp: ISAKMP, notes: array(text) });

const BROKEN = object<BrokenDocument>(
  {
    fault: described(
      reference("fault"),
      "its offset counts from the first octet of data, and may be behind the last one",
    ),
    data: described(hexText, "what is there, or its first 4096 octets"),
    offset: OFFSET,
  },
  PLACE,
);

const TRAFFIC = object<TrafficDocument>(
  { kind: oneOf(["keepalive", "esp"]), count: whole, octets: whole },
  { transport: TRANSPORT, source: reference("endpoint"), destination: reference("endpoint"), spi: hexText },
);

const COUNTS = object<CountsDocument>(
  { messages: whole, broken: whole, keepalives: whole, esp: whole },
  { packets: whole, dumps: whole, other_dumps: whole, other_connections: whole },
);

const DOCUMENT = object<DecodeDocument>({
  schema: exactly(DECODE_SCHEMA_ID),
  tool: object<Tool>({ name: text, version: text, runtime: text, platform: text }, {}),
  messages: array(reference("message")),
  broken: described(array(reference("broken")), "the first thousand"),
  traffic: array(TRAFFIC),
  counts: COUNTS,
  exit: { enum: [0, 1, 3] },
}, {
  file: described(text, "as the user named it; - is standard input"),
  form: oneOf(["hex", "binary", "pcap", "pcapng"]),
  error: described(text, "why nothing could be read"),
});

/** JSON Schema 2020-12. A line of `--format jsonl` fits `$defs/message` or `$defs/broken`. */
export const DECODE_SCHEMA: Schema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $id: `urn:${DECODE_SCHEMA_ID.replaceAll("/", ":")}`,
  title: "What ike-tcp decode found",
  ...DOCUMENT,
  $defs: {
    endpoint: object<Endpoint>({ address: text, port }, {}),
    named: object<Named>({ id: whole, name: text }, {}),
    fault: object<Fault>({ path: text, offset: whole, reason: text }, {}),
    header: HEADER,
    payload: PAYLOAD,
    message: MESSAGE,
    broken: BROKEN,
  },
};
