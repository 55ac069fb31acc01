/** Checks an accepting IKE_SA_INIT response against the offer, as RFC 7296 §2.7 asks of an Initiator, and names the choice. */
import {
  type DecodedMessage,
  encrName,
  groupName,
  integName,
  type KePayload,
  type NoncePayload,
  prfName,
  type Proposal,
  type SaPayload,
  type Transform,
  transformTypeName,
} from "../ike/mod.ts";
import type { ChosenProposal } from "../model/mod.ts";
import { keyBits, TYPE } from "./offer.ts";

/** A response that a client would go on with. */
export interface Acceptance {
  readonly ok: true;
  readonly proposal: ChosenProposal;
  /** The same choice as it came, with one transform of each type. */
  readonly chosen: Proposal;
  /** Of the KE payloads. */
  readonly group: number;
  /** The Responder's public value and nonce. */
  readonly publicValue: Uint8Array;
  readonly nonce: Uint8Array;
}

/** A response that looks like an acceptance and must not be used. */
export interface BrokenAcceptance {
  readonly ok: false;
  readonly faults: readonly string[];
}

/** Answers why a public value of a group is unusable, or undefined. */
export type PublicCheck = (group: number, value: Uint8Array) => string | undefined;

/**
 * Undefined when the response has no SA payload, and so accepts nothing.
 *
 * @param groups Of the KE payloads in our requests: behind a forged demand for another group, the answer to the first request
 *   still counts.
 */
export function checkAcceptance(
  decoded: DecodedMessage,
  offered: readonly Proposal[],
  groups: readonly number[],
  checkPublic: PublicCheck,
): Acceptance | BrokenAcceptance | undefined {
  const payloads = decoded.payloads;
  const sa = payloads.find((p): p is SaPayload => p.kind === "SA");
  if (sa === undefined) return undefined;
  const ke = payloads.find((p): p is KePayload => p.kind === "KE");
  const nonce = payloads.find((p): p is NoncePayload => p.kind === "Nonce");
  const chosen = sa.proposals[0];
  const faults = [
    ...payloads.flatMap((p) =>
      p.kind === "unknown" && p.critical ? [`payload ${p.type} is unknown and critical (RFC 7296 §2.5)`] : []
    ),
    ...spiFaults(decoded, chosen),
    ...choiceFaults(sa, offered),
    ...exchangeFaults(ke, chosen, groups, checkPublic),
    ...nonceFaults(nonce),
  ];
  if (faults.length > 0 || chosen === undefined || ke === undefined || nonce === undefined) {
    return { ok: false, faults };
  }
  return {
    ok: true,
    proposal: nameChoice(chosen),
    chosen,
    group: ke.group,
    publicValue: ke.data,
    nonce: nonce.data,
  };
}

/** Protocol ID of IKE (RFC 7296 §3.3.1). */
const PROTOCOL_IKE = 1;

/** The SA that is accepted is the IKE SA, and its Responder's SPI is in the header alone (RFC 7296 §3.1, §3.3.1). */
function spiFaults({ header }: DecodedMessage, chosen: Proposal | undefined): string[] {
  const faults = header?.responderSpi.every((octet) => octet === 0) ? ["header: the Responder's SPI is zero"] : [];
  if (chosen === undefined) return faults;
  if (chosen.protocolId !== PROTOCOL_IKE) {
    faults.push(`SA: a proposal for protocol ${chosen.protocolId} in place of IKE`);
  }
  if (chosen.spi.length > 0) faults.push(`SA: an SPI of ${chosen.spi.length} octets in the proposal (RFC 7296 §3.3.1)`);
  return faults;
}

function choiceFaults(sa: SaPayload, offered: readonly Proposal[]): string[] {
  if (sa.proposals.length !== 1) return [`SA: ${sa.proposals.length} proposals in place of one`];
  const chosen = sa.proposals[0]!;
  const offer = offered.find((p) => p.number === chosen.number);
  if (offer === undefined) return [`SA: proposal number ${chosen.number} was not offered`];
  const faults = chosen.transforms.flatMap((t) =>
    // An explicit "no integrity" beside an AEAD cipher says nothing new (RFC 7296 §3.3.3): clients take it.
    (t.type === TYPE.INTEG && t.id === 0) || offer.transforms.some((o) => sameTransform(o, t))
      ? []
      : [`SA: ${transformTypeName(t.type)} transform ${t.id}${keyText(t)} was not offered in proposal ${chosen.number}`]
  );
  for (const type of new Set(offer.transforms.map((t) => t.type))) {
    const count = chosen.transforms.filter((t) => t.type === type).length;
    if (count !== 1) faults.push(`SA: ${count} ${transformTypeName(type)} transforms in place of one`);
  }
  return faults;
}

function exchangeFaults(
  ke: KePayload | undefined,
  chosen: Proposal | undefined,
  groups: readonly number[],
  checkPublic: PublicCheck,
): string[] {
  if (ke === undefined) return ["KE: missing beside an accepted proposal"];
  const { group } = ke;
  if (!groups.includes(group)) return [`KE: ${groupName(group)} in answer to ${groups.map(groupName).join(", ")}`];
  const transform = chosen?.transforms.find((t) => t.type === TYPE.KE);
  if (transform !== undefined && transform.id !== group) {
    return [`SA: ${groupName(transform.id)} chosen, with a KE payload of ${groupName(group)}`];
  }
  const invalid = checkPublic(group, ke.data);
  return invalid === undefined ? [] : [`KE: ${invalid}`];
}

function nonceFaults(nonce: NoncePayload | undefined): string[] {
  if (nonce === undefined) return ["Nonce: missing beside an accepted proposal"];
  const length = nonce.data.length;
  return length >= 16 && length <= 256 ? [] : [`Nonce: ${length} octets, 16 to 256 are allowed (RFC 7296 §3.9)`];
}

function keyText(transform: Transform): string {
  const bits = keyBits(transform);
  return bits === undefined ? "" : ` (${bits} bits)`;
}

function sameTransform(a: Transform, b: Transform): boolean {
  return a.type === b.type && a.id === b.id && keyBits(a) === keyBits(b);
}

function nameChoice(chosen: Proposal): ChosenProposal {
  const of = (type: number) => chosen.transforms.find((t) => t.type === type);
  const encr = of(TYPE.ENCR);
  const prf = of(TYPE.PRF);
  const integ = of(TYPE.INTEG);
  const dh = of(TYPE.KE);
  const bits = encr && keyBits(encr);
  return {
    encr: encr === undefined ? "none" : encrName(encr.id),
    ...(bits !== undefined && { key_bits: bits }),
    ...(prf && { prf: prfName(prf.id) }),
    ...(integ && { integ: integName(integ.id) }),
    ...(dh && { dh: groupName(dh.id) }),
  };
}
