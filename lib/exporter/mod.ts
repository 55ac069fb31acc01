/** `ike-tcp exporter`: probes for Prometheus, over HTTP. */
export { AllowList } from "./allow.ts";
export { Exporter, type ExporterOptions } from "./exporter.ts";
export { HttpServer } from "./http/server.ts";
export { formatLogged, jsonLogged, type Logged } from "./log.ts";
export { helpPage } from "./page.ts";
export { readGiven, readModule } from "./parameters.ts";
export { processFigures } from "./process.ts";
