/** Numbers as people read them. */

/** Three digits and a unit: `0.4 ms`, `12.3 ms`, `123 ms`, `1.52 s`, `12.3 s`. */
export function formatMs(ms: number): string {
  if (ms < 0.05) return "<0.1 ms";
  if (ms < 99.95) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${ms.toFixed(0)} ms`;
  return ms < 9995 ? `${(ms / 1000).toFixed(2)} s` : `${(ms / 1000).toFixed(1)} s`;
}

/** `1 request`, `4 requests`. */
export function count(n: number, thing: string, things = `${thing}s`): string {
  return `${n} ${n === 1 ? thing : things}`;
}
