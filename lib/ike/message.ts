/** Whole IKEv2 messages: the header and the chain of payloads (RFC 7296 §3.1, §3.2). */
import { count, Decoding, type Fault, Reader, readRecord, type Trace, Writer, writeRecord } from "../wire/mod.ts";
import { HEADER, type Header, HEADER_LENGTH } from "./header.ts";
import { decodeIsakmp, type IsakmpContents } from "./isakmp.ts";
import { isEncrypted, layoutOf, layoutOfType, type Payload, payloadType } from "./payloads/mod.ts";
import { payloadTypeName } from "./registries/mod.ts";

/** A message to send. Lengths and Next Payload fields follow from the rest. */
export interface OutgoingMessage {
  /** 8 octets. */
  initiatorSpi: Uint8Array;
  /** 8 octets; zero in the first request. */
  responderSpi: Uint8Array;
  exchangeType: number;
  flags: number;
  messageId: number;
  /** 2 when absent. */
  majorVersion?: number;
  /** 0 when absent. */
  minorVersion?: number;
  payloads: readonly Payload[];
}

/** What octets turned out to be. */
export interface DecodedMessage {
  /** Absent when there are fewer than 28 octets. */
  header?: Header;
  /** Those that were read as far as their fields go; none for another major version than 2. */
  payloads: Payload[];
  /** Offset of each of `payloads`: where its generic header begins. Always there after decoding. */
  offsets?: number[];
  /** Empty: well-formed. */
  faults: Fault[];
  /** Only for major version 1: what can be seen from outside. */
  isakmp?: IsakmpContents;
}

/**
 * The octets of a message, without non-ESP marker.
 *
 * @throws {RangeError} when a value does not fit its field.
 */
export function encodeMessage(message: OutgoingMessage): Uint8Array<ArrayBuffer> {
  const { payloads } = message;
  const writer = new Writer();
  const first = payloads[0];
  writeRecord(HEADER, {
    ...message,
    majorVersion: message.majorVersion ?? 2,
    minorVersion: message.minorVersion ?? 0,
    nextPayload: first === undefined ? 0 : payloadType(first),
    length: 0,
  }, writer);
  payloads.forEach((payload, i) => {
    const next = payloads[i + 1];
    const inner = payload.kind === "unknown" ? payload.inner ?? 0 : 0;
    const nextPayload = next === undefined ? inner : payloadType(next);
    writeRecord(layoutOf(payload), { ...payload, nextPayload }, writer);
  });
  writer.patch(HEADER_LENGTH - 4, 4, writer.length, "length");
  return writer.finish();
}

/**
 * Reads octets as an IKE message. Never throws, whatever they are: `faults` says what is wrong, and everything that came
 * before is there.
 */
export function decodeMessage(bytes: Uint8Array): DecodedMessage {
  return readMessage(bytes).decoded;
}

/**
 * The same with a listener, for the dump; `end` is the offset behind the last octet that was read.
 *
 * @param trace Follows the decoder field by field.
 */
export function readMessage(bytes: Uint8Array, trace?: Trace): { decoded: DecodedMessage; end: number } {
  const run = new Decoding(trace);
  const decoded: DecodedMessage = { payloads: [], offsets: [], faults: run.faults };
  const whole = new Reader(bytes);
  const header = HEADER.create();
  if (!readRecord(HEADER, header, whole, "header", run).complete) return { decoded, end: 0 };
  decoded.header = header;
  if (!checkLength(header.length, bytes.length, run)) return { decoded, end: HEADER_LENGTH };
  if (header.majorVersion === 1) decoded.isakmp = decodeIsakmp(bytes, header);
  // RFC 7296 §2.5: only the header's form is known of other versions.
  if (header.majorVersion !== 2) return { decoded, end: HEADER_LENGTH };
  const reader = whole.narrowed(0, header.length);
  readPayloads(header.nextPayload, reader, decoded, run);
  return { decoded, end: reader.offset };
}

/** False: nothing behind the header can be read. */
function checkLength(says: number, has: number, run: Decoding): boolean {
  if (says === has) return true;
  const readable = says >= HEADER_LENGTH;
  const reason = `says ${count(says)}, ${readable ? `the message has ${has}` : `a header has ${HEADER_LENGTH}`}`;
  run.fault({ path: "header.length", offset: HEADER_LENGTH - 4, reason });
  return readable;
}

/** Follows the chain of Next Payload fields. The reader ends behind the last payload whose bounds are known. */
function readPayloads(first: number, reader: Reader, into: DecodedMessage, run: Decoding): void {
  let type = first;
  for (let index = 0; type !== 0; index++) {
    const path = `payloads[${index}]`;
    const offset = reader.offset;
    if (reader.remaining === 0) {
      run.fault({ path, offset, reason: `${payloadTypeName(type)} is announced, and the message ends` });
      return;
    }
    const layout = layoutOfType(type);
    const payload = layout.create();
    const { complete, end } = readRecord(layout, payload, reader, path, run);
    const { nextPayload, ...contents } = payload;
    if (complete) {
      if (contents.kind === "unknown" && isEncrypted(type) && nextPayload !== 0) contents.inner = nextPayload;
      into.payloads.push(contents);
      into.offsets?.push(offset);
    }
    if (end === undefined) return;
    reader.skipTo(end);
    // The payload was cut off: that nothing follows is no news.
    if (reader.offset < end) return;
    type = isEncrypted(type) ? 0 : nextPayload;
  }
  if (reader.remaining === 0) return;
  run.fault({ path: "payloads", offset: reader.offset, reason: `${count(reader.remaining)} behind the last payload` });
}
