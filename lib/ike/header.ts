/** The IKE header (RFC 7296 §3.1). Its form is the same in all versions, ISAKMP (RFC 2408 §3.1) included. */
import { Decoding, EMPTY, type Field, type Layout, octets, Reader, readRecord, uint } from "../wire/mod.ts";
import { exchangeTypeName, isakmpExchangeName, isakmpPayloadName, payloadTypeName } from "./registries/mod.ts";

/** The first 28 octets of every message. */
export interface Header {
  /** 8 octets. */
  initiatorSpi: Uint8Array;
  /** 8 octets; zero in the first request. */
  responderSpi: Uint8Array;
  /** Type of the first payload; 0: there is none. */
  nextPayload: number;
  majorVersion: number;
  minorVersion: number;
  exchangeType: number;
  /** See {@linkcode FLAG}. */
  flags: number;
  messageId: number;
  /** Of the whole message, header included, in octets. */
  length: number;
}

/** Octets of a header. */
export const HEADER_LENGTH = 28;

/** Bits of `flags`: sent by the original Initiator; a higher version could be spoken; a response. */
export const FLAG = { INITIATOR: 0x08, VERSION: 0x10, RESPONSE: 0x20 } as const;

/** Names of the flags of IKEv2, and of IKEv1 (RFC 2408 §3.1). */
const FLAG_NAMES = [[FLAG.INITIATOR, "Initiator"], [FLAG.VERSION, "Version"], [FLAG.RESPONSE, "Response"]] as const;
const ISAKMP_FLAG_NAMES = [[0x01, "Encryption"], [0x02, "Commit"], [0x04, "Authentication Only"]] as const;

function showFlags(flags: number, header: Header): string {
  const known = header.majorVersion === 1 ? ISAKMP_FLAG_NAMES : FLAG_NAMES;
  const names: string[] = known.flatMap(([bit, name]) => (flags & bit) !== 0 ? [name] : []);
  const others = known.reduce((left, [bit]) => left & ~bit, flags);
  if (others !== 0) names.push(`reserved bits 0x${others.toString(16)}`);
  return names.length === 0 ? "none" : names.join(", ");
}

/** The version comes behind this field; but IKEv2 left the numbers of IKEv1's payloads free. */
function showNextPayload(type: number): string {
  return type > 0 && type < 33 ? `${isakmpPayloadName(type)} of IKEv1` : payloadTypeName(type);
}

function showExchangeType(type: number, header: Header): string {
  return header.majorVersion === 1 ? isakmpExchangeName(type) : exchangeTypeName(type);
}

/** Four bits each. */
const version: Field<Pick<Header, "majorVersion" | "minorVersion">> = {
  read(scope, into) {
    const offset = scope.reader.offset;
    const octet = scope.reader.uint(1, "version");
    into.majorVersion = octet >> 4;
    into.minorVersion = octet & 0x0f;
    scope.trace?.field("version", offset, `${into.majorVersion}.${into.minorVersion}`);
  },
  write(scope, { majorVersion, minorVersion }) {
    if (majorVersion > 15 || minorVersion > 15) {
      throw new RangeError(`Cannot encode version: ${majorVersion}.${minorVersion} does not fit four bits each`);
    }
    scope.writer.uint(1, majorVersion * 16 + minorVersion, "version");
  },
};

/** Fields in wire order. */
export const HEADER: Layout<Header> = {
  fields: [
    octets("initiatorSpi", 8),
    octets("responderSpi", 8),
    uint("nextPayload", 1, showNextPayload),
    version,
    uint("exchangeType", 1, showExchangeType),
    uint("flags", 1, showFlags),
    uint("messageId", 4),
    uint("length", 4),
  ],
  create: () => ({
    initiatorSpi: EMPTY,
    responderSpi: EMPTY,
    nextPayload: 0,
    majorVersion: 0,
    minorVersion: 0,
    exchangeType: 0,
    flags: 0,
    messageId: 0,
    length: 0,
  }),
};

/** The header of a message of any version; undefined when there are fewer than 28 octets. */
export function decodeHeader(bytes: Uint8Array): Header | undefined {
  const header = HEADER.create();
  return readRecord(HEADER, header, new Reader(bytes), "header", new Decoding()).complete ? header : undefined;
}
