/** Finds out what stands behind a NAT_DETECTION hash that does not match: the address and port before the translation. */
import type { MessageEvent, NatObservation } from "../../model/mod.ts";
import { unhex } from "../../wire/mod.ts";
import type { Laboratory, Observation } from "./laboratory.ts";
import type { Tried } from "./plan.ts";

/**
 * Enough for the private ranges. Nearly every client is behind a NAT with a public address, and all of IPv4 takes a
 * minute: without `--public-address` the rest is not worth every user's time.
 */
const PRIVATE_SECONDS = 0.8;

type Side = "gateway" | "client";

interface Mismatch {
  readonly side: Side;
  readonly path: string;
  readonly hash: string;
  readonly nat: NatObservation;
}

/** One search for each side of an address at most, together within `--nat-search` seconds. */
export async function searchNats(lab: Laboratory, here: readonly Tried[]): Promise<void> {
  const { settings } = lab.context;
  if (settings.natSearchSeconds <= 0 || !lab.open) return;
  const found = (["gateway", "client"] as const).flatMap((side) => firstMismatch(lab, here, side) ?? []);
  const seconds = settings.natSearchSeconds / Math.max(1, found.length);
  for (const mismatch of found) {
    const aimless = mismatch.side === "client" && settings.publicAddress === undefined;
    await search(lab, mismatch, aimless ? Math.min(seconds, PRIVATE_SECONDS) : seconds);
  }
}

function firstMismatch(lab: Laboratory, here: readonly Tried[], side: Side): Mismatch | undefined {
  for (const { path } of here) {
    const message = lab.context.recorder.events.find((e): e is MessageEvent =>
      e.kind === "message" && e.path === path.id && e.experiment === undefined && e.fit === "answer" &&
      (side === "gateway" ? e.nat?.source_matches === false : e.nat?.destination_matches === false)
    );
    const nat = message?.nat;
    const hash = side === "gateway" ? nat?.source?.[0] : nat?.destination;
    if (nat !== undefined && hash !== undefined) return { side, path: path.id, hash, nat };
  }
  return undefined;
}

async function search(lab: Laboratory, mismatch: Mismatch, seconds: number): Promise<void> {
  const { network, settings, signal } = lab.context;
  const { side, path, hash, nat } = mismatch;
  if (network.searchNat === undefined) return;
  const ours = nat.local?.port ?? nat.remote.port;
  const likely = side === "gateway" ? [nat.remote.address] : [nat.local?.address, settings.publicAddress];
  const question = {
    hash: unhex(hash),
    initiatorSpi: unhex(nat.initiator_spi),
    responderSpi: unhex(nat.responder_spi),
    port: side === "gateway" ? nat.remote.port : ours,
    addresses: likely.filter((a) => a !== undefined),
  };
  await lab.run("nat-search", path, async (): Promise<Observation> => {
    const began = network.clock.now();
    const hit = await network.searchNat!(question, { seconds, signal });
    const ms = network.clock.now() - began;
    if (hit === undefined) return { result: "not-found", ms, facts: { side, port: question.port } };
    return { result: "found", ms, facts: { side, address: hit.address, port: hit.port } };
  });
}
