/** The network as this machine has it. */
import type { Endpoint } from "../model/mod.ts";
import { systemClock, systemRandom } from "./clock.ts";
import { libc } from "./linux/libc.ts";
import { connectTcp } from "./linux/tcp_connect.ts";
import { openUdp } from "./linux/udp.ts";
import { resolve } from "./resolve.ts";
import { LINUX_TCP, LINUX_UDP, PORTABLE_TCP, PORTABLE_UDP } from "./sight.ts";
import { connectTls } from "./tls/connect.ts";
import { nativeX25519 } from "./x25519.ts";
import type { ConnectOptions, Network, Opened, OpenOptions } from "./transport.ts";

/** Options of {@linkcode systemNetwork}. */
export interface SystemNetworkOptions {
  /** Do with the runtime's own sockets, as on other systems than Linux, or without the permission for FFI. */
  readonly portable?: boolean;
}

/**
 * This machine's network. On Linux, with the permission for FFI, its sockets are the C library's; that is loaded here, once
 * for the process. Portable sockets, TLS and the search for addresses behind a NAT are loaded when they are first used: the
 * first two bring Node's world along, which takes Deno 30 ms to build.
 */
export function systemNetwork(options: SystemNetworkOptions = {}): Network {
  const native = options.portable !== true && libc() !== undefined;
  const connect = native ? connectTcp : portableTcp;
  return {
    clock: systemClock,
    sight: native ? { udp: LINUX_UDP, tcp: LINUX_TCP } : { udp: PORTABLE_UDP, tcp: PORTABLE_TCP },
    random: systemRandom,
    x25519: nativeX25519,
    resolve,
    openUdp: native ? openUdp : portableUdp,
    connectTcp: connect,
    connectTls: (remote, tlsOptions) => connectTls(remote, tlsOptions, connect),
    async searchNat(question, bounds) {
      const { searchNatPreimage } = await import("./nat_search.ts");
      return await searchNatPreimage(question, bounds);
    },
  };
}

async function portableUdp(remote: Endpoint, options?: OpenOptions): Promise<Opened> {
  const { openPortableUdp } = await import("./portable/udp.ts");
  return await openPortableUdp(remote, options);
}

async function portableTcp(remote: Endpoint, options: ConnectOptions): Promise<Opened> {
  const { connectPortableTcp } = await import("./portable/tcp.ts");
  return await connectPortableTcp(remote, options);
}
