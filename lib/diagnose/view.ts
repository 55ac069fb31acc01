/**
 * Indexes over the facts of a run: what every rule looks things up in. It knows how to find events, paths and
 * experiments and how to cite them; it holds no opinion beyond "does this path work" and "did this path end by itself".
 */
import type {
  Event,
  Evidence,
  Experiment,
  ExperimentName,
  ExperimentResult,
  Facts,
  MessageEvent,
  PathReport,
  Sight,
} from "../model/mod.ts";
import { groupBy, list, unique } from "./words.ts";

/** An event with its index, by which evidence cites it. */
export interface Seen<E extends Event = Event> {
  readonly index: number;
  readonly event: E;
}

/** An event of one kind. */
export type EventOf<K extends Event["kind"]> = Extract<Event, { kind: K }>;

/** An experiment with its number, by which its events refer to it. */
export interface Trial extends Experiment {
  readonly number: number;
}

/** Events that one piece of evidence cites at most: a flood must not fill the report. */
export const MAX_CITED = 12;

/** How the request that ends an accepted SA begins; what happens behind it on its connection is no part of IKE_SA_INIT. */
const FAREWELL = "IKE_AUTH";

/** See the file's head. */
export class View {
  /** Paths that ended by themselves; what an interruption cut off says nothing and is left out. */
  readonly paths: readonly PathReport[];
  /** Paths that an interruption cut off. */
  readonly cutOff: readonly PathReport[];
  /** Addresses of the paths, in the order of the target's. */
  readonly addresses: readonly string[];
  readonly trials: readonly Trial[];
  readonly #events = new Map<string, Seen[]>();
  readonly #farewells = new Map<string, Seen[]>();
  readonly #byTrial = new Map<number, Seen[]>();
  readonly #byAddress: ReadonlyMap<string, readonly PathReport[]>;

  constructor(readonly facts: Facts) {
    this.cutOff = facts.paths.filter((path) => isCutOff(path, facts));
    this.paths = facts.paths.filter((path) => !this.cutOff.includes(path));
    this.addresses = unique(facts.paths.map((path) => path.address));
    this.trials = facts.experiments.map((experiment, number) => ({ ...experiment, number }));
    const groups = groupBy(this.paths, (path) => path.address);
    this.#byAddress = new Map(groups.map((group) => [group[0]!.address, group]));
    this.#sort();
  }

