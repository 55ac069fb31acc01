/** JSON Schema of a comparison. */
import {
  ASPECTS,
  type Change,
  type Diff,
  DIFF_SCHEMA_ID,
  type DiffFile,
  type DiffSide,
  DIRECTIONS,
  FINDING_CODES,
  type HostDiff,
  type Tool,
  VERDICT_EXIT,
} from "../../model/mod.ts";
import { array, described, exactly, object, oneOf, reference, type Schema, text, time, whole } from "./form.ts";
import { PATH_DEFINITIONS } from "./path.ts";

const EXIT: Schema = { enum: [0, 1, 2, 3] };
const COUNTS = { worse: whole, better: whole, different: whole };
const WORDS = (side: string) => described({ type: ["string", "null"] }, `what ${side} has, in the report's words`);

const CHANGE = object<Change>({
  direction: oneOf(DIRECTIONS),
  aspect: oneOf(ASPECTS),
  paths: described(array(reference("path_id")), "as B has them, or A where B lacks the path"),
  a: WORDS("A"),
  b: WORDS("B"),
}, { code: oneOf(FINDING_CODES) });

const SIDE = object<DiffSide>({
  started: time,
  version: text,
  verdict: oneOf(Object.keys(VERDICT_EXIT)),
  exit: EXIT,
}, {});

const HOST = object<HostDiff>({
  host: text,
  a: SIDE,
  b: SIDE,
  remarks: array(text),
  changes: array(CHANGE),
  ...COUNTS,
}, {});

const FILE = object<DiffFile>({ file: text, reports: whole }, {});

/** JSON Schema 2020-12. */
export const DIFF_SCHEMA: Schema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $id: `urn:${DIFF_SCHEMA_ID.replaceAll("/", ":")}`,
  title: "Comparison of two reports of ike-tcp",
  ...object<Diff>({
    schema: exactly(DIFF_SCHEMA_ID),
    tool: object<Tool>({ name: text, version: text, runtime: text, platform: text }, {}),
    a: FILE,
    b: FILE,
    hosts: array(HOST),
    only_a: described(array(text), "hosts of A that B lacks"),
    only_b: described(array(text), "hosts of B that A lacks"),
    ...COUNTS,
    exit: EXIT,
  }, { error: described(text, "why there is nothing to compare") }),
  $defs: { path_id: PATH_DEFINITIONS.path_id },
};
