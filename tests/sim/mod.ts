/** A simulated network for tests: hosts, middleboxes, a client, and a clock that jumps. */
export * from "./clock.ts";
export * from "./gateway.ts";
export * from "./host.ts";
export * from "./middleboxes.ts";
export * from "./network.ts";
export * from "./packet.ts";
export * from "./random.ts";
export * from "./tls.ts";