  #sort(): void {
    const parted = new Set<number>();
    for (const [index, event] of this.facts.events.entries()) {
      if (event.path === null) continue;
      if (event.kind === "sent" && event.what.startsWith(FAREWELL)) parted.add(event.flow);
      if ("flow" in event && parted.has(event.flow)) {
        listAt(this.#farewells, event.path).push({ index, event });
        continue;
      }
      const into = event.experiment === undefined
        ? listAt(this.#events, event.path)
        : listAt(this.#byTrial, event.experiment);
      into.push({ index, event });
    }
  }

  /** The path with this id. */
  path(id: string): PathReport | undefined {
    return this.facts.paths.find((path) => path.id === id);
  }

  /** The paths of one address. */
  at(address: string): readonly PathReport[] {
    return this.#byAddress.get(address) ?? [];
  }

  /** The other paths of a path's address. */
  beside(path: PathReport): PathReport[] {
    return this.at(path.address).filter((other) => other !== path);
  }

  /** Events of a path's IKE_SA_INIT (no experiment's, and not how an SA was ended), in order of time. */
  events(path: PathReport): readonly Seen[];
  events<K extends Event["kind"]>(path: PathReport, kind: K): readonly Seen<EventOf<K>>[];
  events(path: PathReport, kind?: Event["kind"]): readonly Seen[] {
    const all = this.#events.get(path.id) ?? [];
    return kind === undefined ? all : all.filter(({ event }) => event.kind === kind);
  }

  /** How a path's accepted SA was ended: the request for that, and what happened behind it on its connection. */
  farewell(path: PathReport): readonly Seen[] {
    return this.#farewells.get(path.id) ?? [];
  }

  /** Events of an experiment. */
  trialEvents(trial: Trial): readonly Seen[];
  trialEvents<K extends Event["kind"]>(trial: Trial, kind: K): readonly Seen<EventOf<K>>[];
  trialEvents(trial: Trial, kind?: Event["kind"]): readonly Seen[] {
    const all = this.#byTrial.get(trial.number) ?? [];
    return kind === undefined ? all : all.filter(({ event }) => event.kind === kind);
  }

  /** The experiments of a path by name, in order of rounds. */
  trialsOf(path: PathReport, name: ExperimentName): Trial[] {
    return this.trials.filter((trial) => trial.path === path.id && trial.name === name);
  }

  /** All experiments of a path on its own port. */
  ownTrials(path: PathReport): Trial[] {
    return this.trials.filter((trial) => trial.path === path.id && !trial.name.endsWith("-closed-port"));
  }

  /** All experiments of an address over UDP. */
  udpTrialsAt(address: string): Trial[] {
    return this.trials.filter((trial) => trial.name.startsWith("udp-") && this.path(trial.path)?.address === address);
  }

  /** The experiments of an address by name: some are made once for all of its paths. */
  trialsAt(address: string, name: ExperimentName): Trial[] {
    const here = new Set(this.at(address).map((path) => path.id));
    return this.trials.filter((trial) => trial.name === name && here.has(trial.path));
  }

  /** What paths and their experiments of some names did, connection by connection and socket by socket. */
  flows(paths: readonly PathReport[], isWanted: (name: ExperimentName) => boolean): Seen[][] {
    const trials = this.trials.filter(({ name, path }) => isWanted(name) && paths.some(({ id }) => id === path));
    const events = [
      ...paths.flatMap((path) => this.events(path)),
      ...trials.flatMap((trial) => this.trialEvents(trial)),
    ];
    return groupBy(events, ({ event }) => "flow" in event ? String(event.flow) : "");
  }

  /** Messages of a path's main exchange. */
  messages(path: PathReport): readonly Seen<MessageEvent>[] {
    return this.events(path, "message");
  }

  /** What the path's sockets could see; undefined when none was opened. */
  sight(path: PathReport): Sight | undefined {
    return this.events(path, "open")[0]?.event.sight;
  }

  /** The gateway accepted IKE_SA_INIT here, or where it redirected to. */
  accepts(path: PathReport): boolean {
    return this.#end(path).ike?.outcome === "accepted";
  }

  /**
   * A client could use this path: it was accepted, or it answers IKE (`alive`) and the full exchange was accepted on
   * another path of the same address, or here in an earlier run.
   */
  works(path: PathReport): boolean {
    const end = this.#end(path);
    if (end.ike?.outcome !== "alive") return this.accepts(end);
    return this.facts.earlier?.accepted.includes(end.id) || this.beside(end).some((other) => this.accepts(other));
  }

  /** Where a redirect led, if it could be followed. */
  #end(path: PathReport): PathReport {
    const followed = path.ike?.outcome === "redirected" ? path.ike.followed : undefined;
    return followed === undefined ? path : this.path(followed) ?? path;
  }

  /** Whether a client could use UDP at an address. */
  worksOverUdp(address: string): boolean {
    return this.at(address).some((path) => path.transport === "udp" && this.works(path));
  }

  /** IKE answered over UDP at an address, whatever it said. */
  answersOverUdp(address: string): boolean {
    return this.at(address).some((path) => path.transport === "udp" && path.ike !== undefined);
  }

  /** `UDP 500`, with the address where the host has several. */
  name(path: PathReport): string {
    return this.addresses.length > 1 ? `${bareName(path)} at ${path.address}` : bareName(path);
  }

  /** The names of several paths; paths of one address share it. */
  names(paths: readonly PathReport[]): string {
    return list(
      groupBy(paths, (path) => path.address).map((here) => {
        const names = list(unique(here.map(bareName)));
        return this.addresses.length > 1 ? `${names} at ${here[0]!.address}` : names;
      }),
    );
  }

  /** Evidence that cites events. */
  evidence(text: string, ...seen: readonly (Seen | undefined | readonly Seen[])[]): Evidence {
    const indexes = seen.flat().flatMap((one) => one === undefined ? [] : [(one as Seen).index]);
    return { text, events: unique(indexes).sort((a, b) => a - b).slice(0, MAX_CITED) };
  }

  /** Evidence that several paths share: one sentence for all of them. */
  sharedEvidence(paths: readonly PathReport[], text: string, pick: (path: PathReport) => readonly Seen[]): Evidence {
    return this.evidence(`${this.names(paths)}: ${text}`, ...paths.map((path) => pick(path).slice(0, 3)));
  }

  /** Evidence from an experiment: all of its events. */
  trialEvidence(text: string, ...trials: readonly Trial[]): Evidence {
    return this.evidence(text, trials.flatMap((trial) => this.trialEvents(trial)));
  }
}

/** `UDP 500`, `TCP 4500`, `TLS 443`. */
export function bareName(path: Pick<PathReport, "transport" | "port">): string {
  return `${path.transport.toUpperCase()} ${path.port}`;
}

/** TCP (or the TCP below TLS) stood. */
export function stood(path: PathReport): boolean {
  return path.timing_ms.connect !== undefined;
}

/** Whether a path runs over TCP. */
export function isStream(path: PathReport): boolean {
  return path.transport !== "udp";
}

/** A trial's fact that is a number. */
export function numberFact(trial: Trial, name: string): number | undefined {
  const value = trial.facts?.[name];
  return typeof value === "number" ? value : undefined;
}

/** A trial's fact that is text. */
export function textFact(trial: Trial, name: string): string | undefined {
  const value = trial.facts?.[name];
  return typeof value === "string" ? value : undefined;
}

/** Whether some of the trials ended so, and none otherwise. */
export function allAre(trials: readonly Trial[], ...results: readonly ExperimentResult[]): boolean {
  return trials.length > 0 && trials.every((trial) => results.includes(trial.result));
}

/** A silent path of an interrupted run was not waited for; a skipped one was not even begun. */
function isCutOff(path: PathReport, facts: Facts): boolean {
  if (path.state === "skipped") return true;
  return facts.interrupted === true && path.state === "silent" && path.timing_ms.total < facts.options.timeout_ms * 0.9;
}

function listAt<K>(map: Map<K, Seen[]>, key: K): Seen[] {
  const known = map.get(key);
  if (known !== undefined) return known;
  const fresh: Seen[] = [];
  map.set(key, fresh);
  return fresh;
}
