/** What notification data say, for the types whose form is known (each with its RFC). */
import { addressBytes, count, EMPTY, escapeText, formatAddress } from "../wire/mod.ts";
import type { NotifyPayload } from "./payloads/notify.ts";
import { groupName, hashAlgorithmName, payloadTypeName, prfName } from "./registries/mod.ts";

function uint16(data: Uint8Array, at: number): number {
  return data[at]! * 256 + data[at + 1]!;
}

/** The group that INVALID_KE_PAYLOAD asks for (RFC 7296 §1.3); undefined when the data are not two octets. */
export function decodeInvalidKe(data: Uint8Array): number | undefined {
  return data.length === 2 ? uint16(data, 0) : undefined;
}

/** The numbers that SIGNATURE_HASH_ALGORITHMS lists (RFC 7427 §4); undefined when the data are no list of them. */
export function decodeSignatureHashes(data: Uint8Array): number[] | undefined {
  if (data.length === 0 || data.length % 2 !== 0) return undefined;
  return Array.from({ length: data.length / 2 }, (_, i) => uint16(data, 2 * i));
}

/** What PUZZLE asks for (RFC 8019 §8.1). */
export interface Puzzle {
  /** Number of the PRF to compute with. */
  prf: number;
  /** So many trailing zero bits are wanted; 0: as many as the Initiator likes. */
  difficulty: number;
  /** Always empty here: the cookie to work on comes in a COOKIE notify beside. */
  cookie: Uint8Array;
}

/** PRF, then difficulty (RFC 8019 §8.1); undefined when the data do not have that form. */
export function decodePuzzle(data: Uint8Array): Puzzle | undefined {
  if (data.length < 3) return undefined;
  return { prf: uint16(data, 0), difficulty: data[2]!, cookie: data.slice(3) };
}

/** IKEv2 Gateway Identity Types (RFC 5685 §6). */
const IDENTITY = { IPv4: 1, IPv6: 2, FQDN: 3 } as const;

/** Where a REDIRECT points. */
export interface Redirect {
  /** What `gateway` is. */
  kind: "IPv4" | "IPv6" | "FQDN";
  /** An address, or a name as it came: escape it before it is shown. */
  gateway: string;
  /** The nonce of the request that is redirected; empty in REDIRECTED_FROM and outside of IKE_SA_INIT. */
  nonce: Uint8Array;
}

/** Data of REDIRECT and REDIRECTED_FROM (RFC 5685 §7.2, §7.3); undefined when they do not have that form. */
export function decodeRedirect(data: Uint8Array): Redirect | undefined {
  if (data.length < 2) return undefined;
  const [type, size] = [data[0]!, data[1]!];
  const identity = data.slice(2, 2 + size);
  const nonce = data.slice(2 + size);
  if (identity.length !== size) return undefined;
  if (type === IDENTITY.IPv4 && size === 4) return { kind: "IPv4", gateway: formatAddress(identity), nonce };
  if (type === IDENTITY.IPv6 && size === 16) return { kind: "IPv6", gateway: formatAddress(identity), nonce };
  if (type !== IDENTITY.FQDN || size === 0) return undefined;
  return { kind: "FQDN", gateway: new TextDecoder().decode(identity), nonce };
}

/**
 * Data of REDIRECT, and without a nonce of REDIRECTED_FROM (RFC 5685 §7.2, §7.3).
 *
 * @throws {RangeError} when the gateway is no address of that kind, or a name of more than 255 octets.
 */
export function encodeRedirect(
  { kind, gateway, nonce = EMPTY }: Omit<Redirect, "nonce"> & { nonce?: Uint8Array },
): Uint8Array<ArrayBuffer> {
  const identity = kind === "FQDN" ? new TextEncoder().encode(gateway) : addressBytes(gateway);
  const size = { IPv4: 4, IPv6: 16, FQDN: identity.length }[kind];
  if (identity.length !== size || size === 0 || size > 255) {
    throw new RangeError(`Cannot encode redirect: ${gateway} is no ${kind} identity`);
  }
  return Uint8Array.of(IDENTITY[kind], size, ...identity, ...nonce);
}

/** One entry for each type of IKE_SA_INIT whose data are more than a flag or a hash. */
const MEANING: Readonly<Record<number, (data: Uint8Array) => string | undefined>> = {
  1: (data) => data.length === 1 ? `does not know payload type ${data[0]} (${payloadTypeName(data[0]!)})` : undefined,
  17: (data) => {
    const group = decodeInvalidKe(data);
    return group === undefined ? undefined : `wants group ${group} (${groupName(group)})`;
  },
  16390: (data) => `cookie of ${count(data.length)}`,
  16407: redirectMeaning("to"),
  16408: redirectMeaning("from"),
  16431: (data) => decodeSignatureHashes(data)?.map(hashAlgorithmName).join(" "),
  16434: (data) => {
    const puzzle = decodePuzzle(data);
    return puzzle && `difficulty ${puzzle.difficulty}, ${prfName(puzzle.prf)}`;
  },
};

function redirectMeaning(preposition: string): (data: Uint8Array) => string | undefined {
  return (data) => {
    const redirect = decodeRedirect(data);
    return redirect && `${preposition} ${escapeText(redirect.gateway)}`;
  };
}

/** A phrase for the notification data; undefined when there is nothing to say beside the type's name. */
export function notifyMeaning(notify: NotifyPayload): string | undefined {
  return MEANING[notify.type]?.(notify.data);
}
