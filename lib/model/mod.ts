/** The types of the report: path, event, finding, verdict. No behaviour beyond parsing and printing of names. */
export * from "./diff.ts";
export * from "./event.ts";
export * from "./expectation.ts";
export * from "./experiment.ts";
export * from "./finding.ts";
export * from "./format.ts";
export * from "./path.ts";
export * from "./report.ts";
