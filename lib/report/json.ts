/** `--format json` and jsonl: objects for scripts, and for `diagnose`. */

/**
 * A report, or another document, as one indented JSON object with a final newline. Text from the network stays as it came, but nothing in the
 * output can act on a terminal: JSON escapes C0 controls, and the other invisible characters are escaped here.
 */
export function renderJson(document: object): string {
  return `${escapeInvisible(JSON.stringify(document, null, 2))}\n`;
}

/** As {@linkcode renderJson}, on one line. */
export function renderJsonLine(document: object): string {
  return `${escapeInvisible(JSON.stringify(document))}\n`;
}

/** C1 controls, DEL, and format characters (bidirectional, zero width, tags), as `\uXXXX`: still the same JSON. */
export function escapeInvisible(json: string): string {
  return json.replace(
    /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}]/gu,
    (character) => Array.from({ length: character.length }, (_, i) => escapeUnit(character.charCodeAt(i))).join(""),
  );
}

function escapeUnit(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, "0")}`;
}
