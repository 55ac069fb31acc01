/** Small words for sentences: lists, numbers, times. */
import { escapeText } from "../wire/mod.ts";

/** `a`, `a and b`, `a, b and c`. */
export function list(items: readonly string[], and = "and"): string {
  if (items.length < 2) return items[0] ?? "";
  return `${items.slice(0, -1).join(", ")} ${and} ${items.at(-1)}`;
}

/** `1 request`, `3 requests`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** A time for people: `less than 0.1 ms`, `0.4 ms`, `23 ms`, `1.5 s`. */
export function time(ms: number): string {
  if (ms < 0.05) return "less than 0.1 ms";
  if (ms >= 1000) return `${trim((ms / 1000).toFixed(1))} s`;
  return `${ms < 10 ? trim(ms.toFixed(1)) : ms.toFixed(0)} ms`;
}

function trim(number: string): string {
  return number.replace(/\.0$/, "");
}

/** Each once, in order of first appearance. */
export function unique<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}

/** The same items by key, in order of first appearance. */
export function groupBy<T>(items: readonly T[], key: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

/** Text that was escaped when it was recorded, made safe again: a saved report may say anything. */
export function shown(text: string): string {
  return text.split("\\").map((part) => escapeText(part)).join("\\");
}

/** Text from the network, in quotation marks, safe to show and not too long. */
export function quote(text: Uint8Array | string, most = 80): string {
  const safe = escapeText(text);
  return `"${safe.length > most ? `${safe.slice(0, most)}...` : safe}"`;
}
