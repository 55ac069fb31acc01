/** Answers that are damaged, or to something else than the request. */
import type { Payload } from "../../ike/mod.ts";
import { concatBytes } from "../../wire/mod.ts";
import { editAcceptance, editOctets, editParts, notify } from "./edit.ts";
import type { Fault } from "./fault.ts";

const INFORMATIONAL = 37;
/** Payload type that nobody has assigned (RFC 7296 §3.2: 128 to 255 are for private use). */
const NOBODYS_PAYLOAD = 200;
/** Private-use status notify (RFC 7296 §3.10.1: 40960 to 65535). */
const NOBODYS_NOTIFY = 40_977;
/** Offset of Length in the IKE header. */
const LENGTH_AT = 24;
const HEADER = 28;

/** `corrupt` */
export function corrupt(offset: number): Fault {
  return editOctets((octets) => {
    const copy = octets.slice();
    if (offset < copy.length) copy[offset]! ^= 0x20;
    return copy;
  });
}

/** `truncate` */
export function truncate(octets: number): Fault {
  return editOctets((whole) => whole.slice(0, Math.max(1, whole.length - octets)));
}

/** `extra` */
export function extra(octets: number): Fault {
  return editOctets((whole) => concatBytes(whole, new Uint8Array(octets).fill(0xaa)));
}

function addToField(octets: Uint8Array, at: number, size: 2 | 4, delta: number): Uint8Array {
  const copy = octets.slice();
  if (copy.length < at + size) return copy;
  const view = new DataView(copy.buffer);
  if (size === 2) view.setUint16(at, view.getUint16(at) + delta);
  else view.setUint32(at, view.getUint32(at) + delta);
  return copy;
}

/** `ike-length` */
export function ikeLength(delta: number): Fault {
  return editOctets((octets) => addToField(octets, LENGTH_AT, 4, delta));
}

const without = (kind: Payload["kind"]) => editAcceptance((payloads) => payloads.filter((one) => one.kind !== kind));

/** What `malformed` can be told to do. */
const MALFORMED: Readonly<Record<string, () => Fault>> = {
  "payload-length": () => editOctets((octets) => addToField(octets, HEADER + 2, 2, 4096)),
  "zero-length": () =>
    editOctets((octets) => {
      const copy = octets.slice();
      copy.fill(0, HEADER + 2, HEADER + 4);
      return copy;
    }),
  garbage: () =>
    editOctets((octets, { random }) => concatBytes(octets.subarray(0, HEADER), random(octets.length - HEADER))),
  "no-ke": () => without("KE"),
  "no-nonce": () => without("Nonce"),
  "short-nonce": () =>
    editAcceptance((payloads) =>
      payloads.map((one) => one.kind === "Nonce" ? { ...one, data: one.data.subarray(0, 8) } : one)
    ),
  "bad-ke": () =>
    editAcceptance((payloads) =>
      payloads.map((one) => one.kind === "KE" ? { ...one, data: new Uint8Array(one.data.length) } : one)
    ),
  "other-group": () =>
    editAcceptance((payloads) => payloads.map((one) => one.kind === "KE" ? { ...one, group: one.group + 1 } : one)),
  "not-offered": () =>
    editAcceptance((payloads) =>
      payloads.map((one) =>
        one.kind === "SA"
          ? {
            ...one,
            proposals: one.proposals.map((proposal) => ({
              ...proposal,
              transforms: proposal.transforms.map((transform) =>
                transform.type === 2 ? { ...transform, id: 1 } : transform
              ),
            })),
          }
          : one
      )
    ),
  "two-proposals": () =>
    editAcceptance((payloads) =>
      payloads.map((one) =>
        one.kind === "SA"
          ? { ...one, proposals: [...one.proposals, ...one.proposals.map((p) => ({ ...p, number: p.number + 1 }))] }
          : one
      )
    ),
};

/** The kinds of `malformed`. */
export const MALFORMED_KINDS: readonly string[] = Object.keys(MALFORMED);

/** `malformed` */
export function malformed(kind: string): Fault {
  return MALFORMED[kind]!();
}

/** `critical-payload` */
export function criticalPayload(): Fault {
  const strange: Payload = { kind: "unknown", critical: true, type: NOBODYS_PAYLOAD, data: new Uint8Array(8) };
  return editParts(({ payloads }) => ({ payloads: [...payloads, strange] }));
}

/** `wrong-spi` */
export function wrongSpi(): Fault {
  return editParts(({ header }, { random }) => ({ header: { ...header, initiatorSpi: random(8) } }));
}

/** `wrong-message-id` */
export function wrongMessageId(): Fault {
  return editParts(({ header }) => ({ header: { ...header, messageId: header.messageId + 1 } }));
}

/** `wrong-exchange` */
export function wrongExchange(): Fault {
  return editParts(({ header }) => ({ header: { ...header, exchangeType: INFORMATIONAL } }));
}

/** `oversize` */
export function oversize(octets: number): Fault {
  return editParts(({ payloads }) => ({ payloads: [...payloads, notify(NOBODYS_NOTIFY, new Uint8Array(octets))] }));
}
