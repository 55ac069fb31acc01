/** The gateway: `serve`, `demo` and the tests' far end. */
export type { Credentials, Datagram, GatewayHost, StreamListener, UdpListener } from "./host.ts";
export type { GatewayEvent, Listening } from "./event.ts";
export { type Gateway, startGateway } from "./gateway.ts";
export { systemHost } from "./system_host.ts";
export { formatEvent, jsonEvent } from "./log.ts";
export {
  DEFAULT_LIMITS,
  type GatewayHooks,
  type GatewayLimits,
  type GatewayOptions,
  type ListenSpec,
} from "./options.ts";
export { faultHelp, type FaultSpec, parseFault } from "./faults/spec.ts";
export { FAULT_GROUPS, type FaultDescription, type FaultName, FAULTS } from "./faults/names.ts";
