/** What a message must contain beside being well-formed, as data. A gateway that breaks one of these rules is named with it. */
import { count, type Fault } from "../wire/mod.ts";
import type { DecodedMessage } from "./message.ts";
import type { Payload, UnknownPayload } from "./payloads/mod.ts";
import { isErrorNotify, notifyName, PAYLOAD_TYPE } from "./registries/mod.ts";

/** Which payloads one kind of message must have. */
export interface PresenceRule {
  readonly exchangeType: number;
  readonly response: boolean;
  /** Exactly one of each. */
  readonly required: readonly Payload["kind"][];
  /** Notify types that stand in place of the required payloads, beside all error types. */
  readonly unlessNotify: readonly number[];
  readonly reference: string;
}

const IKE_SA_INIT = 34;
const INVALID_KE_PAYLOAD = 17;
const NAT_DETECTION_SOURCE_IP = 16388;
const NAT_DETECTION_DESTINATION_IP = 16389;
const COOKIE = 16390;
const REDIRECT = 16407;

/** All presence rules. */
export const PRESENCE: readonly PresenceRule[] = [
  {
    exchangeType: IKE_SA_INIT,
    response: false,
    required: ["SA", "KE", "Nonce"],
    unlessNotify: [],
    reference: "RFC 7296 §1.2",
  },
  {
    exchangeType: IKE_SA_INIT,
    response: true,
    required: ["SA", "KE", "Nonce"],
    unlessNotify: [COOKIE, REDIRECT],
    reference: "RFC 7296 §1.2",
  },
];

/** How many octets of data a payload or notification may have. */
export interface SizeRule {
  readonly applies: (payload: Payload) => boolean;
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly reference: string;
}

function notifySize(type: number, least: number, most: number, reference: string): SizeRule {
  return { applies: (p) => p.kind === "N" && p.type === type, name: notifyName(type), least, most, reference };
}

/** All size rules. */
export const SIZES: readonly SizeRule[] = [
  { applies: (p) => p.kind === "Nonce", name: "Nonce", least: 16, most: 256, reference: "RFC 7296 §3.9" },
  notifySize(COOKIE, 1, 64, "RFC 7296 §2.6"),
  notifySize(INVALID_KE_PAYLOAD, 2, 2, "RFC 7296 §1.3"),
  notifySize(NAT_DETECTION_SOURCE_IP, 20, 20, "RFC 7296 §2.23"),
  notifySize(NAT_DETECTION_DESTINATION_IP, 20, 20, "RFC 7296 §2.23"),
];

function checkPresence(decoded: DecodedMessage, response: boolean): Fault[] {
  const { header, payloads } = decoded;
  const rule = PRESENCE.find((r) => r.exchangeType === header?.exchangeType && r.response === response);
  if (header === undefined || rule === undefined) return [];
  const excused = response &&
    payloads.some((p) => p.kind === "N" && (isErrorNotify(p.type) || rule.unlessNotify.includes(p.type)));
  return rule.required.flatMap((kind) => {
    const found = payloads.filter((p) => p.kind === kind).length;
    if (found === 1 || (found === 0 && excused)) return [];
    const reason = `${found === 0 ? "no" : found} ${kind} payload${found > 1 ? "s" : ""} (${rule.reference})`;
    return [{ path: "payloads", offset: header.length, reason }];
  });
}

function checkSizes(decoded: DecodedMessage): Fault[] {
  return decoded.payloads.flatMap((payload, i) =>
    SIZES.flatMap((rule) => {
      if (!rule.applies(payload) || !("data" in payload)) return [];
      const size = payload.data.length;
      if (size >= rule.least && size <= rule.most) return [];
      const allowed = rule.least === rule.most ? `${rule.least}` : `${rule.least} to ${rule.most}`;
      const reason = `${rule.name} of ${count(size)} in place of ${allowed} (${rule.reference})`;
      return [{ path: `payloads[${i}].data`, offset: decoded.offsets?.[i] ?? 0, reason }];
    })
  );
}

/** An accepting response names one proposal (RFC 7296 §2.7). */
function checkChoice(decoded: DecodedMessage): Fault[] {
  return decoded.payloads.flatMap((payload, i) => {
    if (payload.kind !== "SA" || payload.proposals.length === 1) return [];
    const reason = `${payload.proposals.length} proposals in place of one (RFC 7296 §2.7)`;
    return [{ path: `payloads[${i}].proposals`, offset: decoded.offsets?.[i] ?? 0, reason }];
  });
}

/** What an IKE_SA_INIT request breaks. Empty for exchanges without rules. */
export function checkRequest(decoded: DecodedMessage): Fault[] {
  return [...checkPresence(decoded, false), ...checkSizes(decoded)];
}

/** What an IKE_SA_INIT response breaks. An error notify, COOKIE or REDIRECT stands in place of all that is required. */
export function checkResponse(decoded: DecodedMessage): Fault[] {
  return [...checkPresence(decoded, true), ...checkSizes(decoded), ...checkChoice(decoded)];
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
