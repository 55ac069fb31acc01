/** NAT_DETECTION_* as a gateway computes them that is behind a NAT, or sees the client through one (RFC 7296 §2.23). */
import { natDetectionHash } from "../../crypto/mod.ts";
import { NAT_DETECTION_DESTINATION_IP, NAT_DETECTION_SOURCE_IP } from "../../exchange/nat.ts";
import { addressBytes } from "../../wire/mod.ts";
import type { Endpoint } from "../../model/mod.ts";
import { editParts, type Parts } from "./edit.ts";
import type { Fault } from "./fault.ts";

/** An address, with a port or without. */
export interface Place {
  readonly address: string;
  readonly port?: number;
}

function rehash({ header, payloads }: Parts, type: number, place: Place, seen: Endpoint | undefined): Partial<Parts> {
  const { initiatorSpi, responderSpi } = header;
  const port = place.port ?? seen?.port ?? 0;
  const data = natDetectionHash(initiatorSpi, responderSpi, addressBytes(place.address), port);
  return { payloads: payloads.map((one) => one.kind === "N" && one.type === type ? { ...one, data } : one) };
}

/** `nat-gateway` */
export function natGateway(place: Place): Fault {
  return editParts((parts, { between }) => rehash(parts, NAT_DETECTION_SOURCE_IP, place, between.locals[0]));
}

/** `nat-client` */
export function natClient(place: Place): Fault {
  return editParts((parts, { between }) => rehash(parts, NAT_DETECTION_DESTINATION_IP, place, between.remote));
}

/** `no-nat-detection` */
export function noNatDetection(): Fault {
  const types = [NAT_DETECTION_SOURCE_IP, NAT_DETECTION_DESTINATION_IP];
  return editParts(({ payloads }) => ({
    payloads: payloads.filter((one) => one.kind !== "N" || !types.includes(one.type)),
  }));
}
