/** Which payloads a message must have, as data (RFC 7296 §1.2, Appendix C). */
import type { Fault } from "../wire/mod.ts";
import { FLAG } from "./header.ts";
import type { DecodedMessage } from "./message.ts";
import type { Payload, UnknownPayload } from "./payloads/mod.ts";
import { isErrorNotify, PAYLOAD_TYPE } from "./registries/mod.ts";

/** What one kind of message must contain. */
export interface PresenceRule {
  readonly exchangeType: number;
  readonly response: boolean;
  /** Exactly one of each. */
  readonly required: readonly Payload["kind"][];
  /** Status notifies in place of which the required payloads are left out, beside all error notifies. */
  readonly unlessNotify: readonly number[];
  readonly reference: string;
}

const COOKIE = 16390;
const REDIRECT = 16407;

/** The rules. */
export const PRESENCE: readonly PresenceRule[] = [
  { exchangeType: 34, response: false, required: ["SA", "KE", "Nonce"], unlessNotify: [], reference: "RFC 7296 §1.2" },
  {
    exchangeType: 34,
    response: true,
    required: ["SA", "KE", "Nonce"],
    unlessNotify: [COOKIE, REDIRECT],
    reference: "RFC 7296 §1.2",
  },
];

function check(decoded: DecodedMessage, response: boolean): Fault[] {
  const { header, payloads } = decoded;
  if (header === undefined) return [];
  const rule = PRESENCE.find((r) => r.exchangeType === header.exchangeType && r.response === response);
  if (rule === undefined) return [];
  const excused = response &&
    payloads.some((p) => p.kind === "N" && (isErrorNotify(p.type) || rule.unlessNotify.includes(p.type)));
  return excused ? [] : rule.required.flatMap((kind) => {
    const found = payloads.filter((p) => p.kind === kind).length;
    if (found === 1) return [];
    const reason = found === 0
      ? `no ${kind} payload (${rule.reference})`
      : `${found} ${kind} payloads (${rule.reference})`;
    return [{ path: "payloads", offset: header.length, reason }];
  });
}

/** What a request lacks. Empty for exchanges without rules. */
export function checkRequest(decoded: DecodedMessage): Fault[] {
  return check(decoded, false);
}

/** What a response lacks. An error notify, COOKIE or REDIRECT stands in place of everything else. */
export function checkResponse(decoded: DecodedMessage): Fault[] {
  return check(decoded, true);
}

/** Whether a message says of itself that it is a response. */
export function isResponse(decoded: DecodedMessage): boolean {
  return decoded.header !== undefined && (decoded.header.flags & FLAG.RESPONSE) !== 0;
}

const ASSIGNED = new Set(PAYLOAD_TYPE.map((entry) => entry.id));

/**
 * Payloads that oblige the receiver to reject the message: critical, and of a type that nobody has defined. On a defined
 * type the critical bit means nothing to who knows the type (RFC 7296 §2.5, §3.2).
 */
export function criticalUnknown(decoded: DecodedMessage): UnknownPayload[] {
  return decoded.payloads.filter((p): p is UnknownPayload =>
    p.kind === "unknown" && p.critical && !ASSIGNED.has(p.type)
  );
}
