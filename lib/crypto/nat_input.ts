/** What the hash of NAT_DETECTION_SOURCE_IP and NAT_DETECTION_DESTINATION_IP is taken of. */

/** Octets of the hash. */
export const NAT_HASH_LENGTH = 20;

/**
 * SPIi | SPIr | IP | port (RFC 7296 §2.23): 22 octets with an IPv4 address, 34 with an IPv6 one.
 *
 * @param initiatorSpi 8 octets
 * @param responderSpi 8 octets; zeros in the first request
 * @param address 4 or 16 octets
 * @param port 0 to 65535
 * @throws {RangeError} when one of them has another length or size
 */
export function natDetectionInput(
  initiatorSpi: Uint8Array,
  responderSpi: Uint8Array,
  address: Uint8Array,
  port: number,
): Uint8Array {
  const fits = initiatorSpi.length === 8 && responderSpi.length === 8 &&
    (address.length === 4 || address.length === 16) && Number.isInteger(port) && port >= 0 && port <= 65535;
  if (!fits) {
    throw new RangeError(
      `Cannot hash an address for NAT detection: SPIs of ${initiatorSpi.length} and ${responderSpi.length} octets, ` +
        `an address of ${address.length}, port ${port}`,
    );
  }
  return Uint8Array.of(...initiatorSpi, ...responderSpi, ...address, port >> 8, port & 0xff);
}
