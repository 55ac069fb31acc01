/** Names of inputs and forms: option tables need them without loading any decoder. */

/** What `--input` takes. */
export const INPUTS = ["auto", "hex", "binary", "pcap"] as const;
/** One of {@linkcode INPUTS}. */
export type InputName = typeof INPUTS[number];

/** What `--format` takes. */
export const DECODE_FORMATS = ["text", "json", "jsonl"] as const;
/** One of {@linkcode DECODE_FORMATS}. */
export type DecodeFormat = typeof DECODE_FORMATS[number];
