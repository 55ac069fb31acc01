/** Takes IKE answers apart and puts them together again, changed. */
import { type DecodedMessage, decodeMessage, encodeMessage, type Header, type Payload } from "../../ike/mod.ts";
import type { Answered, Fault, Outgoing } from "./fault.ts";

/** Parts of an answer that may be changed. */
export interface Parts {
  readonly header: Header;
  readonly payloads: readonly Payload[];
}

/** Changes the octets of every IKE answer. */
export function editOctets(edit: (octets: Uint8Array, exchange: Answered) => Uint8Array): Fault {
  return {
    answers: (exchange, answers): Outgoing[] =>
      answers.map((one) => one.raw ? one : { ...one, octets: edit(one.octets, exchange) }),
  };
}

/** Changes header or payloads of every IKE answer that decodes. */
export function editParts(edit: (parts: Parts, exchange: Answered) => Partial<Parts>): Fault {
  return editOctets((octets, exchange) => {
    const { header, payloads }: DecodedMessage = decodeMessage(octets);
    if (header === undefined) return octets;
    const changed = edit({ header, payloads }, exchange);
    return encodeMessage({ ...header, ...changed.header, payloads: changed.payloads ?? payloads });
  });
}

/** Changes the payloads of answers that accept; others stay as they are. */
export function editAcceptance(edit: (payloads: readonly Payload[], exchange: Answered) => readonly Payload[]): Fault {
  return editParts(({ payloads }, exchange) => {
    const accepts = payloads.some((payload) => payload.kind === "SA");
    return accepts ? { payloads: edit(payloads, exchange) } : {};
  });
}

/** A Notify payload without protocol and SPI. */
export function notify(type: number, data: Uint8Array = new Uint8Array(0)): Payload {
  return { kind: "N", critical: false, protocolId: 0, spi: new Uint8Array(0), type, data };
}
