/** Times, where they changed by more than two runs of the same thing differ. */
import type { Change } from "../../model/mod.ts";
import { guard } from "../text/style.ts";
import { formatMs } from "../units.ts";
import { type PathPair, pathPairs, type Sides } from "./sides.ts";

/** A time of a path is another one when it changed by half at least, and by so many milliseconds as stand below. */
const FACTOR = 1.5;

/**
 * It is told when it is so on half of the paths that have this time, in one direction: what slows the way down, slows all of
 * it, while a busy machine delays one answer or the other. Handshakes of TLS and answers take the processors' time as well.
 */
const TIMES = [
  { name: "connect", aspect: "connect-time", least: 10 },
  { name: "tls", aspect: "tls-time", least: 50 },
  { name: "answer", aspect: "answer-time", least: 25 },
] as const;

/** One change for each kind of time, with all paths whose time is another. */
export function timeChanges(sides: Sides): Change[] {
  return TIMES.flatMap((time) => change(pathPairs(sides), time));
}

/** One path's time, in both runs. */
interface Times {
  readonly pair: PathPair;
  readonly a: number;
  readonly b: number;
}

function change(pairs: readonly PathPair[], { name, aspect, least }: (typeof TIMES)[number]): Change[] {
  const known = pairs.flatMap((pair): Times[] => {
    const [a, b] = [pair.a.timing_ms[name], pair.b.timing_ms[name]];
    return a === undefined || b === undefined ? [] : [{ pair, a, b }];
  });
  const slower = known.filter(({ a, b }) => isLonger(a, b, least));
  const faster = known.filter(({ a, b }) => isLonger(b, a, least));
  const found = slower.length > faster.length ? slower : faster;
  if (slower.length === faster.length || found.length * 2 < known.length) return [];
  const named = (one: Times, side: "a" | "b") => known.length === 1 ? "" : `${guard(specOf(one.pair[side].id))} `;
  const told = (side: "a" | "b") => found.map((one) => `${named(one, side)}${formatMs(one[side])}`).join(", ");
  return [{ direction: "different", aspect, paths: found.map(({ pair }) => pair.b.id), a: told("a"), b: told("b") }];
}

function specOf(id: string): string {
  return id.split("@", 1)[0]!;
}

function isLonger(than: number, ms: number, least: number): boolean {
  return ms - than >= least && ms >= than * FACTOR;
}
