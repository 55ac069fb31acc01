/** Reads one option's text as the type that its table entry says. */
import { parseDuration } from "./duration.ts";
import { formatDuration } from "./duration.ts";
import { UsageError } from "./failure.ts";
import type { DurationOption, NumberOption, Option, StringOption } from "./option.ts";
import { nearest } from "./suggest.ts";
import { escapeText } from "../wire/escape.ts";

const TRUE = ["1", "true", "yes", "on"];
const FALSE = ["0", "false", "no", "off", ""];

/**
 * The value of an option from text: an argument's, or an environment variable's.
 *
 * @param source what the user wrote it as: `--timeout` or `IKE_TCP_TIMEOUT`
 * @throws {UsageError} one sentence that says what is expected instead
 */
export function readValue(option: Option, source: string, text: string): boolean | number | string | string[] {
  switch (option.type) {
    case "boolean":
      return readBoolean(source, text);
    case "string":
      return readChoice(option, source, text);
    case "number":
      return readNumber(option, source, text);
    case "duration":
      return readDuration(option, source, text);
    case "list":
      return text.split(option.separator ?? ",").map((item) => item.trim()).filter((item) => item !== "");
  }
}

function unreadable(source: string, text: string, expected: string): UsageError {
  return new UsageError(`Cannot read ${source} "${escapeText(text)}": expected ${expected}`);
}

function readBoolean(source: string, text: string): boolean {
  const word = text.toLowerCase();
  if (TRUE.includes(word)) return true;
  if (FALSE.includes(word)) return false;
  throw unreadable(source, text, "1 or 0");
}

function readChoice(option: StringOption, source: string, text: string): string {
  const { choices } = option;
  if (choices === undefined || choices.includes(text)) return text;
  const meant = nearest(text, choices);
  const hint = meant === undefined ? "" : ` (did you mean ${meant}?)`;
  throw unreadable(source, text, `${choices.slice(0, -1).join(", ")} or ${choices.at(-1)}${hint}`);
}

function readNumber(option: NumberOption, source: string, text: string): number {
  const { min = 0, max = Number.MAX_SAFE_INTEGER, fraction = false } = option;
  const number = Number(text);
  const wellFormed = (fraction ? /^\d*\.?\d+$/ : /^\d+$/).test(text.trim());
  if (wellFormed && number >= min && number <= max) return number;
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  throw unreadable(source, text, `a ${fraction ? "" : "whole "}number ${range}`);
}

function readDuration(option: DurationOption, source: string, text: string): number {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = option;
  const ms = parseDuration(text);
  if (ms === undefined) throw unreadable(source, text, "a time such as 3, 3s, 500ms or 2m");
  if (ms >= min && ms <= max) return ms;
  const range = ms < min ? `at least ${formatDuration(min)}` : `at most ${formatDuration(max)}`;
  throw unreadable(source, text, range);
}
