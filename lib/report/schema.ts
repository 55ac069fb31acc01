/** The JSON Schema of the report: what `ike-tcp schema` prints, and what every report of the tests is checked against. */
import {
  type Budget,
  CONFIDENCES,
  type Earlier,
  type Evidence,
  type Experiment,
  EXPERIMENT_NAMES,
  EXPERIMENT_RESULTS,
  type Finding,
  FINDING_CODES,
  type Report,
  type RunOptions,
  SCHEMA_ID,
  SEVERITIES,
  type Spent,
  type Target,
  type TargetAddress,
  type Tool,
  type Verdict,
  VERDICT_EXIT,
} from "../model/mod.ts";
import { EVENT_DEFINITIONS } from "./schema/event.ts";
import {
  array,
  described,
  exactly,
  family,
  flag,
  milliseconds,
  object,
  oneOf,
  reference,
  type Schema,
  text,
  time,
  whole,
} from "./schema/form.ts";
import { EXPECTATION } from "./schema/expectation.ts";
import { PATH_DEFINITIONS } from "./schema/path.ts";

const TOOL = object<Tool>({ name: text, version: text, runtime: text, platform: text }, {});

const TARGET = object<Target>({
  input: described(text, "as the user wrote it"),
  host: text,
  addresses: array(object<TargetAddress>({ address: text, family }, { canonical_name: text })),
}, {
  omitted: described(whole, "further addresses of the name, which were not tried"),
  resolve_ms: milliseconds,
  error: text,
});

const OPTIONS = object<RunOptions>({
  timeout_ms: milliseconds,
  retries: whole,
  require: array(text),
  groups: array(text),
  mode: oneOf(["quick", "normal", "deep"]),
}, {
  paths: described(array(text), "what was to be tried on each address"),
  public_address: text,
  family,
  source: text,
  server_name: text,
});

const FINDING = object<Finding>({
  code: oneOf(FINDING_CODES),
  severity: oneOf(SEVERITIES),
  confidence: oneOf(CONFIDENCES),
  paths: array(reference("path_id")),
  summary: text,
  evidence: array(
    object<Evidence>({ text, events: described(array(whole), "indexes into the report's events") }, {}),
  ),
  advice: array(text),
}, { hop: text });

const VERDICT = object<Verdict>({
  code: oneOf(Object.keys(VERDICT_EXIT)),
  exit: { enum: [0, 1, 2, 3] },
  summary: text,
  recommended: { anyOf: [reference("path_id"), { type: "null" }] },
}, { client: text });

const BUDGET = object<Budget>({
  limit: whole,
  spent: array(object<Spent>({ address: text, half_open: whole, over_tcp: whole }, { ended: whole, others: whole })),
}, {});

const EARLIER = object<Earlier>({
  started: time,
  accepted: described(array(reference("path_id")), "paths that accepted IKE in an earlier run"),
}, {});

const EXPERIMENT = object<Experiment>({
  name: oneOf(EXPERIMENT_NAMES),
  path: reference("path_id"),
  started_ms: milliseconds,
  ended_ms: milliseconds,
  result: oneOf(EXPERIMENT_RESULTS),
  round: whole,
}, {
  ms: milliseconds,
  facts: { type: "object", additionalProperties: { type: ["string", "number", "boolean", "null"] } },
});

const REPORT = object<Report>({
  schema: exactly(SCHEMA_ID),
  tool: TOOL,
  target: TARGET,
  options: OPTIONS,
  started: time,
  duration_ms: milliseconds,
  paths: array(reference("path")),
  findings: array(FINDING),
  verdict: VERDICT,
  budget: BUDGET,
  experiments: array(EXPERIMENT),
  events: array(reference("event")),
}, {
  interrupted: flag,
  earlier: EARLIER,
  expectation: described(EXPECTATION, "what --expect gave the run to show"),
  error: described(text, "a usage or internal error that ended the run before it measured anything"),
});

/** JSON Schema 2020-12, strict: what it does not name is not in a report of this schema number. */
export const REPORT_SCHEMA: Schema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $id: `urn:${SCHEMA_ID.replaceAll("/", ":")}`,
  title: "Report of ike-tcp",
  ...REPORT,
  $defs: { ...PATH_DEFINITIONS, ...EVENT_DEFINITIONS },
};
