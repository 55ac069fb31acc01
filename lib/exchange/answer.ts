/** What one answer to IKE_SA_INIT says by itself: how the exchange ends, or what the next request has to be like. */
import {
  type DecodedMessage,
  decodeRedirect,
  groupName,
  isErrorNotify,
  notifyName,
  type NotifyPayload,
  type Proposal,
} from "../ike/mod.ts";
import { equalBytes, formatFault } from "../wire/mod.ts";
import { checkAcceptance } from "./acceptance.ts";
import type { InitiatorOutcome, InitiatorSources, MessageNote } from "./initiator_terms.ts";
import { STATUS } from "./request.ts";

const INVALID_MAJOR_VERSION = 5;
const INVALID_KE_PAYLOAD = 17;

/** An answer, read. */
export interface Answer {
  readonly note: Pick<MessageNote, "result" | "notify" | "faults">;
  /** How the exchange ends with it. */
  readonly outcome?: InitiatorOutcome;
  /** Or a cookie is demanded (RFC 7296 §2.6), with a PUZZLE's data (RFC 8019) where that comes along. */
  readonly cookie?: { readonly data: Uint8Array; readonly puzzle?: Uint8Array };
  /** Or another group, by number (RFC 7296 §1.2). */
  readonly wantedGroup?: number;
}

/** The request that is answered. */
export interface Asked {
  readonly proposals: readonly Proposal[];
  /** Those of the KE payloads that were sent. */
  readonly sentGroups: readonly number[];
  /** All groups that could be asked for. */
  readonly groups: readonly number[];
  readonly nonce: Uint8Array;
  readonly checkPublic: InitiatorSources["checkPublic"];
}

/** Reads an answer that fits the request. Never throws. */
export function readAnswer(decoded: DecodedMessage, asked: Asked): Answer {
  const { majorVersion } = decoded.header!;
  if (majorVersion !== 2) return { note: { result: "version" }, outcome: { kind: "version", major: majorVersion } };
  const faults = decoded.faults.map(formatFault);
  if (faults.length > 0) return { note: { result: "malformed" }, outcome: { kind: "malformed", faults } };
  const acceptance = checkAcceptance(decoded, asked.proposals, asked.sentGroups, asked.checkPublic);
  if (acceptance?.ok === true) return { note: { result: "accepted" }, outcome: { kind: "accepted", acceptance } };
  if (acceptance?.ok === false) return malformed({ result: "malformed" }, acceptance.faults);
  return readNotifies(decoded.payloads.filter((p): p is NotifyPayload => p.kind === "N"), majorVersion, asked);
}

function readNotifies(notifies: readonly NotifyPayload[], majorVersion: number, asked: Asked): Answer {
  const find = (type: number) => notifies.find((n) => n.type === type);
  const cookie = find(STATUS.COOKIE);
  if (cookie !== undefined) return readCookie(cookie, find(STATUS.PUZZLE));
  const group = find(INVALID_KE_PAYLOAD);
  if (group !== undefined) return readGroup(group, asked);
  const redirect = find(STATUS.REDIRECT);
  if (redirect !== undefined) return readRedirect(redirect, asked);
  const error = notifies.find((n) => isErrorNotify(n.type));
  if (error === undefined) {
    return malformed({ result: "malformed" }, ["message: neither an accepted proposal nor an error notify"]);
  }
  const notify = notifyName(error.type);
  if (error.type !== INVALID_MAJOR_VERSION) {
    return { note: { result: "error", notify }, outcome: { kind: "rejected", error: notify } };
  }
  return { note: { result: "version", notify }, outcome: { kind: "version", major: error.data[0] ?? majorVersion } };
}

function malformed(note: Answer["note"], faults: readonly string[]): Answer {
  return { note: { ...note, faults }, outcome: { kind: "malformed", faults } };
}

function readCookie({ type, data }: NotifyPayload, puzzle: NotifyPayload | undefined): Answer {
  const note = { result: puzzle === undefined ? "cookie" : "puzzle", notify: notifyName(type) };
  if (data.length < 1 || data.length > 64) {
    return malformed(note, [
      `payloads[0].data: a cookie of ${data.length} octets, 1 to 64 are allowed (RFC 7296 §2.6)`,
    ]);
  }
  return { note, cookie: { data, ...(puzzle !== undefined && { puzzle: puzzle.data }) } };
}

function readGroup({ data }: NotifyPayload, { groups }: Asked): Answer {
  const wanted = data.length === 2 ? data[0]! * 256 + data[1]! : undefined;
  const note = { result: "group", notify: notifyName(INVALID_KE_PAYLOAD) };
  if (wanted === undefined) {
    return malformed(note, [`INVALID_KE_PAYLOAD with ${data.length} octets of data in place of 2 (RFC 7296 §1.3)`]);
  }
  if (groups.includes(wanted)) return { note, wantedGroup: wanted };
  const error = `INVALID_KE_PAYLOAD for ${groupName(wanted)}, which was not offered`;
  return { note, outcome: { kind: "rejected", error } };
}

function readRedirect({ data }: NotifyPayload, { nonce }: Asked): Answer {
  const redirect = decodeRedirect(data);
  const note = { result: "redirect", notify: notifyName(STATUS.REDIRECT) };
  if (redirect === undefined) return malformed(note, ["REDIRECT data does not parse"]);
  if (!equalBytes(redirect.nonce, nonce)) return malformed(note, ["REDIRECT with another nonce than ours"]);
  return { note, outcome: { kind: "redirected", gateway: redirect.gateway } };
}
