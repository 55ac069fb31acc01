/** Sockets, names, TLS and the clock: the only room that touches the world. */
export {
  type Credentials,
  type Datagram,
  listenTcp,
  listenTls,
  listenUdp,
  type StreamListener,
  takesBothFamilies,
  type UdpListener,
} from "./listen.ts";
export { localAddresses } from "./local_addresses.ts";
export { systemNetwork, type SystemNetworkOptions } from "./system.ts";
export type * from "./transport.ts";
