/** Every fault as `--fault` takes it. */
import type { FAULTS } from "../../lib/gateway/faults/names.ts";

/** Arguments in place of the default ones, where these are missing or large. */
const ARGUMENTS: Readonly<Record<string, string>> = {
  banner: "220 hello",
  "other-source": "203.0.113.3",
  redirect: "203.0.113.9",
  garbage: "160",
};

/** The fault, with an argument where one is needed. */
export function faultExample({ name }: Pick<typeof FAULTS[number], "name">): string {
  return ARGUMENTS[name] === undefined ? name : `${name}:${ARGUMENTS[name]}`;
}
