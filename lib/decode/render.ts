/** The forms in which what was found is shown: one file each, and a line here. Each is written piece by piece. */
import type { Tool } from "../model/mod.ts";
import type { TextStyle } from "../report/text/style.ts";
import type { InputForm, InputNotes } from "./input.ts";
import type { Item } from "./item.ts";
import { jsonRenderer } from "./json.ts";
import { jsonLinesRenderer } from "./json_lines.ts";
import type { DecodeFormat } from "./names.ts";
import { textRenderer } from "./text.ts";
import type { Totals } from "./totals.ts";

/** What is known of an input before anything is found in it. */
export interface Subject {
  readonly tool: Tool;
  /** As the user named it. */
  readonly file: string;
  readonly form: InputForm;
}

/** Makes the output, item by item. */
export interface DecodeRenderer {
  begin(): string;
  add(item: Item): string;
  end(totals: Totals, notes: InputNotes): string;
}

/** The forms. */
export const RENDERERS: Readonly<Record<DecodeFormat, (subject: Subject, style: TextStyle) => DecodeRenderer>> = {
  text: textRenderer,
  json: jsonRenderer,
  jsonl: jsonLinesRenderer,
};
