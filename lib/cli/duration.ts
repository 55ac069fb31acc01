/** Durations on the command line: a number of seconds, or a number with a unit. */

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of `3`, `0.5`, `3s`, `500ms`, `2m`, `1h`; `undefined` for anything else. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?|\.\d+)(ms|s|m|h)?$/.exec(text.trim());
  if (match === null) return undefined;
  return Number(match[1]) * UNIT_MS[match[2] ?? "s"]!;
}

/** The shortest way to write milliseconds so that {@linkcode parseDuration} reads them again: `3s`, `500ms`. */
export function formatDuration(ms: number): string {
  return ms >= 1000 && Number.isInteger(ms / 100) ? `${ms / 1000}s` : `${ms}ms`;
}
