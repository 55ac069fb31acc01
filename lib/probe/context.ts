/** What all paths of one run share. */
import type { KeyPair } from "../crypto/mod.ts";
import type { PathSpec } from "../model/mod.ts";
import type { Channel, Network } from "../net/transport.ts";
import { Asking } from "./asking.ts";
import type { HalfOpenBudget } from "./budget.ts";
import type { EarlyParting } from "./early_parting.ts";
import type { Flow } from "./flow.ts";
import { type Groups, sharedSecret } from "./key_ring.ts";
import { KnownAddresses } from "./known.ts";
import type { Recorder } from "./recorder.ts";
import type { ProbeSettings } from "./settings.ts";
import type { StreamTurn } from "./turn.ts";
import { WantedGroups } from "./wanted_group.ts";

/** See the file's head. */
export class RunContext {
  readonly #keyPairs = new Map<number, KeyPair>();
  readonly #asking = new Map<string, Asking>();
  readonly #open = new Map<Channel, Flow>();
  readonly #partings: ((hurry: AbortSignal) => Promise<void>)[] = [];
  readonly #settling: Promise<void>[] = [];
  /** What the paths have learnt, for each other. */
  readonly groups = new WantedGroups();
  readonly known = new KnownAddresses();
  /** Told by the paths. */
  earlyParting: EarlyParting | undefined;

  constructor(
    readonly network: Network,
    readonly settings: ProbeSettings,
    readonly recorder: Recorder,
    readonly budget: HalfOpenBudget,
    readonly crypto: Groups,
    /** Ends everything. */
    readonly signal: AbortSignal,
    /** The name that was probed; undefined for an address. */
    readonly host?: string,
    /** Our clock's reading by which experiments have to be over. */
    readonly endBy: number = Infinity,
  ) {}

  /** Our clock's reading. */
  now(): number {
    return this.network.clock.now();
  }

  /** The turn of an address's streams. */
  turn(address: string): StreamTurn {
    return this.budget.shared.turn(address);
  }

  /** The questions over UDP to an address. */
  asking(address: string): Asking {
    const asking = this.#asking.get(address) ?? new Asking(this.settings.timeoutMs);
    this.#asking.set(address, asking);
    return asking;
  }

  /** The run's key pair of a group: the same for all of its paths, from the first request to the farewell. */
  keyPair(group: number): KeyPair {
    const pair = this.#keyPairs.get(group) ?? this.budget.shared.keys.pair(group, this.crypto, this.network);
    this.#keyPairs.set(group, pair);
    return pair;
  }

  /** What the run's key pair of a group has in common with a peer's public value, which has been checked. */
  sharedSecret(group: number, peer: Uint8Array): Promise<Uint8Array> {
    return sharedSecret(this.keyPair(group), peer, this.crypto, this.network);
  }

  /** Takes what a path's full exchange may cost from the budget; false: only messages that leave no state may be sent. */
  reserve({ id, address, spec }: PathJob): boolean {
    return !this.#isSpared(id) && this.budget.reserve(address, spec.transport !== "udp");
  }

  /** Whether the full exchange could still be made on a path, as far as the budget goes; of streams, the turn decides. */
  mayLeaveState({ id, address }: PathJob): boolean {
    return !this.#isSpared(id) && this.budget.hasRoom(address, false);
  }

  #isSpared(id: string): boolean {
    return this.settings.sparing?.has(id) ?? false;
  }

  /** Keeps a channel open until the run ends ("a TCP connection that carries an accepted SA is closed last"). */
  hold(channel: Channel, flow: Flow): void {
    this.#open.set(channel, flow);
  }

  /** What is to be said before the channels are closed; `hurry` aborts when the run is interrupted. */
  beforeClosing(part: (hurry: AbortSignal) => Promise<void>): void {
    this.#partings.push(part);
  }

  /** Says it, on all connections at the same time. */
  async sayFarewell(hurry: AbortSignal): Promise<void> {
    await Promise.all(this.#partings.splice(0).map((part) => this.aside(part(hurry))));
  }

  /** A channel that must not be closed yet, and what closes it, which the report does not wait for. */
  settle(channel: Channel, rest: () => Promise<void>): void {
    this.#open.delete(channel);
    this.#settling.push(this.aside(rest()).finally(() => channel.close()));
  }

  /** Over when nothing is open any more; undefined when nothing is. */
  settled(): Promise<void> | undefined {
    return this.#settling.length === 0 ? undefined : Promise.all(this.#settling).then(() => {});
  }

  /** What goes on beside the paths: a defect of ours there must cost neither this report nor, unhandled, all others. */
  aside(work: Promise<void>): Promise<void> {
    return work.catch((error) => this.#defect(error));
  }

  #defect(error: unknown): void {
    const detail = `internal error: ${error instanceof Error ? error.message : String(error)}`;
    this.recorder.record({ kind: "failed", path: null, detail }, this.now());
  }

  /** Closes what was held. */
  closeAll(): void {
    for (const [channel, flow] of this.#open) flow.close(channel);
    this.#open.clear();
  }
}

/** One path to try. */
export interface PathJob {
  readonly id: string;
  readonly spec: PathSpec;
  readonly address: string;
  readonly expected: boolean;
  readonly required: boolean;
  /** Of the streams of this address, this one is listed first. */
  readonly leads: boolean;
  readonly redirectedFrom?: string;
  /** REDIRECTED_FROM data, for a path that follows a redirect. */
  readonly redirectedFromData?: Uint8Array;
}
