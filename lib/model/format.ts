/** Names of the forms of a report: option tables need them without loading any renderer. */

/** What `--format` takes. */
export const FORMATS = ["text", "json", "jsonl", "markdown", "nagios", "prometheus"] as const;
/** One of {@linkcode FORMATS}. */
export type Format = (typeof FORMATS)[number];
