/** `decode`: hexdumps, files of octets and captures, to messages with all their fields. */
export { decodeInput, type DecodeRun, UnreadableInput } from "./input.ts";
export { failureDocument } from "./json.ts";
export { RENDERERS } from "./render.ts";
export { Totals } from "./totals.ts";
