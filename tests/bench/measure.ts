/** Times whole processes: wall time, processor time and peak memory, as GNU time tells them. */

/** One run of a process. */
export interface Cost {
  /** Milliseconds. */
  readonly wallMs: number;
  /** User and system time of the process, milliseconds. */
  readonly cpuMs: number;
  /** Peak resident memory, MB. */
  readonly peakMb: number;
}

/** What several runs came to: the middle of each figure, and the extremes of the wall time. */
export interface Costs extends Cost {
  readonly leastMs: number;
  readonly mostMs: number;
}

const TIME = "/usr/bin/time";

/** Why nothing can be measured here; undefined: it can. */
export function missingTime(): string | undefined {
  try {
    Deno.statSync(TIME);
    return undefined;
  } catch {
    return `${TIME} is missing (Debian: apt-get install time)`;
  }
}

/** Whether a program is there. */
export function has(program: string): boolean {
  return new Deno.Command("sh", { args: ["-c", 'command -v "$0" > /dev/null', program] }).outputSync().success;
}

/** Runs a command once. Its exit code does not matter: what it prints and what it found is not measured here. */
export async function once(command: readonly string[]): Promise<Cost> {
  const child = new Deno.Command(TIME, {
    args: ["-f", "%e %U %S %M", ...command],
    stdout: "null",
    stderr: "piped",
    env: { NO_COLOR: "1" },
  });
  const began = performance.now();
  const { stderr } = await child.output();
  const wallMs = performance.now() - began;
  const last = new TextDecoder().decode(stderr).trimEnd().split("\n").at(-1)!;
  const [, user, system, peak] = last.split(" ").map(Number);
  if (peak === undefined || Number.isNaN(peak)) throw new Error(`Cannot measure ${command[0]}: ${last}`);
  return { wallMs, cpuMs: (user! + system!) * 1000, peakMb: peak / 1024 };
}

/** Runs several commands in turn, so that all of them meet the same noise; gives the figures of each. */
export async function inTurn(commands: readonly (readonly string[])[], rounds: number): Promise<Costs[]> {
  const runs: Cost[][] = commands.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, command] of commands.entries()) runs[i]!.push(await once(command));
  }
  return runs.map((own) => ({
    wallMs: middle(own.map(({ wallMs }) => wallMs)),
    cpuMs: middle(own.map(({ cpuMs }) => cpuMs)),
    peakMb: middle(own.map(({ peakMb }) => peakMb)),
    leastMs: Math.min(...own.map(({ wallMs }) => wallMs)),
    mostMs: Math.max(...own.map(({ wallMs }) => wallMs)),
  }));
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
