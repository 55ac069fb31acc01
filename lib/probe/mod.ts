/** The probe of one host: what is tried, in which order, within which bounds. */
export * from "./host.ts";
export * from "./settings.ts";
export * from "./shared.ts";
