/** Makes the items of what was found. Octets that no message can have, or that nobody would read, are left out. */
import { decodeMessage } from "../ike/mod.ts";
import type { Fault } from "../wire/mod.ts";
import type { BrokenItem, IkeItem, Place } from "./item.ts";
import { LONGEST_MESSAGE } from "./plausible.ts";

/** Octets that are shown of what cannot be read. */
export const MOST_SHOWN = 4096;

/** A message; `octets` may have more than any message has, in a file that is damaged or something else. */
export function ikeItem(octets: Uint8Array, place: Place, notes: readonly string[] = []): IkeItem {
  const kept = octets.subarray(0, LONGEST_MESSAGE);
  const cut = kept.length === octets.length
    ? []
    : [`the first ${kept.length} of ${octets.length} octets: neither UDP nor RFC 9329 carries more`];
  return { kind: "ike", place, octets: kept, decoded: decodeMessage(kept), notes: [...notes, ...cut] };
}

/** @param octets what is there; the first of them are shown */
export function brokenItem(octets: Uint8Array, place: Place, fault: Fault): BrokenItem {
  const kept = octets.subarray(0, MOST_SHOWN);
  const cut = kept.length === octets.length ? "" : `; these are the first ${kept.length} of ${octets.length} octets`;
  return { kind: "broken", place, octets: kept, fault: { ...fault, reason: fault.reason + cut } };
}
