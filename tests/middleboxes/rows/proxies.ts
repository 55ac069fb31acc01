/** Somebody else ends the connection on its way: proxies, captive portals, and who changes octets. */
import { drop, intercept, type Middlebox, type SimulatedNetwork } from "../../sim/mod.ts";
import { BAD_REQUEST, called, type Change, converse, flips, PORTAL, PROXY_PORT, proxyHost, relay } from "../boxes.ts";
import { notice, problem, warning } from "../row.ts";
import { GATEWAY, simulated, type SimulatedRow } from "../simulated.ts";
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
];

/** See the file's head. */
export const PROXIES = rows.map(simulated);
