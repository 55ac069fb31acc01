/** JSON Schema of the lines of a watch. */
import { IKE_OUTCOMES, PATH_STATES, VERDICT_EXIT } from "../model/mod.ts";
import {
  array,
  described,
  exactly,
  flag,
  milliseconds,
  object,
  oneOf,
  reference,
  type Schema,
  text,
  time,
  whole,
} from "../report/schema/form.ts";
import { REPORT_SCHEMA } from "../report/schema.ts";
import { WATCH_SCHEMA_ID, type WatchLine, type WatchLinePath } from "./line.ts";

const LOOK = described(
  oneOf(["works", "answers", ...PATH_STATES.filter((state) => state !== "answered")]),
  "works: a client could use it; answers: IKE answers, and accepts nothing; else the path's state",
);
const LOOK_OR_NONE: Schema = { anyOf: [LOOK, { type: "null" }] };

const PATH = object<WatchLinePath>({
  id: reference("path_id"),
  look: LOOK,
  state: oneOf(PATH_STATES),
  sent: described(whole, "requests that met IKE or silence; for TCP and TLS the one exchange"),
  lost: described(whole, "of these, the ones without an answer"),
}, {
  outcome: oneOf(IKE_OUTCOMES),
  answer_ms: milliseconds,
  connect_ms: milliseconds,
  tls_ms: milliseconds,
});

const LINE = object<WatchLine>({
  schema: exactly(WATCH_SCHEMA_ID),
  host: text,
  time,
  round: whole,
  kind: described(oneOf(["full", "ping", "confirm"]), "full exchange; questions that leave no state; a closer look"),
  verdict: object<WatchLine["verdict"]>({
    code: oneOf(Object.keys(VERDICT_EXIT)),
    exit: { enum: [0, 1, 2, 3] },
    recommended: { anyOf: [reference("path_id"), { type: "null" }] },
  }, {}),
  findings: described(array(text), "codes of the findings that stand"),
  paths: array(PATH),
  changes: array(object<WatchLine["changes"][number]>({
    path: reference("path_id"),
    from: LOOK_OR_NONE,
    to: LOOK_OR_NONE,
  }, {})),
  confirmed: described(flag, "false: the changes are still to be looked at closely"),
  half_open: described(whole, "half-open SAs that stand at the gateway because of this watch"),
}, { report: described(reference("report"), "of full exchanges and closer looks") });

const { $schema, $id: _id, title: _title, $defs, ...REPORT } = REPORT_SCHEMA;

/** JSON Schema 2020-12. */
export const WATCH_SCHEMA: Schema = {
  $schema,
  $id: `urn:${WATCH_SCHEMA_ID.replaceAll("/", ":")}`,
  title: "Round of ike-tcp watch",
  ...LINE,
  $defs: { ...$defs as Schema, report: REPORT },
};
