/** Reading the octets that events keep: bounds are checked, as a saved report may say anything. */
import { decodeHeader } from "../ike/mod.ts";
import type { Fit, MessageEvent, PathReport, SentEvent } from "../model/mod.ts";
import { unhex } from "../wire/mod.ts";
import type { Seen, View } from "./view.ts";

/** Octets from hex; empty when it is none. */
export function octetsOf(data: string | undefined): Uint8Array {
  return data !== undefined && /^(?:[0-9a-f]{2})*$/i.test(data) ? unhex(data) : new Uint8Array(0);
}

/** How many bits differ in the octets that both have. */
export function bitsApart(a: Uint8Array, b: Uint8Array): number {
  let bits = 0;
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    for (let x = a[i]! ^ b[i]!; x !== 0; x &= x - 1) bits++;
  }
  return bits;
}

/** Length (2 octets) and non-ESP marker (4) stand before the message in a stream (RFC 9329 §4). */
export const FRAME_HEADER = 6;

/** Our initiator SPI on a flow of a stream, from the latest request before an event. */
export function ourSpi(view: View, path: PathReport, before: { flow: number; index: number }): Uint8Array | undefined {
  const request = view.events(path, "sent").findLast(({ event, index }) =>
    event.flow === before.flow && index < before.index && isRequest(event)
  );
  const octets = octetsOf(request?.event.data).subarray(FRAME_HEADER, FRAME_HEADER + 8);
  return octets.length === 8 ? octets : undefined;
}

function isRequest({ what }: SentEvent): boolean {
  return what.startsWith("IKE_SA_INIT");
}

/** What a message is, looked at again: random octets have an SPI, too, but without a plausible header they are no IKE. */
export function fitOf(event: MessageEvent): Fit {
  if (event.fit !== "stray") return event.fit;
  const header = decodeHeader(octetsOf(event.data));
  const plausible = header !== undefined && header.length === event.octets && header.majorVersion <= 3;
  return plausible ? "stray" : "not-ike";
}

/** A message of a stream with our SPI at that time. */
export interface StreamMessage extends Seen<MessageEvent> {
  readonly octets: Uint8Array;
  readonly spi: Uint8Array;
}

/** Messages of a stream that did not fit, each beside the SPI that it should have had. */
export function misfits(view: View, path: PathReport): StreamMessage[] {
  return view.messages(path).flatMap((seen): StreamMessage[] => {
    const { event, index } = seen;
    if (event.fit !== "stray" && event.fit !== "esp" && event.fit !== "not-ike") return [];
    const spi = ourSpi(view, path, { flow: event.flow, index });
    return spi === undefined ? [] : [{ ...seen, octets: octetsOf(event.data), spi }];
  });
}
