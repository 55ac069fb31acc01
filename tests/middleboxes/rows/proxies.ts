/** Somebody else at the end of the connection: proxies, captive portals, wrong services, terminated TLS. */
import { encodeFrame, NAT_KEEPALIVE, withMarker } from "../../../lib/encap/mod.ts";
import { drop, intercept, type Middlebox, type SimulatedNetwork } from "../../sim/mod.ts";
import {
  BAD_REQUEST,
  called,
  type Change,
  converse,
  flips,
  PORTAL,
  PROXY_PORT,
  proxyHost,
  relay,
  repeat,
} from "../boxes.ts";
import { finding, notice, problem, warning } from "../row.ts";
import { GATEWAY, type HostSetup, simulated, type SimulatedRow, UDP_ONLY, WITH_TLS, type World } from "../simulated.ts";
import type { Channel } from "../../../lib/net/transport.ts";
import type { Match } from "../../sim/middleboxes.ts";

const DEGRADED = { verdict: ["degraded"], recommended: "udp-500" } as const;
const TCP = ["tcp-4500"];
const NO_UDP = () => called("drops UDP", drop({ protocol: "udp" }));

/** Hands connections to a proxy in the gateway's name. */
function proxied(
  name: string,
  match: Match,
  accept: (channel: Channel) => Promise<void>,
  latency?: number,
): (network: SimulatedNetwork) => Middlebox[] {
  return (network) => {
    const host = proxyHost(network, (channel) => void accept(channel), latency);
    return [called(name, intercept(match, host, PROXY_PORT))];
  };
}

/** A proxy that passes on what it reads to the gateway's TCP 4500. */
function relaying(name: string, match: Match, change: { up?: Change; down?: Change } = {}) {
  return (network: SimulatedNetwork): Middlebox[] => {
    const host = proxyHost(
      network,
      (channel) => void relay(channel, host.connectTcp({ address: GATEWAY, port: 4500 }), change),
    );
    return [called(name, intercept(match, host, PROXY_PORT))];
  };
}

const swallow = (channel: Channel) => converse(channel, () => "nothing");
const says = (octets: Uint8Array) => async (channel: Channel) => {
  const arrival = await channel.receive(Infinity);
  if (arrival?.kind === "octets") await channel.send(octets);
  channel.close();
};

/** A gateway for UDP, and somebody who repeats himself on TCP 4500. */
function floods(octets: Uint8Array, everyMs = 2): World {
  const script: HostSetup["script"] = (host, network) =>
    host.onTcp(4500, (channel) => repeat(channel, network, octets, everyMs));
  return { hosts: [{ addresses: [GATEWAY], gateway: { listen: UDP_ONLY }, script }] };
}

const portal = (network: SimulatedNetwork) => [
  NO_UDP(),
  ...proxied("captive portal: every TCP connection", {}, says(PORTAL))(network),
];

