/** Asking one gateway again and again: when to ask what, what it costs there, and what changed. */
export * from "./cadence.ts";
export * from "./ledger.ts";
export * from "./picture.ts";
