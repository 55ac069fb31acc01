/** Sockets, names, TLS and the clock: the only room that touches the world. */
export { systemNetwork } from "./system.ts";
export type * from "./transport.ts";
