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
  /** Offset of each of `payloads`: where its generic header begins. */
  offsets: number[];
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
 *
 * @param trace Follows the decoder field by field.
 */
export function decodeMessage(bytes: Uint8Array, trace?: Trace): DecodedMessage {
  const run = new Decoding(trace);
  const decoded: DecodedMessage = { payloads: [], offsets: [], faults: run.faults };
  const reader = new Reader(bytes);
  const header = HEADER.create();
  if (!readRecord(HEADER, header, reader, "header", run).complete) return decoded;
  decoded.header = header;
  if (header.length < HEADER_LENGTH) {
    const reason = `says ${count(header.length)}, a header has ${HEADER_LENGTH}`;
    run.fault({ path: "header.length", offset: HEADER_LENGTH - 4, reason });
    return decoded;
  }
  if (header.length !== bytes.length) {
    const reason = `says ${count(header.length)}, the message has ${bytes.length}`;
    run.fault({ path: "header.length", offset: HEADER_LENGTH - 4, reason });
  }
  if (header.majorVersion === 1) decoded.isakmp = decodeIsakmp(bytes, header);
  // RFC 7296 §2.5: only the header's form is known of other versions.
  if (header.majorVersion === 2) decodePayloads(header, reader.narrowed(0, header.length), decoded, run);
  return decoded;
}

function decodePayloads(header: Header, reader: Reader, into: DecodedMessage, run: Decoding): void {
  let type = header.nextPayload;
  let index = 0;
  while (type !== 0) {
    const path = `payloads[${index++}]`;
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
      into.offsets.push(offset);
    }
    if (end === undefined) return;
    reader.skipTo(end);
    // The payload was cut off: that nothing follows is no news.
    if (reader.offset < end) return;
    type = isEncrypted(type) ? 0 : nextPayload;
  }
  if (reader.remaining === 0) return;
  const reason = `${count(reader.remaining)} behind the last payload`;
  run.fault({ path: "payloads", offset: reader.offset, reason });
}
