/** The network as this machine has it. */
import { systemClock, systemRandom } from "./clock.ts";
import { libc } from "./linux/libc.ts";
import { connectTcp } from "./linux/tcp_connect.ts";
import { openUdp } from "./linux/udp.ts";
import { connectPortableTcp } from "./portable/tcp.ts";
import { openPortableUdp } from "./portable/udp.ts";
import { resolve } from "./resolve.ts";
import { LINUX_TCP, LINUX_UDP, PORTABLE_TCP, PORTABLE_UDP } from "./sight.ts";
import type { Network } from "./transport.ts";

/** Options of {@linkcode systemNetwork}. */
export interface SystemNetworkOptions {
  /** Do with the runtime's own sockets, as on other systems than Linux, or without the permission for FFI. */
  readonly portable?: boolean;
}

/**
 * This machine's network. On Linux, with the permission for FFI, its sockets are the C library's; that is loaded here, once
 * for the process. TLS and the search for addresses behind a NAT are loaded when they are first used.
 */
export function systemNetwork(options: SystemNetworkOptions = {}): Network {
  const native = options.portable !== true && libc() !== undefined;
  const connect = native ? connectTcp : connectPortableTcp;
  return {
    clock: systemClock,
    sight: native ? { udp: LINUX_UDP, tcp: LINUX_TCP } : { udp: PORTABLE_UDP, tcp: PORTABLE_TCP },
    random: systemRandom,
    resolve,
    openUdp: native ? openUdp : openPortableUdp,
    connectTcp: connect,
    async connectTls(remote, tlsOptions) {
      const { connectTls } = await import("./tls/connect.ts");
      return await connectTls(remote, tlsOptions, connect);
    },
    async searchNat(question, bounds) {
      const { searchNatPreimage } = await import("./nat_search.ts");
      return await searchNatPreimage(question, bounds);
    },
  };
}
