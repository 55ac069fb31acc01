/** The hash of NAT_DETECTION_SOURCE_IP and NAT_DETECTION_DESTINATION_IP. */
import { sha1 } from "@noble/hashes/legacy.js";
import { natDetectionInput } from "./nat_input.ts";

/**
 * SHA-1(SPIi | SPIr | IP | port) (RFC 7296 §2.23). Parameters and errors as in {@linkcode natDetectionInput}.
 */
export function natDetectionHash(
  initiatorSpi: Uint8Array,
  responderSpi: Uint8Array,
  address: Uint8Array,
  port: number,
): Uint8Array {
  return sha1(natDetectionInput(initiatorSpi, responderSpi, address, port));
}
