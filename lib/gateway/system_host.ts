/** This machine as a gateway's host. */
import { systemClock, systemRandom } from "../net/clock.ts";
import { listenTcp, listenTls, listenUdp } from "../net/listen.ts";
import type { GatewayHost } from "./host.ts";

const WILDCARDS: Readonly<Record<string, "IPv4" | "IPv6">> = { "0.0.0.0": "IPv4", "::": "IPv6" };

/** Link-local addresses need their zone to be bound, and nobody's gateway is there. */
function isLinkLocal(address: string): boolean {
  return /^fe[89ab]/i.test(address);
}

function expand(address: string): readonly string[] {
  const family = WILDCARDS[address];
  if (family === undefined) return [address];
  try {
    const own = Deno.networkInterfaces().filter((one) => one.family === family && !isLinkLocal(one.address));
    return own.length === 0 ? [address] : [...new Set(own.map((one) => one.address))];
  } catch {
    // Without the permission to look, one socket serves them all.
    return [address];
  }
}

/** Sockets, clock and randomness of the operating system. */
export function systemHost(): GatewayHost {
  return {
    clock: systemClock,
    random: systemRandom,
    today: () => new Date(),
    expand,
    listenUdp: (local) => listenUdp(local),
    listenTcp: (local) => listenTcp(local),
    listenTls: (local, credentials) => listenTls(local, credentials),
  };
}
