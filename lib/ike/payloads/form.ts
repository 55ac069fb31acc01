/** What every payload shares: the generic header (RFC 7296 §3.2), and how a payload's contents are described. */
import { type Field, type Layout, length, uint } from "../../wire/mod.ts";
import { payloadTypeName } from "../registries/mod.ts";

/** What the generic payload header says beside type and length. */
export interface PayloadBase {
  /** The sender wants the message rejected by who does not know this payload type (RFC 7296 §2.5). */
  critical: boolean;
  /** The other seven bits of that octet, 0 to 127; absent: zero, as they must be sent. */
  reservedBits?: number;
}

/** The contents of one payload type, behind the generic header. */
export interface PayloadForm<P extends PayloadBase> extends Layout<P> {
  /** IANA payload type. */
  readonly type: number;
}

/** The generic payload header while it is read or written. */
export interface PayloadHeader extends PayloadBase {
  nextPayload: number;
}

const CRITICAL = 0x80;

/** The octet with the critical bit. */
const criticalBit: Field<PayloadBase> = {
  read(scope, into) {
    const offset = scope.reader.offset;
    const octet = scope.reader.uint(1, "critical");
    into.critical = (octet & CRITICAL) !== 0;
    const others = octet & ~CRITICAL;
    if (others !== 0) into.reservedBits = others;
    const words = into.critical ? "yes" : "no";
    scope.trace?.field("critical", offset, others === 0 ? words : `${words}, reserved bits ${others}, should be 0`);
  },
  write: (scope, from) =>
    scope.writer.uint(1, (from.critical ? CRITICAL : 0) + (from.reservedBits ?? 0), "critical and reserved bits"),
};

/** The first fields of every payload: 4 octets. */
export const PAYLOAD_HEADER_FIELDS: readonly Field<PayloadHeader>[] = [
  uint("nextPayload", 1, payloadTypeName),
  criticalBit,
  length(),
];
