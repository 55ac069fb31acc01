/** Captures: a pcapng made from reports. Octets in, octets out. */
export { ReportCapture } from "./report_capture.ts";
