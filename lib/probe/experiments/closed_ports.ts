/**
 * Ports that are closed on a VPN gateway. A TCP handshake there means that somebody else completes handshakes in the
 * gateway's name; an RST there measures the way to who sends it; ICMP port unreachable proves that UDP passes both ways.
 */
import type { Laboratory, Observation } from "./laboratory.ts";
import { streamTrial, type TrialPath } from "./stream_trial.ts";
import { udpTrial } from "./udp_trial.ts";

/** One reserved and never assigned to a service that runs (RFC 6335), one of the dynamic range. */
export const CLOSED_TCP_PORTS: readonly number[] = [6, 58_391];

/** Of the dynamic range. */
export const CLOSED_UDP_PORT = 58_391;

/** Connects to each of {@linkcode CLOSED_TCP_PORTS}. */
export async function tryClosedTcpPorts(lab: Laboratory, path: TrialPath, watchMs: number): Promise<Observation[]> {
  const plain = { ...path, spec: { ...path.spec, transport: "tcp" as const } };
  return await Promise.all(
    CLOSED_TCP_PORTS.map((port) =>
      streamTrial(lab, plain, { name: "tcp-closed-port", port, connectOnly: true, facts: { port } }, watchMs)
    ),
  );
}

/** A datagram to a closed port: nothing that anybody could take for IKE. */
export async function tryClosedUdpPort(lab: Laboratory, path: TrialPath, watchMs: number): Promise<Observation> {
  return await udpTrial(lab, path, {
    name: "udp-closed-port",
    port: CLOSED_UDP_PORT,
    datagram: new TextEncoder().encode("ike-tcp: is this port closed?"),
    what: "a datagram to a closed port",
    facts: { port: CLOSED_UDP_PORT },
  }, watchMs);
}
