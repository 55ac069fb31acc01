/** The options of `exporter`: what it is started with, and which of the probing options its clients may set. */
import { UsageError } from "../lib/cli/failure.ts";
import type { OptionTable } from "../lib/cli/option.ts";
import { escapeText } from "../lib/wire/mod.ts";
import { PROBE_OPTIONS } from "./probe_options.ts";
import { WATCH_OPTIONS } from "./watch_options.ts";

/** RFC 9329's number; blackbox_exporter may have 9115. */
export const DEFAULT_PORT = 9329;

const OWN_OPTIONS = {
  listen: {
    type: "list",
    short: "l",
    value: "ADDRESS:PORT,...",
    default: [`127.0.0.1:${DEFAULT_PORT}`, `[::1]:${DEFAULT_PORT}`],
    help: "where to answer; :PORT is every address of this machine, port 0 a free one",
  },
  allow: {
    type: "list",
    value: "TARGET,...",
    default: ["public"],
    help: "whom to probe, nobody else: public, addresses, blocks (10.0.0.0/8), names, *.NAME",
  },
  "allow-ports": {
    type: "list",
    value: "PORT,...",
    default: ["500", "4500", "443"],
    help:
      "ports that clients may name in paths and require; those that --paths, --require and --module name are allowed too",
  },
  module: {
    type: "list",
    separator: ";",
    value: "NAME=PARAMETERS",
    help:
      "parameters by a name, for /probe?module=NAME: 'strict=require=udp-4500&timeout=2s'; several with ; between them",
  },
  concurrency: { type: "number", value: "N", default: 16, min: 1, max: 1000, help: "runs at a time" },
  "max-targets": {
    type: "number",
    value: "N",
    default: 1000,
    min: 1,
    max: 100_000,
    help: "targets that are remembered; the one that was not asked for the longest time is forgotten",
  },
  "max-connections": {
    type: "number",
    value: "N",
    default: 128,
    min: 1,
    max: 10_000,
    help: "HTTP connections at a time",
  },
  "full-every": WATCH_OPTIONS["full-every"],
  "min-interval": {
    type: "duration",
    value: "TIME",
    default: 1000,
    max: 3_600_000,
    help: "a report that is younger is given again, and the gateway is not asked",
  },
  "timeout-offset": {
    type: "duration",
    value: "TIME",
    default: 500,
    max: 60_000,
    help: "so long before the end of a scrape it is answered",
  },
  log: {
    type: "string",
    value: "FORM",
    default: "text",
    choices: ["text", "jsonl", "none"],
    help: "one line on standard error for each probe",
  },
} as const satisfies OptionTable;

/** See `ike-tcp exporter --help`. Searching for addresses behind a NAT takes all cores: not on every scrape. */
export const EXPORTER_OPTIONS = {
  ...OWN_OPTIONS,
  ...PROBE_OPTIONS,
  "nat-search": { ...PROBE_OPTIONS["nat-search"], default: 0 },
} as const satisfies OptionTable;

/** What clients may set; the other probing options are the exporter's own business, as they cost others something. */
export const PARAMETERS = (() => {
  const { paths, require, ipv4, ipv6, timeout, retries, groups, quick, deep } = PROBE_OPTIONS;
  return {
    paths,
    require,
    ipv4,
    ipv6,
    timeout,
    retries,
    groups,
    "server-name": PROBE_OPTIONS["server-name"],
    quick,
    deep,
  };
})() satisfies OptionTable;

/** Probing options that clients may not set. */
export const CLOSED_PARAMETERS: readonly string[] = Object.keys(PROBE_OPTIONS).filter((name) =>
  !Object.hasOwn(PARAMETERS, name)
);

/**
 * Ports from their numbers.
 *
 * @throws {UsageError}
 */
export function allowedPorts(texts: readonly string[]): number[] {
  return texts.map((text) => {
    const port = Number(text);
    if (/^\d{1,5}$/.test(text) && port >= 1 && port <= 65_535) return port;
    throw new UsageError(`Cannot read --allow-ports "${escapeText(text)}": expected ports from 1 to 65535`);
  });
}
