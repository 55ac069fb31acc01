/** How many sockets hosts may have open, and how much each may need. */
import { pathsToTry, type ProbeSettings } from "../probe/settings.ts";

/** Descriptors that are left for files, names to resolve, and what the runtime itself needs. */
const RESERVE = 96;

/** Where nothing is known: what most systems allow. */
const USUAL_LIMIT = 1024;

/** Sockets of one path, its experiments included; TLS takes some for its plumbing and for a second opinion. */
const OF_PATH = { udp: 3, tcp: 4, tls: 6 } as const;

/** Packets of one path that works, as the meter counts them. */
const PACKETS = { udp: 1, tcp: 3, tls: 5 } as const;

/** Sockets that all hosts together may have open: what this process may have (getrlimit(2)), less a reserve. */
export function socketLimit(): number {
  return Math.max(1, descriptorLimit() - RESERVE);
}

function descriptorLimit(): number {
  try {
    const soft = /^Max open files +(\d+|unlimited)/m.exec(Deno.readTextFileSync("/proc/self/limits"))?.[1];
    return soft === "unlimited" ? Infinity : Number(soft ?? USUAL_LIMIT);
  } catch {
    return USUAL_LIMIT; // no Linux, or /proc is not to be read
  }
}

/** What a host's run will take, as far as can be known before. */
export interface Need {
  /** Open at a time, at the most. */
  readonly sockets: number;
  /** Sent, at the least. */
  readonly packets: number;
}

/** What the run of a host with so many addresses needs. */
export function needOf(addresses: number, settings: ProbeSettings): Need {
  const transports = [...pathsToTry(settings).values()].map(({ transport }) => transport);
  const sum = (of: Readonly<Record<"udp" | "tcp" | "tls", number>>) =>
    addresses * transports.reduce((total, transport) => total + of[transport], 0);
  return { sockets: sum(OF_PATH), packets: sum(PACKETS) };
}
