/** A message in one line. */
import { FLAG } from "./header.ts";
import type { DecodedMessage } from "./message.ts";
import { type Payload, payloadType } from "./payloads/mod.ts";
import {
  exchangeTypeName,
  isakmpExchangeName,
  isakmpNotifyName,
  isakmpPayloadName,
  notifyName,
  payloadTypeName,
} from "./registries/mod.ts";

function summarizePayload(payload: Payload): string {
  if (payload.kind === "N") return `N(${notifyName(payload.type)})`;
  const name = payloadTypeName(payloadType(payload));
  return payload.critical ? `${name}!` : name;
}

function summarizeIsakmp(decoded: DecodedMessage): string {
  const name = `IKEv1 ${isakmpExchangeName(decoded.header!.exchangeType)}`;
  const { encrypted, payloads, notifies } = decoded.isakmp ?? { encrypted: false, payloads: [], notifies: [] };
  if (encrypted) return `${name}, encrypted`;
  const contents = notifies.length > 0 ? notifies.map(isakmpNotifyName) : payloads.map(isakmpPayloadName);
  return contents.length === 0 ? name : `${name}: ${contents.join(" ")}`;
}

/**
 * One line: `IKE_SA_INIT response: SA KE Nonce N(COOKIE)`, `IKEv1 Informational: NO-PROPOSAL-CHOSEN`. An exclamation
 * mark stands behind critical payloads. All names come from registries, so the line is safe to show.
 */
export function summarizeMessage(decoded: DecodedMessage): string {
  const { header, payloads, faults } = decoded;
  if (header === undefined) return "no IKE header";
  const marks = faults.length === 0 ? "" : ` (malformed: ${faults[0]!.path})`;
  if (header.majorVersion === 1) return summarizeIsakmp(decoded) + marks;
  const direction = (header.flags & FLAG.RESPONSE) !== 0 ? "response" : "request";
  if (header.majorVersion !== 2) {
    return `IKE version ${header.majorVersion}.${header.minorVersion}, exchange ${header.exchangeType} ${direction}${marks}`;
  }
  const list = payloads.length === 0 ? "no payloads" : payloads.map(summarizePayload).join(" ");
  return `${exchangeTypeName(header.exchangeType)} ${direction}: ${list}${marks}`;
}
