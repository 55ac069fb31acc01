/** Counts what came of many hosts, in room that does not grow with their number. */
import { type FindingCode, VERDICT_EXIT, type VerdictCode } from "../model/mod.ts";
import type { Digest } from "./digest.ts";

/** Hosts with the same trouble that are named. */
const NAMED = 8;

/** Troubles of one verdict that are told apart. */
const TROUBLES = 12;

/** In the order in which they are counted out. */
export const VERDICTS = Object.keys(VERDICT_EXIT) as readonly VerdictCode[];

/** Hosts that have the same trouble: the same finding on the same paths, or the same words where there is none. */
export interface Trouble {
  /** What was said of the first host. Not safe to show. */
  readonly text: string;
  readonly main?: Digest["main"];
  readonly count: number;
  /** The first of them, as the user wrote them. */
  readonly named: readonly string[];
}

/** Hosts of one verdict. */
export interface Group {
  readonly code: VerdictCode;
  readonly count: number;
  /** What is wrong, in the order in which it was found. */
  readonly troubles: readonly Trouble[];
}

/** See the file's head. */
export class Tally {
  readonly #groups = new Map<VerdictCode, { count: number; readonly troubles: Map<string, Trouble> }>();
  readonly #findings = new Map<FindingCode, number>();

  add({ code, host, trouble, main, findings }: Digest): void {
    const own = trouble === undefined ? [] : [{ text: trouble, ...(main && { main }), count: 1, named: [host] }];
    this.#count(code, 1, own);
    for (const finding of findings) this.#find(finding, 1);
  }

  /** Adds what another one has counted. */
  addAll(other: Tally): void {
    for (const { code, count, troubles } of other.groups) this.#count(code, count, troubles);
    for (const [code, hosts] of other.findings) this.#find(code, hosts);
  }

  #count(code: VerdictCode, count: number, troubles: readonly Trouble[]): void {
    const group = this.#groups.get(code) ?? { count: 0, troubles: new Map<string, Trouble>() };
    this.#groups.set(code, group);
    group.count += count;
    for (const trouble of troubles) {
      const key = trouble.main === undefined ? trouble.text : [trouble.main.code, ...trouble.main.on].join();
      const known = group.troubles.get(key);
      if (known === undefined && group.troubles.size >= TROUBLES) continue;
      group.troubles.set(key, {
        ...(known ?? trouble),
        count: (known?.count ?? 0) + trouble.count,
        named: [...known?.named ?? [], ...trouble.named].slice(0, NAMED),
      });
    }
  }

  #find(code: FindingCode, hosts: number): void {
    this.#findings.set(code, (this.#findings.get(code) ?? 0) + hosts);
  }

  /** All hosts. */
  get total(): number {
    return [...this.#groups.values()].reduce((sum, { count }) => sum + count, 0);
  }

  /** The verdicts that there are. */
  get groups(): readonly Group[] {
    return VERDICTS.flatMap((code) => {
      const group = this.#groups.get(code);
      return group === undefined ? [] : [{ code, count: group.count, troubles: [...group.troubles.values()] }];
    });
  }

  /** Problems and warnings, the most frequent first, with the number of hosts that have each. */
  get findings(): readonly (readonly [code: FindingCode, hosts: number])[] {
    return [...this.#findings].toSorted(([, a], [, b]) => b - a);
  }
}

/** `10 ready, 2 blocked`. */
export function countedVerdicts(groups: readonly Pick<Group, "code" | "count">[]): string {
  return groups.map(({ code, count }) => `${count} ${code}`).join(", ");
}
