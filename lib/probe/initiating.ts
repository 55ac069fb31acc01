/** Sets an Initiator up from a run's settings, and gives it what it may not have by itself: time, chance, keys. */
import type { Initiator, InitiatorSettings, InitiatorSources } from "../exchange/initiator.ts";
import type { Endpoint } from "../model/mod.ts";
import type { Channel } from "../net/transport.ts";
import type { PathJob, RunContext } from "./context.ts";

/** PRF computations of a puzzle between two looks at the clock and the socket. */
const PUZZLE_STEP = 2_000;

/** Our side as an Initiator hashes it: every address that a datagram may leave from. */
export function localEndpoints(channel: Pick<Channel, "local" | "localCandidates">) {
  return channel.localCandidates.map((address) => ({ address, port: channel.local.port }));
}

/** The two ends of a channel that is not open yet: what was not sent from anywhere has no address to hash. */
export function unopened(remote: Endpoint): Pick<Channel, "local" | "localCandidates" | "remote"> {
  const address = remote.address.includes(":") ? "::" : "0.0.0.0";
  return { remote, local: { address, port: 0 }, localCandidates: [address] };
}

/** The settings of the exchange on one path. */
export function initiatorSettings(
  job: PathJob,
  context: RunContext,
  channel: Pick<Channel, "local" | "localCandidates" | "remote">,
  offer: InitiatorSettings["offer"],
): InitiatorSettings {
  const wanted = context.groups.at(job.address);
  return {
    reliable: job.spec.transport !== "udp",
    groups: context.settings.groups,
    ...(wanted !== undefined && { firstGroup: wanted }),
    offer,
    retries: context.settings.retries,
    roundTripMs: () => context.known.roundTripMs(job.address),
    remote: channel.remote,
    locals: localEndpoints(channel),
    ...(job.redirectedFromData && { redirectedFrom: job.redirectedFromData }),
  };
}

/** Chance and keys. */
export function initiatorSources(context: RunContext): InitiatorSources {
  return {
    random: (length) => context.network.random(length),
    keyPair: (group) => context.keyPair(group),
    checkPublic: (group, value) => context.crypto.keyExchangeGroup(group)?.check(value),
  };
}

/** Solves a demanded puzzle in steps, so that the rest of the run goes on; gives up at the deadline. */
export async function workOnPuzzle(machine: Initiator, context: RunContext, deadline: number): Promise<void> {
  while (machine.hasWork && context.now() < deadline && !context.signal.aborted) {
    machine.work(PUZZLE_STEP);
    await context.network.clock.sleep(context.now());
  }
}