const rows: SimulatedRow[] = [
  {
    name: "a proxy on all ports swallows everything",
    world: { middleboxes: proxied("proxy: reads, says nothing", {}, swallow) },
    expect: {
      ...DEGRADED,
      findings: [warning("transparent-proxy", { least: "likely" })],
      may: [warning("tcp-mute", { paths: TCP })],
    },
  },
  {
    name: "a near proxy on TCP 4500 swallows everything",
    world: { latency: 20, middleboxes: proxied("proxy of TCP 4500, 1 ms away", { port: 4500 }, swallow) },
    expect: {
      ...DEGRADED,
      findings: [warning("tcp-mute", { paths: TCP })],
      // Its handshake is quicker than any answer; whether that can be compared depends on what answered over UDP.
      may: [warning("transparent-proxy", { most: "likely" })],
    },
  },
  {
    name: "a near proxy on TCP 4500, and answers over UDP that can be compared",
    options: ["--groups", "X25519,MODP2048"],
    world: {
      latency: 20,
      policy: { groups: [14] },
      middleboxes: proxied("proxy of TCP 4500, 1 ms away", { port: 4500 }, swallow),
    },
    expect: {
      ...DEGRADED,
      findings: [warning("transparent-proxy", { most: "likely", paths: TCP }), warning("tcp-mute", { paths: TCP })],
      may: [notice("ke-mismatch")],
    },
  },
  {
    name: "a proxy on TCP 4500 at the gateway's distance swallows everything",
    world: {
      latency: 20,
      middleboxes: proxied("proxy of TCP 4500, as far as the gateway", { port: 4500 }, swallow, 20),
    },
    expect: { ...DEGRADED, findings: [warning("tcp-mute", { paths: TCP })] },
  },
  {
    name: "a proxy on all ports answers HTTP 400",
    world: { middleboxes: proxied("HTTP proxy", {}, says(BAD_REQUEST)) },
    expect: {
      ...DEGRADED,
      findings: [warning("foreign-protocol", { paths: TCP, says: /HTTP/ }), warning("transparent-proxy")],
    },
  },
  {
    name: "a proxy on TCP 4500 answers HTTP 400",
    world: { middleboxes: proxied("HTTP proxy of TCP 4500", { port: 4500 }, says(BAD_REQUEST)) },
    expect: { ...DEGRADED, findings: [warning("foreign-protocol", { paths: TCP, says: /HTTP.*400/ })] },
  },
  {
    name: "a captive portal",
    world: { middleboxes: portal },
    expect: {
      verdict: ["blocked"],
      recommended: null,
      findings: [problem("foreign-protocol", { paths: TCP, says: /captive portal/ }), problem("transparent-proxy")],
      // Nobody knows whether the gateway lives: a silent UDP is no more than possibly blocked. The portal is on 443 as well.
      may: [problem("udp-blocked", { most: "possible" }), notice("foreign-protocol", { says: /captive portal/ })],
    },
  },
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
  {
    name: "a proxy closes behind the first octets",
    world: { middleboxes: proxied("closes behind the first octets", { port: 4500 }, says(new Uint8Array())) },
    expect: { ...DEGRADED, findings: [warning("tcp-hangup", { paths: TCP })] },
  },
  {
    name: "a proxy relays TCP 4500",
    world: { middleboxes: relaying("relaying proxy of TCP 4500", { port: 4500 }) },
    expect: {
      // It works, and nobody needs to act.
      verdict: ["ready"],
      recommended: "udp-500",
      findings: [notice("transparent-proxy", { most: "likely", paths: TCP })],
      paths: { "tcp-4500": "accepted" },
    },
  },
  {
    name: "a proxy relays TCP 4500, and UDP is dropped",
    world: { middleboxes: (network) => [NO_UDP(), ...relaying("relaying proxy of TCP 4500", { port: 4500 })(network)] },
    expect: {
      verdict: ["fallback"],
      recommended: "tcp-4500",
      // Over TCP alone, a proxy looks as a NAT does.
      findings: [problem("udp-blocked"), notice(["nat-client", "transparent-proxy"])],
    },
  },
  {
    name: "a proxy changes an octet of our stream prefix",
    world: { middleboxes: relaying("proxy that changes octet 2 upwards", { port: 4500 }, { up: flips(2) }) },
    // The gateway closes: what it read is not to be seen from here.
    expect: {
      ...DEGRADED,
      findings: [warning(["tcp-hangup", "stream-modified"], { paths: TCP })],
      may: [warning("transparent-proxy")],
    },
  },
  {
    name: "a proxy changes an octet of our SPI",
    world: { middleboxes: relaying("proxy that changes octet 13 upwards", { port: 4500 }, { up: flips(13) }) },
    expect: {
      ...DEGRADED,
      findings: [warning("stream-modified", { least: "likely", paths: TCP })],
      may: [warning("transparent-proxy")],
    },
  },
  {
    name: "a proxy changes an octet of the Length of the answer",
    world: { middleboxes: relaying("proxy that changes octet 1 downwards", { port: 4500 }, { down: flips(1) }) },
    expect: {
      ...DEGRADED,
      findings: [warning("stream-modified", { paths: TCP })],
      may: [warning("transparent-proxy")],
    },
  },
  {
    name: "a proxy changes an octet of the non-ESP marker of the answer",
    world: { middleboxes: relaying("proxy that changes octet 4 downwards", { port: 4500 }, { down: flips(4) }) },
    expect: {
      ...DEGRADED,
      findings: [warning("stream-modified", { paths: TCP })],
      may: [warning("transparent-proxy")],
    },
  },
  {
    name: "a proxy changes an octet of our SPI in the answer",
    world: { middleboxes: relaying("proxy that changes octet 8 downwards", { port: 4500 }, { down: flips(8) }) },
    expect: {
      ...DEGRADED,
      findings: [warning("stream-modified", { least: "likely", paths: TCP })],
      may: [warning("transparent-proxy")],
    },
  },
  {
    name: "a proxy changes an octet of the payloads of the answer",
    world: { middleboxes: relaying("proxy that changes octet 36 downwards", { port: 4500 }, { down: flips(36) }) },
    expect: {
      ...DEGRADED,
      findings: [warning(["stream-modified", "malformed-response"], { paths: TCP })],
      may: [warning("transparent-proxy"), notice("malformed-response")],
    },
  },
  {
    name: "the far end adds 4 to the Length of its frames",
    world: { faults: ["tcp:frame-length:4"] },
    expect: { ...DEGRADED, findings: [warning("stream-modified", { most: "likely", paths: TCP })] },
  },
  {
    name: "the far end announces a frame of 65535 octets and never completes it",
    world: { faults: ["tcp:endless-frame"] },
    expect: {
      ...DEGRADED,
      findings: [warning(["stream-modified", "tcp-mute", "foreign-protocol"], { most: "certain", paths: TCP })],
    },
  },
  {
    name: "somebody ends TLS on 443 with a certificate of his own",
    options: ["--paths", "udp-500,udp-4500,tls-443"],
    world: {
      listen: WITH_TLS,
      host: {
        tls: { report: { version: "TLSv1.3", trusted: false, trust_error: "self signed certificate", chain: [] } },
      },
    },
    expect: {
      ...DEGRADED,
      findings: [warning("tls-certificate", { paths: ["tls-443"], says: /self.signed/ })],
      paths: { "tls-443": "accepted" },
    },
  },
  {
    name: "a bad certificate on 443 that nobody asked for",
    world: {
      listen: WITH_TLS,
      host: {
        tls: { report: { version: "TLSv1.3", trusted: false, trust_error: "self signed certificate", chain: [] } },
      },
    },
    expect: { verdict: ["ready"], recommended: "udp-500", may: [notice("tls-certificate", { paths: ["tls-443"] })] },
  },
  {
    name: "TLS is refused with an alert",
    options: ["--paths", "udp-500,udp-4500,tls-443"],
    world: {
      listen: WITH_TLS,
      host: { tls: { report: { trusted: true, chain: [] }, alert: "handshake_failure" } },
    },
    expect: { ...DEGRADED, findings: [warning("tls-failed", { paths: ["tls-443"], says: /handshake.failure/ })] },
  },
  {
    name: "TLS is never answered",
    options: ["--paths", "udp-500,udp-4500,tls-443"],
    world: { listen: WITH_TLS, host: { tls: { report: { trusted: true, chain: [] }, silent: true } } },
    expect: { ...DEGRADED, findings: [warning(["tls-failed", "tcp-mute"], { paths: ["tls-443"] })] },
  },
  {
    name: "TLS is reset in the handshake",
    options: ["--paths", "udp-500,udp-4500,tls-443"],
    world: { listen: WITH_TLS, faults: ["tls:reset"] },
    expect: { ...DEGRADED, findings: [warning(["tls-failed", "tcp-hangup"], { paths: ["tls-443"] })] },
  },
  {
    name: "HTTPS on 443 where RFC 9329 was asked for",
    options: ["--paths", "udp-500,udp-4500,tls-443"],
    world: { listen: WITH_TLS, faults: ["tls:http"] },
    expect: { ...DEGRADED, findings: [warning("foreign-protocol", { paths: ["tls-443"], says: /HTTP/ })] },
  },
  {
    name: "HTTPS on 443 that nobody asked for",
    world: { listen: WITH_TLS, faults: ["tls:http"] },
    expect: { verdict: ["ready"], recommended: "udp-500" },
  },
  {
    name: "no TLS on the port that was asked for: plain RFC 9329",
    options: ["--paths", "udp-500,udp-4500,tls-4500"],
    world: {},
    expect: {
      ...DEGRADED,
      findings: [warning("tls-failed", { paths: ["tls-4500"] })],
      may: [finding("foreign-protocol")],
    },
  },
];

/** See the file's head. */
export const PROXIES = rows.map(simulated);
