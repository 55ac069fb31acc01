/** Captures: a pcapng made from reports, and capture files taken apart. Octets in, octets out. */
export { Fragments, type Reassembled } from "./fragments.ts";
export type { CapturedFrame, OnFault } from "./frame.ts";
export { PROTOCOL } from "./ip.ts";
export { ipPacketIn, isKnownLink, LINK_TYPE } from "./link.ts";
export { type IpContents, readIp } from "./read_ip.ts";
export { isPcap, readPcap } from "./read_pcap.ts";
export { isPcapng, readPcapng } from "./read_pcapng.ts";
export { type ReadDatagram, type ReadSegment, readTcp, readUdp } from "./read_segment.ts";
export { ReportCapture } from "./report_capture.ts";
export { StreamAssembly, type StreamPiece } from "./stream.ts";
