/** NAT_DETECTION_SOURCE_IP and NAT_DETECTION_DESTINATION_IP (RFC 7296 §2.23), computed and compared. */
import { natDetectionHash } from "../crypto/mod.ts";
import type { NotifyPayload, Payload } from "../ike/mod.ts";
import type { Endpoint, NatObservation, NatSide } from "../model/mod.ts";
import { addressBytes, equalBytes, hex } from "../wire/mod.ts";

/** Notify types (RFC 7296 §3.10.1). */
export const NAT_DETECTION_SOURCE_IP = 16388;
/** See {@linkcode NAT_DETECTION_SOURCE_IP}. */
export const NAT_DETECTION_DESTINATION_IP = 16389;

function hashOf(spiI: Uint8Array, spiR: Uint8Array, at: Endpoint): Uint8Array {
  return natDetectionHash(spiI, spiR, addressBytes(at.address), at.port);
}

function notify(type: number, data: Uint8Array): NotifyPayload {
  return { kind: "N", critical: false, protocolId: 0, spi: new Uint8Array(0), type, data };
}

/**
 * The two notifies of a message. Several sources are allowed: a sender that does not know which of its addresses the
 * packet will leave from names them all (RFC 7296 §2.23).
 */
export function natNotifies(
  spiI: Uint8Array,
  spiR: Uint8Array,
  sources: readonly Endpoint[],
  destination: Endpoint,
): NotifyPayload[] {
  return [
    ...sources.map((source) => notify(NAT_DETECTION_SOURCE_IP, hashOf(spiI, spiR, source))),
    notify(NAT_DETECTION_DESTINATION_IP, hashOf(spiI, spiR, destination)),
  ];
}

/**
 * Compares the hashes of a peer's message with what this side sees: its source with the address it came from, its
 * destination with our own addresses. Undefined when the message carries neither.
 */
export function observeNat(
  payloads: readonly Payload[],
  spiI: Uint8Array,
  spiR: Uint8Array,
  locals: readonly Endpoint[],
  remote: Endpoint,
): NatObservation | undefined {
  const data = (type: number) => payloads.flatMap((p) => p.kind === "N" && p.type === type ? [p.data] : []);
  const sources = data(NAT_DETECTION_SOURCE_IP);
  const destinations = data(NAT_DETECTION_DESTINATION_IP);
  if (sources.length === 0 && destinations.length === 0) return undefined;
  const expectedSource = hashOf(spiI, spiR, remote);
  const ours = locals.map((local) => ({ local, hash: hashOf(spiI, spiR, local) }));
  const hit = ours.find(({ hash }) => destinations.some((d) => equalBytes(d, hash)));
  return {
    remote,
    local: hit?.local ?? locals[0],
    initiator_spi: hex(spiI),
    responder_spi: hex(spiR),
    ...(sources.length > 0 && {
      source: sources.map(hex),
      source_matches: sources.some((s) => equalBytes(s, expectedSource)),
    }),
    ...(destinations.length > 0 && {
      destination: hex(destinations[0]!),
      destination_matches: hit !== undefined,
    }),
  };
}

/** What an observation means for each side: the peer's source for the gateway, its destination for us. */
export function natSides(seen: NatObservation | undefined): { client: NatSide; gateway: NatSide } {
  const side = (matches: boolean | undefined): NatSide =>
    matches === undefined ? "unknown" : matches ? "none" : "translated";
  return { client: side(seen?.destination_matches), gateway: side(seen?.source_matches) };
}
