/** Files that were compressed with gzip (RFC 1952), as captures often are. */
import { readBounded } from "./read_file.ts";

/** Whether octets begin as gzip does. */
export function isGzip(octets: Uint8Array): boolean {
  return octets[0] === 0x1f && octets[1] === 0x8b;
}

/**
 * What was compressed; undefined when it has more than `limit` octets.
 *
 * @throws {TypeError} when it is damaged
 */
export function gunzip(octets: Uint8Array<ArrayBuffer>, limit: number): Promise<Uint8Array | undefined> {
  return readBounded(new Blob([octets]).stream().pipeThrough(new DecompressionStream("gzip")), limit);
}
