/** What may be found where packets are lost by chance: that, and silence that accuses nobody for sure. */
import { type Expected, finding, warning } from "../row.ts";

/** See the file's head. */
export const BY_CHANCE: readonly Expected[] = [
  finding("loss"),
  warning(["tcp-filtered", "tcp-mute", "rate-limited"], { most: "possible" }),
  warning(["udp-500-blocked", "udp-4500-blocked"], { most: "possible" }),
];
