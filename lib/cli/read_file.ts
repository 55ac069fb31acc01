/** Reads files that users name: bounded, as a device has no end, and with one sentence for whatever goes wrong. */
import { concatBytes } from "../wire/bytes.ts";
import { escapeText } from "../wire/escape.ts";
import { UsageError } from "./failure.ts";
import { fileTrouble } from "./file_trouble.ts";

/** Octets of a file that are read, unless said otherwise: a few thousand reports. */
export const MAX_FILE = 256 * 1024 * 1024;

/** The complaint about a file. `why` must be safe to show. */
export function unreadable(file: string, why: string): UsageError {
  return new UsageError(`Cannot read ${escapeText(file)}: ${why}`);
}

/**
 * All octets of a file; `-` is standard input.
 *
 * @throws {UsageError}
 */
export async function readOctets(file: string, limit = MAX_FILE): Promise<Uint8Array<ArrayBuffer>> {
  let octets: Uint8Array<ArrayBuffer> | undefined;
  try {
    octets = await readBounded(file === "-" ? Deno.stdin.readable : (await Deno.open(file)).readable, limit);
  } catch (error) {
    throw unreadable(file, fileTrouble(error));
  }
  if (octets === undefined) throw unreadable(file, `it has more than ${limit / 1024 / 1024} MiB`);
  return octets;
}

/**
 * A file as text: UTF-8, or UTF-16 with a byte order mark, as PowerShell writes it.
 *
 * @throws {UsageError}
 */
export async function readText(file: string, limit = MAX_FILE): Promise<string> {
  const octets = await readOctets(file, limit);
  const encoding = octets[0] === 0xff && octets[1] === 0xfe ? "utf-16le" : "utf-8";
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(octets);
  } catch {
    throw unreadable(file, "it is not text");
  }
}

/** All octets of a stream, or undefined when there are too many. */
export async function readBounded(
  stream: ReadableStream<Uint8Array>,
  limit: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of stream) {
    length += part.length;
    if (length > limit) return undefined;
    parts.push(part);
  }
  return concatBytes(...parts);
}
