/** What the rows with libreswan share. */
import { notice } from "../row.ts";

/** libreswan prefers MODP2048 to what is offered first, and closes a TCP connection behind that answer. */
export const HABITS = [notice("ke-mismatch"), notice("hangs-up-early"), notice("split-rejected")];

/** Nothing but its habits. */
export const READY = { verdict: ["ready"], recommended: "udp-500", may: HABITS } as const;
/** UDP works, and something beside it does not. */
export const DEGRADED = { verdict: ["degraded"], recommended: "udp-500", may: HABITS } as const;
/** Only TCP works. */
export const FALLBACK = { verdict: ["fallback"], recommended: "tcp-4500", may: HABITS } as const;

/** Each path that it has. */
export const ALL_ACCEPTED = { "udp-500": "accepted", "udp-4500": "accepted", "tcp-4500": "accepted" } as const;
/** Its paths over UDP. */
export const UDP = ["udp-500", "udp-4500"];
/** Its path over TCP. */
export const TCP = ["tcp-4500"];
