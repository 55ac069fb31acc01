/** Text for a monitoring system: one line, and nothing in it that the system would act on. */
import { guard } from "../text/style.ts";

/**
 * A sentence of a report. `|` would begin performance data, and what looks like a tag is one where a web interface does
 * not escape it: both are spelled as other octets of the network are, which are not shown as they came.
 */
export function clean(sentence: string): string {
  return guard(sentence).replaceAll("|", "\\x7c").replaceAll(/<(?=[a-z/!?])/gi, "\\x3c");
}

/** Octets of text in UTF-8, which is what a monitoring system counts. */
export function octets(text: string): number {
  return new TextEncoder().encode(text).length;
}
