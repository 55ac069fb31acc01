/** Something else than RFC 9329 listens on TCP 4500. */
import { encodeFrame, NAT_KEEPALIVE, withMarker } from "../../../lib/encap/mod.ts";
import { repeat } from "../boxes.ts";
import { warning } from "../row.ts";
import { GATEWAY, type HostSetup, simulated, type SimulatedRow, UDP_ONLY, type World } from "../simulated.ts";

const DEGRADED = { verdict: ["degraded"], recommended: "udp-500" } as const;
const TCP = ["tcp-4500"];

/** A gateway for UDP, and somebody who repeats himself on TCP 4500. */
function floods(octets: Uint8Array, everyMs = 2): World {
  const script: HostSetup["script"] = (host, network) =>
    host.onTcp(4500, (channel) => repeat(channel, network, octets, everyMs));
  return { hosts: [{ addresses: [GATEWAY], gateway: { listen: UDP_ONLY }, script }] };
}

const rows: SimulatedRow[] = [
  {
    name: "a wrong service says its banner (SSH)",
    world: { faults: ["tcp:ssh"] },
    expect: { ...DEGRADED, findings: [warning("foreign-protocol", { least: "certain", paths: TCP, says: /SSH/ })] },
  },
  {
    name: "a wrong service says its banner (SMTP, with control characters)",
    world: { faults: ["tcp:banner:220 \\x1b[31mmail\\x07 ready\\n"] },
    expect: { ...DEGRADED, findings: [warning("foreign-protocol", { paths: TCP, says: /SMTP/ })] },
  },
  {
    name: "a web server on TCP 4500",
    world: { faults: ["tcp:http"] },
    expect: { ...DEGRADED, findings: [warning("foreign-protocol", { paths: TCP, says: /HTTP/ })] },
  },
  {
    name: "TLS on TCP 4500: an alert answers the prefix",
    world: { faults: ["tcp:tls-alert"] },
    expect: { ...DEGRADED, findings: [warning("foreign-protocol", { paths: TCP, says: /TLS/ })] },
  },
  {
    name: "IKE inside TLS on TCP 4500: the port needs tls-4500",
    world: {
      listen: [{ transport: "udp", port: 500 }, { transport: "udp", port: 4500 }, { transport: "tls", port: 4500 }],
    },
    expect: { ...DEGRADED, findings: [warning("foreign-protocol", { paths: TCP, says: /tls-4500/ })] },
  },
  {
    name: "Check Point's TCPT on TCP 4500",
    world: { faults: ["tcp:tcpt"] },
    expect: { ...DEGRADED, findings: [warning("foreign-protocol", { paths: TCP, says: /TCPT/ })] },
  },
  {
    name: "IKE without frames on TCP 4500",
    world: { faults: ["tcp:unframed"] },
    expect: { ...DEGRADED, findings: [warning("foreign-protocol", { paths: TCP, says: /frame|Length/ })] },
  },
  {
    name: "an echo on TCP 4500",
    world: { faults: ["tcp:echo"] },
    expect: {
      ...DEGRADED,
      findings: [warning(["foreign-protocol", "stray-response"], { paths: TCP, says: /echo|own/ })],
    },
  },
  {
    name: "random octets without end on TCP 4500",
    world: { faults: ["tcp:garbage:1024"] },
    expect: { ...DEGRADED, findings: [warning("foreign-protocol", { paths: TCP })] },
  },
  {
    name: "frames of somebody else without end on TCP 4500",
    world: floods(encodeFrame(withMarker(new Uint8Array(600).fill(0x41)))),
    expect: { ...DEGRADED, findings: [warning(["stray-response", "foreign-protocol"], { paths: TCP })] },
  },
  {
    name: "frames of 65535 octets without end on TCP 4500",
    world: floods(encodeFrame(withMarker(new Uint8Array(65529).fill(0x41))), 100),
    expect: { ...DEGRADED, findings: [warning(["stray-response", "foreign-protocol", "tcp-mute"], { paths: TCP })] },
  },
  {
    name: "NAT-keepalives without end on TCP 4500",
    world: floods(encodeFrame(NAT_KEEPALIVE)),
    expect: { ...DEGRADED, findings: [warning(["tcp-mute", "foreign-protocol"], { paths: TCP })] },
  },
  {
    name: "one octet of an endless frame in 100 ms",
    world: { faults: ["tcp:drip:100"] },
    expect: { ...DEGRADED, findings: [warning(["tcp-mute", "foreign-protocol", "stream-modified"], { paths: TCP })] },
  },
];

/** See the file's head. */
export const SERVICES = rows.map(simulated);
