/**
 * Puts two runs on one level before they are compared: what the user of one demanded (`--require`, `--paths`, `--expect`) is
 * no property of the network, and must not look like a change of it.
 */
import type { Facts, PathReport } from "../../model/mod.ts";
import { escapeText } from "../../wire/escape.ts";
import { formatMs } from "../units.ts";
import type { Pairing } from "./pair.ts";

/** Two runs with the same demands, and what a reader has to know of their differences. */
export interface Levelled {
  readonly a: Facts;
  readonly b: Facts;
  readonly remarks: readonly string[];
}

/** See the file's head. */
export function level(a: Facts, b: Facts, pairing: Pairing): Levelled {
  const sameExpectation = JSON.stringify(a.expectation) === JSON.stringify(b.expectation);
  const partners = new Map([...pairing.paths, ...pairing.paths.map(([one, other]) => [other, one] as const)]);
  const demands = new Map<string, Demand>();
  for (const path of [...a.paths, ...b.paths]) demands.set(path.id, either(demands.get(path.id), path));
  const levelled = (facts: Facts): Facts => {
    const { expectation, ...rest } = facts;
    const paths = facts.paths.map((path) => ({
      ...path,
      ...either(demands.get(path.id), demands.get(partners.get(path.id) ?? path.id)!),
    }));
    return { ...rest, paths, ...(sameExpectation && expectation !== undefined && { expectation }) };
  };
  return {
    a: levelled(a),
    b: levelled(b),
    remarks: [
      ...movedRemarks(pairing),
      ...runRemarks(a, b),
      ...(sameExpectation ? [] : ["Their expectations (--expect) are not the same: neither counts here."]),
      ...(sameRequirements(a, b) ? [] : ["What --require names in one of them is required of both."]),
    ],
  };
}

type Demand = Pick<PathReport, "expected" | "required">;

function either(one: Demand | undefined, other: Demand): Demand {
  return {
    expected: other.expected || one?.expected === true,
    required: other.required || one?.required === true,
  };
}

function sameRequirements(a: Facts, b: Facts): boolean {
  return a.options.require.toSorted().join() === b.options.require.toSorted().join();
}

function movedRemarks({ moved }: Pairing): string[] {
  return moved.map(([from, to]) =>
    `${escapeText(from)} in A and ${escapeText(to)} in B are taken for the same place: its address has changed.`
  );
}

/** Differences of the runs themselves that can make a difference of what they found. */
function runRemarks(a: Facts, b: Facts): string[] {
  const [hostA, hostB] = [a.target.host, b.target.host].map((host) => escapeText(host || "nobody"));
  const remark = (differ: boolean, text: string) => differ ? [text] : [];
  const { options: askedA } = a;
  const { options: askedB } = b;
  return [
    ...remark(hostA !== hostB, `A is of ${hostA}, B of ${hostB}.`),
    ...remark(
      a.tool.version !== b.tool.version,
      `A was made by version ${escapeText(a.tool.version)}, B by ${
        escapeText(b.tool.version)
      }; the rules of this version ` +
        "judge both.",
    ),
    ...remark(
      askedA.mode !== askedB.mode,
      `A was a ${askedA.mode} run, B a ${askedB.mode} one: what only experiments can find may be missing in one of them.`,
    ),
    ...remark(
      askedA.groups.join() !== askedB.groups.join(),
      `A offered the groups ${escapeText(askedA.groups.join(", "))}; B offered ${
        escapeText(askedB.groups.join(", "))
      }.`,
    ),
    ...remark(
      askedA.timeout_ms !== askedB.timeout_ms,
      `A waited ${formatMs(askedA.timeout_ms)} for each path, B ${formatMs(askedB.timeout_ms)}.`,
    ),
    ...[["A", a] as const, ["B", b] as const].flatMap(([name, { interrupted }]) =>
      remark(interrupted === true, `${name} was interrupted.`)
    ),
  ];
}
