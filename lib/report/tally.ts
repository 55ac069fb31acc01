/** Counts what came of many hosts, in room that does not grow with their number. */
import { type FindingCode, VERDICT_EXIT, type VerdictCode } from "../model/mod.ts";
import type { Digest } from "./digest.ts";

/** Hosts of each verdict that are named. */
const NAMED = 10;

/** In the order in which they are counted out. */
export const VERDICTS = Object.keys(VERDICT_EXIT) as readonly VerdictCode[];

/** Hosts of one verdict. */
export interface Group {
  readonly code: VerdictCode;
  readonly count: number;
  /** The first of them. */
  readonly named: readonly Digest[];
}

/** See the file's head. */
export class Tally {
  readonly #counts = new Map<VerdictCode, number>();
  readonly #named = new Map<VerdictCode, Digest[]>();
  readonly #findings = new Map<FindingCode, number>();

  add(digest: Digest): void {
    const { code, findings } = digest;
    this.#counts.set(code, (this.#counts.get(code) ?? 0) + 1);
    const named = this.#named.get(code) ?? [];
    this.#named.set(code, named);
    if (named.length < NAMED) named.push(digest);
    for (const finding of findings) this.#findings.set(finding, (this.#findings.get(finding) ?? 0) + 1);
  }

  /** Both together. */
  static sum(first: Tally, second: Tally): Tally {
    const both = new Tally();
    for (const tally of [first, second]) {
      for (const { code, count, named } of tally.groups) {
        both.#counts.set(code, (both.#counts.get(code) ?? 0) + count);
        both.#named.set(code, [...both.#named.get(code) ?? [], ...named].slice(0, NAMED));
      }
      for (const [code, hosts] of tally.findings) both.#findings.set(code, (both.#findings.get(code) ?? 0) + hosts);
    }
    return both;
  }

  /** All hosts. */
  get total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** The verdicts that there are. */
  get groups(): readonly Group[] {
    return VERDICTS.flatMap((code) => {
      const count = this.#counts.get(code);
      return count === undefined ? [] : [{ code, count, named: this.#named.get(code)! }];
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
