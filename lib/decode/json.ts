/** `--format json`: one object. Messages are written as they are found, so that a long capture needs little memory. */
import type { Tool } from "../model/mod.ts";
import { escapeInvisible } from "../report/json.ts";
import { type BrokenDocument, type CountsDocument, DECODE_SCHEMA_ID, type DecodeDocument } from "./document.ts";
import type { InputNotes } from "./input.ts";
import type { DecodeRenderer, Subject } from "./render.ts";
import { brokenDocument, messageDocument, trafficDocument } from "./to_document.ts";
import type { Totals } from "./totals.ts";

/** Places that are not IKE and are shown; more are only counted. */
const MOST_BROKEN = 1000;

/** See the file's head. */
export function jsonRenderer({ tool, file, form }: Subject): DecodeRenderer {
  const broken: BrokenDocument[] = [];
  let number = 0;
  return {
    begin: () => escapeInvisible(`${open({ schema: DECODE_SCHEMA_ID, tool, file, form })},\n  "messages": [`),
    add(item) {
      if (item.kind === "broken" && broken.length < MOST_BROKEN) broken.push(brokenDocument(item));
      if (item.kind !== "ike") return "";
      const lead = number === 0 ? "\n" : ",\n";
      return escapeInvisible(lead + indented(messageDocument(item, ++number)));
    },
    end(totals, notes) {
      const traffic = totals.traffic.map(trafficDocument);
      const rest = { broken, traffic, counts: countsDocument(totals, notes), exit: totals.exit };
      return escapeInvisible(`${number === 0 ? "" : "\n  "}],\n${JSON.stringify(rest, null, 2).slice(2)}\n`);
    },
  };
}

/** The document of an input that cannot be read at all. */
export function failureDocument(error: string, tool: Tool): DecodeDocument {
  return {
    schema: DECODE_SCHEMA_ID,
    tool,
    error,
    messages: [],
    broken: [],
    traffic: [],
    counts: { messages: 0, broken: 0, keepalives: 0, esp: 0 },
    exit: 3,
  };
}

/** An object without its closing brace. */
function open(value: object): string {
  return JSON.stringify(value, null, 2).slice(0, -2);
}

function indented(value: object): string {
  return JSON.stringify(value, null, 2).replace(/^/gm, "    ");
}

function countsDocument({ messages, broken, keepalives, esp }: Totals, notes: InputNotes): CountsDocument {
  const { packets, dumps, otherDumps, otherConnections } = notes;
  return {
    messages,
    broken,
    keepalives,
    esp,
    ...(packets !== undefined && { packets }),
    ...(dumps !== undefined && { dumps }),
    ...(otherDumps !== undefined && { other_dumps: otherDumps }),
    ...(otherConnections !== undefined && { other_connections: otherConnections }),
  };
}
