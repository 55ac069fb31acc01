/** What `decode --format json` says: the types of the document and of its parts. Names are fixed; new ones are added. */
import type { Endpoint, Tool } from "../model/mod.ts";
import type { Fault } from "../wire/mod.ts";
import type { InputForm } from "./input.ts";
import type { Place } from "./item.ts";

/** Names this form of the document; additive changes keep it. */
export const DECODE_SCHEMA_ID = "ike-tcp/decode/1";

/** Where something was found. */
export interface PlaceDocument extends Omit<Place, "ns"> {
  /** RFC 3339, UTC: of the packet that completed it. */
  readonly time?: string;
}

/** A number of a registry, and its name there. */
export interface Named {
  readonly id: number;
  readonly name: string;
}

/** The IKE header. */
export interface HeaderDocument {
  readonly initiator_spi: string;
  readonly responder_spi: string;
  /** `2.0`. */
  readonly version: string;
  readonly exchange: Named;
  readonly next_payload: Named;
  readonly flags: number;
  readonly initiator?: boolean;
  readonly response?: boolean;
  readonly message_id: number;
  readonly length: number;
}

/** A transform of a proposal. */
export interface TransformDocument {
  readonly type: Named;
  readonly id: number;
  readonly name: string;
  readonly key_bits?: number;
}

/** A proposal of an SA payload. */
export interface ProposalDocument {
  readonly number: number;
  readonly protocol: Named;
  readonly spi: string;
  readonly transforms: readonly TransformDocument[];
}

/** A payload; what is there beside the first four depends on its type. */
export interface PayloadDocument {
  readonly type: number;
  readonly name: string;
  /** Of its generic header in the message. */
  readonly offset: number;
  readonly critical: boolean;
  /** SA. */
  readonly proposals?: readonly ProposalDocument[];
  /** KE. */
  readonly group?: Named;
  /** N. */
  readonly notify?: Named;
  readonly protocol?: Named;
  readonly spi?: string;
  /** CERTREQ. */
  readonly encoding?: Named;
  /** Hex of what stands behind the fields above. */
  readonly data?: string;
  /** What the data say in words, where their form is known. */
  readonly meaning?: string;
  /** SK and SKF: the contents cannot be read without the keys. */
  readonly encrypted?: boolean;
}

/** An IKEv1 message from outside. */
export interface IsakmpDocument {
  readonly encrypted: boolean;
  readonly payloads: readonly Named[];
  readonly notifies: readonly Named[];
}

/** An IKE message. */
export interface MessageDocument extends PlaceDocument {
  /** From 1, in the order in which they were completed. */
  readonly number: number;
  /** One line. */
  readonly what: string;
  /** Octets that are there. */
  readonly octets: number;
  /** Hex of the message, without marker and length. */
  readonly data: string;
  /** Absent when there are fewer than 28 octets. */
  readonly header?: HeaderDocument;
  readonly payloads: readonly PayloadDocument[];
  readonly isakmp?: IsakmpDocument;
  /** Empty: well-formed. */
  readonly faults: readonly Fault[];
  readonly notes?: readonly string[];
}

/** Octets that should be IKE and are not, or that are missing. */
export interface BrokenDocument extends PlaceDocument {
  readonly fault: Fault;
  /** Hex of what is there, or of its first 4096 octets. */
  readonly data: string;
}

/** What travelled beside IKE. */
export interface TrafficDocument {
  readonly kind: "keepalive" | "esp";
  readonly transport?: "udp" | "tcp" | "ip";
  readonly source?: Endpoint;
  readonly destination?: Endpoint;
  /** 8 hex digits. */
  readonly spi?: string;
  readonly count: number;
  readonly octets: number;
}

/** How much was found. */
export interface CountsDocument {
  readonly messages: number;
  /** Messages and other places with something wrong. */
  readonly broken: number;
  readonly keepalives: number;
  readonly esp: number;
  readonly packets?: number;
  readonly dumps?: number;
  /** Hexdumps that are something else. */
  readonly other_dumps?: number;
  /** TCP connections that do not begin with the stream prefix. */
  readonly other_connections?: number;
}

/** The whole document. */
export interface DecodeDocument {
  readonly schema: typeof DECODE_SCHEMA_ID;
  readonly tool: Tool;
  /** As the user named it; `-` is standard input. */
  readonly file?: string;
  readonly form?: InputForm;
  /** Why nothing could be read. */
  readonly error?: string;
  readonly messages: readonly MessageDocument[];
  /** The first thousand. */
  readonly broken: readonly BrokenDocument[];
  readonly traffic: readonly TrafficDocument[];
  readonly counts: CountsDocument;
  readonly exit: 0 | 1 | 3;
}
