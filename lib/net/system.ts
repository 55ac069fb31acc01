/** The network as this machine has it. */
import { systemClock } from "./clock.ts";
import { libc } from "./linux/libc.ts";
import { connectTcp, TCP_SIGHT } from "./linux/tcp.ts";
import { openUdp, UDP_SIGHT } from "./linux/udp.ts";
import { connectPortableTcp, openPortableUdp, PORTABLE_TCP_SIGHT, PORTABLE_UDP_SIGHT } from "./portable.ts";
import { resolve } from "./resolve.ts";
import { connectTls } from "./tls.ts";
import type { Network } from "./transport.ts";

/** getRandomValues takes no more at once. */
const MAX_RANDOM = 65_536;

function random(length: number): Uint8Array {
  if (length > MAX_RANDOM) throw new RangeError(`Cannot make ${length} random octets: ${MAX_RANDOM} at most`);
  return crypto.getRandomValues(new Uint8Array(length));
}

/**
 * @param options.portable Do without libc, as on other systems than Linux, or without the permission for FFI.
 */
export function systemNetwork(options: { portable?: boolean } = {}): Network {
  const native = options.portable !== true && libc() !== null;
  const tcp = native ? connectTcp : connectPortableTcp;
  return {
    clock: systemClock,
    sight: native ? { udp: UDP_SIGHT, tcp: TCP_SIGHT } : { udp: PORTABLE_UDP_SIGHT, tcp: PORTABLE_TCP_SIGHT },
    random,
    resolve,
    openUdp: native ? openUdp : openPortableUdp,
    connectTcp: tcp,
    connectTls: (remote, tlsOptions) => connectTls(remote, tlsOptions, tcp),
    async searchNat(question, bounds) {
      const { searchNatPreimage } = await import("./nat_search.ts");
      return await searchNatPreimage(question, bounds);
    },
  };
}
