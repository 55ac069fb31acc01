/** Where `exporter` answers. */
import { UsageError } from "../lib/cli/failure.ts";
import type { Endpoint } from "../lib/model/mod.ts";
import type { StreamListener } from "../lib/net/listen.ts";
import { escapeText, isAddress } from "../lib/wire/mod.ts";
import { isMissing } from "./serving.ts";

/** `:PORT`, one socket for each family. IPv6 first: where a socket for that takes IPv4 too, it is all that is needed. */
const EVERYWHERE = ["::", "0.0.0.0"];

/**
 * Endpoints of one element of `--listen`, with the same port: all of one that stands for every address.
 *
 * @throws {UsageError}
 */
export function listenEndpoints(text: string): Endpoint[] {
  const [, bracketed, bare, digits] = /^(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})$/.exec(text) ?? [];
  const address = bracketed ?? bare;
  const port = Number(digits);
  if (address === undefined || port > 65_535 || (address !== "" && !isAddress(address))) {
    throw new UsageError(`Cannot read --listen "${escapeText(text)}": expected ADDRESS:PORT, [ADDRESS]:PORT or :PORT`);
  }
  return (address === "" ? EVERYWHERE : [address]).map((one) => ({ address: one, port }));
}

/**
 * Opens all listeners, or none.
 *
 * @param byDefault nobody asked for these addresses: a machine without one of the families is no mistake
 * @throws {UsageError} for what cannot be had
 */
export async function listenAll(texts: readonly string[], byDefault: boolean): Promise<StreamListener[]> {
  if (texts.length === 0) throw new UsageError("--listen needs at least one ADDRESS:PORT");
  const groups = texts.map(listenEndpoints);
  const listeners: StreamListener[] = [];
  try {
    for (const group of byDefault ? [groups.flat()] : groups) await listenTo(group, listeners);
  } catch (error) {
    for (const listener of listeners) listener.close();
    throw error instanceof Error ? new UsageError(error.message) : error;
  }
  return listeners;
}

/** Listens on each endpoint of a group that this machine can have; there has to be one. */
async function listenTo(group: readonly Endpoint[], listeners: StreamListener[]): Promise<void> {
  const { listenTcp, takesBothFamilies } = await import("../lib/net/mod.ts");
  const before = listeners.length;
  let missing: unknown;
  for (const { address, port } of group) {
    try {
      listeners.push(await listenTcp({ address, port: port || (listeners[before]?.local.port ?? 0) }));
      if (takesBothFamilies(address)) break;
    } catch (error) {
      if (!isMissing(error)) throw error;
      missing ??= error;
    }
  }
  if (listeners.length === before) throw missing;
}
