/** `--format jsonl`: a line for each message, and one for whatever should be a message. */
import { escapeInvisible } from "../report/json.ts";
import type { DecodeRenderer } from "./render.ts";
import { brokenDocument, messageDocument } from "./to_document.ts";

/** See the file's head. */
export function jsonLinesRenderer(): DecodeRenderer {
  let number = 0;
  const line = (value: object) => `${escapeInvisible(JSON.stringify(value))}\n`;
  return {
    begin: () => "",
    add(item) {
      if (item.kind === "ike") return line(messageDocument(item, ++number));
      return item.kind === "broken" ? line(brokenDocument(item)) : "";
    },
    end: () => "",
  };
}
