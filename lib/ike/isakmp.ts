/**
 * The outside of IKEv1 messages (ISAKMP, RFC 2408): enough to say what kind of message an old gateway sent. IKEv1 itself
 * is not spoken here.
 */
import {
  Decoding,
  EMPTY,
  type Layout,
  length,
  Reader,
  readRecord,
  reserved,
  rest,
  sized,
  sizeOf,
  uint,
} from "../wire/mod.ts";
import { type Header, HEADER_LENGTH } from "./header.ts";

/** What can be seen of an IKEv1 message from outside. */
export interface IsakmpContents {
  /** Flag bit 0: all behind the header is encrypted (RFC 2408 §3.1). */
  encrypted: boolean;
  /** Types of the payloads, as far as the chain can be followed. */
  payloads: number[];
  /** Types of the Notify payloads among them. */
  notifies: number[];
}

const ENCRYPTED = 0x01;
const NOTIFICATION = 11;

interface IsakmpPayload {
  nextPayload: number;
  reserved?: number;
  data: Uint8Array;
}

/** Generic payload header (RFC 2408 §3.2). */
const PAYLOAD: Layout<IsakmpPayload> = {
  fields: [uint("nextPayload", 1), reserved("reserved", 1), length(), rest("data")],
  create: () => ({ nextPayload: 0, data: EMPTY }),
};

interface IsakmpNotification {
  doi: number;
  protocolId: number;
  spi: Uint8Array;
  type: number;
}

/** Notification payload (RFC 2408 §3.14). */
const NOTIFICATION_CONTENTS: Layout<IsakmpNotification> = {
  fields: [uint("doi", 4), uint("protocolId", 1), sizeOf("spiSize", "spi", 1), uint("type", 2), sized("spi")],
  create: () => ({ doi: 0, protocolId: 0, spi: EMPTY, type: 0 }),
};

/** Follows the chain of payloads as far as it goes. Never throws. */
export function decodeIsakmp(bytes: Uint8Array, header: Header): IsakmpContents {
  const contents: IsakmpContents = { encrypted: (header.flags & ENCRYPTED) !== 0, payloads: [], notifies: [] };
  if (contents.encrypted) return contents;
  const reader = new Reader(bytes, HEADER_LENGTH, header.length);
  for (let type = header.nextPayload; type !== 0 && reader.remaining > 0;) {
    const payload = PAYLOAD.create();
    const { complete, end } = readRecord(PAYLOAD, payload, reader, "", new Decoding());
    if (!complete || end === undefined) break;
    contents.payloads.push(type);
    if (type === NOTIFICATION) {
      const notification = NOTIFICATION_CONTENTS.create();
      const read = readRecord(NOTIFICATION_CONTENTS, notification, new Reader(payload.data), "", new Decoding());
      if (read.complete) contents.notifies.push(notification.type);
    }
    reader.skipTo(end);
    type = payload.nextPayload;
  }
  return contents;
}
