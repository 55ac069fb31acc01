/** Many hosts: their list, and when each is probed. */
export * from "./list.ts";
export * from "./schedule.ts";
