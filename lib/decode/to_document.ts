/** Turns what was found into the parts of the document: numbers with their names, octets in hex. */
import {
  certEncodingName,
  describeEncrypted,
  exchangeTypeName,
  FLAG,
  groupName,
  type Header,
  isakmpExchangeName,
  isakmpNotifyName,
  isakmpPayloadName,
  isEncrypted,
  notifyMeaning,
  notifyName,
  type Payload,
  payloadType,
  payloadTypeName,
  type Proposal,
  securityProtocolName,
  summarizeMessage,
  transformName,
  transformTypeName,
  vendorName,
} from "../ike/mod.ts";
import { hex } from "../wire/mod.ts";
import type {
  BrokenDocument,
  HeaderDocument,
  MessageDocument,
  Named,
  PayloadDocument,
  PlaceDocument,
  ProposalDocument,
  TrafficDocument,
} from "./document.ts";
import type { BrokenItem, IkeItem, Place } from "./item.ts";
import { formatTime } from "./time.ts";
import type { Traffic } from "./totals.ts";

/** A message. @param number from 1 */
export function messageDocument(item: IkeItem, number: number): MessageDocument {
  const { decoded, octets, notes } = item;
  const { header, payloads, offsets = [], faults, isakmp } = decoded;
  return {
    number,
    ...placeDocument(item.place),
    what: summarizeMessage(decoded),
    octets: octets.length,
    data: hex(octets),
    ...(header !== undefined && { header: headerDocument(header) }),
    payloads: payloads.map((payload, i) => payloadDocument(payload, offsets[i]!)),
    ...(isakmp !== undefined && {
      isakmp: {
        encrypted: isakmp.encrypted,
        payloads: isakmp.payloads.map((id) => named(id, isakmpPayloadName)),
        notifies: isakmp.notifies.map((id) => named(id, isakmpNotifyName)),
      },
    }),
    faults,
    ...(notes.length > 0 && { notes }),
  };
}

/** What is no message. */
export function brokenDocument({ place, octets, fault }: BrokenItem): BrokenDocument {
  return { ...placeDocument(place), fault, data: hex(octets) };
}

/** What travelled beside IKE. */
export function trafficDocument({ spi, ...traffic }: Traffic): TrafficDocument {
  return { ...traffic, ...(spi !== undefined && { spi: spi.toString(16).padStart(8, "0") }) };
}

function placeDocument({ ns, packets, ...place }: Place): PlaceDocument {
  return {
    ...(packets !== undefined && { packets }),
    ...(ns !== undefined && { time: formatTime(ns) }),
    ...place,
  };
}

function named(id: number, name: (id: number) => string): Named {
  return { id, name: name(id) };
}

function headerDocument(header: Header): HeaderDocument {
  const isV1 = header.majorVersion === 1;
  return {
    initiator_spi: hex(header.initiatorSpi),
    responder_spi: hex(header.responderSpi),
    version: `${header.majorVersion}.${header.minorVersion}`,
    exchange: named(header.exchangeType, isV1 ? isakmpExchangeName : exchangeTypeName),
    next_payload: named(header.nextPayload, isV1 ? isakmpPayloadName : payloadTypeName),
    flags: header.flags,
    ...(!isV1 && {
      initiator: (header.flags & FLAG.INITIATOR) !== 0,
      response: (header.flags & FLAG.RESPONSE) !== 0,
    }),
    message_id: header.messageId,
    length: header.length,
  };
}

function payloadDocument(payload: Payload, offset: number): PayloadDocument {
  const type = payloadType(payload);
  return { type, name: payloadTypeName(type), offset, critical: payload.critical, ...contents(payload) };
}

function contents(payload: Payload): Partial<PayloadDocument> {
  switch (payload.kind) {
    case "SA":
      return { proposals: payload.proposals.map(proposalDocument) };
    case "KE":
      return { group: named(payload.group, groupName), data: hex(payload.data) };
    case "N":
      return {
        notify: named(payload.type, notifyName),
        protocol: named(payload.protocolId, securityProtocolName),
        spi: hex(payload.spi),
        data: hex(payload.data),
        ...meaning(notifyMeaning(payload)),
      };
    case "V":
      return { data: hex(payload.data), ...meaning(vendorName(payload.data)) };
    case "CERTREQ":
      return { encoding: named(payload.encoding, certEncodingName), data: hex(payload.data) };
    case "unknown":
      return {
        data: hex(payload.data),
        ...(isEncrypted(payload.type) && { encrypted: true }),
        ...meaning(describeEncrypted(payload, payload.inner ?? 0)),
      };
    default:
      return { data: hex(payload.data) };
  }
}

function meaning(words: string | undefined): Partial<PayloadDocument> {
  return words === undefined ? {} : { meaning: words };
}

const KEY_LENGTH = 14;

function proposalDocument({ number, protocolId, spi, transforms }: Proposal): ProposalDocument {
  return {
    number,
    protocol: named(protocolId, securityProtocolName),
    spi: hex(spi),
    transforms: transforms.map(({ type, id, attributes }) => {
      const bits = attributes.find((attribute) => attribute.type === KEY_LENGTH)?.value;
      return {
        type: named(type, transformTypeName),
        id,
        name: transformName(type, id),
        ...(typeof bits === "number" && { key_bits: bits }),
      };
    }),
  };
}
