/** The testbed for tests: real gateways and emulated middleboxes in network namespaces (see README.md). */
export { Capture, capture, type Dissected } from "./capture.ts";
export { BINARY, fromSources, probe, type Probed, SOURCES, tool } from "./cli.ts";
export { type Output, run, succeed } from "./command.ts";
export { assertHealthy, gatewaySuite, type Register } from "./suite.ts";
export {
  CLIENT4,
  CLIENT6,
  Gateway,
  GATEWAY4,
  GATEWAY4B,
  GATEWAY6,
  GATEWAY6B,
  type GatewayName,
  type GatewayOptions,
  NOBODY4,
  type PingTransport,
  ROUTER4,
  ROUTER6,
  Testbed,
  withTestbed,
} from "./testbed.ts";
