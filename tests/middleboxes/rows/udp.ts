/** UDP that does not come through, and what is no block although it is silent. */
import {
  drop,
  hostUnreachable,
  type Middlebox,
  nat,
  type Packet,
  portUnreachable,
  reject,
  timeExceeded,
} from "../../sim/mod.ts";
import { called, early, forgedError, forgedIcmp } from "../boxes.ts";
import { finding, notice, problem, warning } from "../row.ts";
import { GATEWAY, GATEWAY6, ROUTER, simulated, type SimulatedRow, WITH_TLS } from "../simulated.ts";

const FALLBACK = { verdict: ["fallback"], recommended: "tcp-4500" } as const;
const BOTH = ["udp-500", "udp-4500"];

/** Drops UDP 4500, and answers the first datagram with ICMP port unreachable. */
function onceUnreachable(): Middlebox {
  let told = false;
  return {
    name: "drops UDP 4500, the first datagram with ICMP port unreachable",
    handle({ protocol, to }, passage) {
      if (protocol !== "udp" || passage.direction !== "out" || to.port !== 4500) return undefined;
      if (!told) passage.icmp(portUnreachable(GATEWAY));
      told = true;
      return "drop";
    },
  };
}

const isSmall = ({ data }: Packet) => data.length < 100;

const rows: SimulatedRow[] = [
  {
    name: "UDP is dropped",
    world: { middleboxes: () => [called("drops UDP", drop({ protocol: "udp" }))] },
    expect: {
      ...FALLBACK,
      findings: [problem("udp-blocked", { least: "likely", paths: BOTH, says: /tcpdump/ })],
      paths: { udp: "silent", "tcp-4500": "accepted" },
    },
  },
  {
    name: "UDP to 500 and 4500 is dropped",
    world: {
      middleboxes: () => [
        called("drops UDP 500 and 4500", drop({ protocol: "udp", test: ({ to }) => [500, 4500].includes(to.port) })),
      ],
    },
    expect: { ...FALLBACK, findings: [problem("udp-blocked", { paths: BOTH })] },
  },
  {
    name: "UDP is dropped on the way back",
    world: { middleboxes: () => [called("drops UDP, inwards", drop({ protocol: "udp", direction: "in" }))] },
    expect: { ...FALLBACK, findings: [problem("udp-blocked", { paths: BOTH, says: /way back/ })] },
  },
  {
    name: "UDP is dropped over IPv6",
    world: {
      target: GATEWAY6,
      hosts: [{ addresses: [GATEWAY6] }],
      middleboxes: () => [called("drops UDP", drop({ protocol: "udp" }))],
    },
    expect: { ...FALLBACK, findings: [problem("udp-blocked", { says: /ip6/ })] },
  },
  {
    name: "UDP 500 is dropped",
    world: { middleboxes: () => [called("drops UDP 500", drop({ protocol: "udp", port: 500 }))] },
    expect: {
      verdict: ["degraded"],
      recommended: "udp-4500",
      findings: [warning("udp-500-blocked", { least: "likely", paths: ["udp-500"] })],
    },
  },
  {
    name: "UDP 4500 is dropped",
    world: { middleboxes: () => [called("drops UDP 4500", drop({ protocol: "udp", port: 4500 }))] },
    expect: {
      verdict: ["degraded"],
      recommended: "udp-500",
      findings: [warning("udp-4500-blocked", { least: "likely", paths: ["udp-4500"] })],
    },
  },
  {
    name: "UDP 4500 is dropped, and a NAT makes clients move there",
    world: {
      middleboxes: () => [nat("198.51.100.7"), called("drops UDP 4500", drop({ protocol: "udp", port: 4500 }))],
    },
    expect: {
      verdict: ["degraded"],
      recommended: "tcp-4500",
      findings: [finding("udp-4500-blocked", { paths: ["udp-4500"] }), notice("nat-client")],
    },
  },
  {
    name: "a router forbids UDP",
    world: { middleboxes: () => [called("rejects UDP: administratively prohibited", reject({ protocol: "udp" }))] },
    expect: {
      ...FALLBACK,
      findings: [problem("udp-prohibited", { least: "certain", hop: ROUTER, paths: BOTH })],
      paths: { udp: "prohibited" },
    },
  },
  {
    name: "a routing loop for UDP 4500 alone",
    world: {
      middleboxes: () => [
        called("ICMP time exceeded to UDP 4500", reject({ protocol: "udp", port: 4500 }, ROUTER, timeExceeded)),
      ],
    },
    expect: {
      verdict: ["degraded"],
      recommended: "udp-500",
      findings: [warning("udp-prohibited", { hop: ROUTER, paths: ["udp-4500"], says: /routing loop/ })],
    },
  },
  {
    name: "one ICMP port unreachable in the gateway's name, and nothing after it",
    world: { middleboxes: () => [onceUnreachable()] },
    expect: {
      verdict: ["degraded"],
      recommended: "udp-500",
      findings: [warning("udp-refused", { most: "likely", paths: ["udp-4500"] })],
    },
  },
  {
    name: "a router calls the host unreachable, for UDP alone",
    world: {
      middleboxes:
        () => [called("rejects UDP: host unreachable", reject({ protocol: "udp" }, ROUTER, hostUnreachable))],
    },
    expect: { ...FALLBACK, findings: [problem("udp-prohibited", { hop: ROUTER, paths: BOTH })] },
  },
  {
    name: "a router calls the ports unreachable, in its own name",
    world: {
      middleboxes:
        () => [called("rejects UDP: port unreachable", reject({ protocol: "udp" }, ROUTER, portUnreachable))],
    },
    expect: { ...FALLBACK, findings: [problem("udp-prohibited", { hop: ROUTER, paths: BOTH })] },
  },
  {
    name: "a router forbids UDP 500 alone",
    world: { middleboxes: () => [called("rejects UDP 500", reject({ protocol: "udp", port: 500 }))] },
    expect: {
      verdict: ["degraded"],
      recommended: "udp-4500",
      findings: [warning("udp-prohibited", { hop: ROUTER, paths: ["udp-500"] })],
    },
  },
  {
    name: "a router forbids UDP, and sockets see no ICMP",
    world: {
      sight: { icmp: false, router: false, tcpInfo: false },
      middleboxes: () => [called("rejects UDP", reject({ protocol: "udp" }))],
    },
    expect: { ...FALLBACK, findings: [problem("udp-blocked", { most: "likely", paths: BOTH, says: /ICMP/ })] },
  },
  {
    name: "a route flaps: a router calls the host unreachable for the first 700 ms",
    world: { middleboxes: () => [early(700, hostUnreachable(ROUTER))] },
    expect: {
      verdict: ["ready", "degraded"],
      recommended: "udp-500",
      // What TCP met was true at that time.
      may: [warning("tcp-prohibited", { paths: ["tcp-4500"] }), finding("loss")],
      paths: { udp: "accepted" },
    },
  },
  {
    name: "the gateway restarts: its ports are closed for the first 700 ms",
    world: { middleboxes: () => [early(700, portUnreachable(GATEWAY))] },
    expect: {
      verdict: ["ready", "degraded"],
      recommended: "udp-500",
      may: [finding(["tcp-refused", "tcp-not-offered"], { paths: ["tcp-4500"] }), finding("loss")],
      paths: { udp: "accepted" },
    },
  },
  {
    name: "somebody calls the gateway's ports unreachable beside each datagram, and the gateway is far",
    world: {
      latency: 350,
      middleboxes: () => [forgedIcmp(portUnreachable(GATEWAY), "passes")],
    },
    expect: { verdict: ["ready"], recommended: "udp-500", paths: { udp: "accepted" } },
  },
  {
    name:
      "somebody refuses in the gateway's name, over UDP, and the gateway's own answer takes longer than half a second",
    world: { latency: 300, middleboxes: () => [forgedError(14)] },
    expect: {
      verdict: ["ready", "degraded"],
      recommended: "udp-500",
      findings: [finding("conflicting-responses", { paths: BOTH })],
      paths: { udp: "accepted" },
    },
  },
  {
    name: "the first datagram to each port meets a forged port unreachable, and UDP is dropped",
    world: { middleboxes: () => [forgedIcmp(portUnreachable(GATEWAY), "is dropped", 2)] },
    expect: {
      ...FALLBACK,
      // Whoever drops may have sent it; the gateway may, too.
      findings: [problem(["udp-refused", "udp-blocked"], { paths: BOTH })],
      paths: { "tcp-4500": "accepted" },
    },
  },
  {
    name: "datagrams go round in a loop",
    world: {
      middleboxes: () => [called("rejects UDP: time exceeded", reject({ protocol: "udp" }, ROUTER, timeExceeded))],
    },
    expect: { ...FALLBACK, findings: [problem("udp-prohibited", { hop: ROUTER, paths: BOTH })] },
  },
  {
    name: "no IKE over UDP on the gateway",
    world: { faults: ["udp:refuse"] },
    expect: {
      ...FALLBACK,
      findings: [problem("udp-refused", { paths: BOTH })],
      paths: { udp: "refused", "tcp-4500": "accepted" },
    },
  },
  {
    name: "the gateway keeps silent over UDP",
    world: { faults: ["udp:drop"] },
    expect: { ...FALLBACK, findings: [problem("udp-blocked", { paths: BOTH })] },
  },
  {
    name: "UDP passes only from our port 500 or 4500",
    world: {
      unprivileged: false,
      middleboxes: () => [
        called(
          "drops UDP from other ports than 500 and 4500",
          drop({ protocol: "udp", test: ({ from, to }: Packet) => ![500, 4500].includes(from.port) && to.port < 5000 }),
        ),
      ],
    },
    expect: { ...FALLBACK, findings: [problem("udp-blocked", { paths: BOTH, says: /our port (500|4500)/ })] },
  },
  {
    name: "the gateway stops answering after our first request",
    world: { faults: ["udp:rate-limit:1"] },
    expect: {
      verdict: ["degraded", "ready"],
      recommended: "udp-500",
      findings: [finding("rate-limited", { most: "likely" })],
      // It was never seen to answer such a question: the silent port may be blocked.
      may: [warning("udp-4500-blocked", { most: "possible", says: /or the gateway limits us/ })],
    },
  },
  {
    name: "UDP 4500 is dropped, and the gateway ignores proposals that it cannot accept",
    world: {
      faults: ["drop-stateless"],
      middleboxes: () => [
        called("drops UDP 4500", drop({ protocol: "udp", port: 4500 })),
        called("drops small answers over UDP", drop({ protocol: "udp", direction: "in", test: isSmall })),
      ],
    },
    expect: {
      verdict: ["degraded"],
      recommended: "udp-500",
      // Silence when asked again proves nothing of a gateway that never answers this: both are possible.
      findings: [
        warning("udp-4500-blocked", { most: "possible", paths: ["udp-4500"] }),
        warning("rate-limited", { most: "possible" }),
      ],
    },
  },
  {
    name: "the gateway asks for a cookie, and is silent to who brings one",
    world: { policy: { cookieFrom: 0 }, faults: ["udp:rate-limit:2"] },
    expect: {
      verdict: ["fallback"],
      findings: [finding("rate-limited")],
      may: [finding("cookie-demanded")],
    },
  },
  {
    name: "only TLS 443 is let through",
    world: {
      listen: WITH_TLS,
      middleboxes: () => [
        called(
          "drops all but TCP 443",
          drop({ direction: "out", test: ({ protocol, to }) => protocol === "udp" || to.port !== 443 }),
        ),
      ],
    },
    expect: {
      verdict: ["fallback"],
      recommended: "tls-443",
      findings: [problem("udp-blocked"), problem("tcp-filtered", { paths: ["tcp-4500"] })],
    },
  },
  {
    name: "UDP alone is asked for, and dropped",
    options: ["--paths", "udp-500,udp-4500"],
    world: {
      middleboxes: () => [called(
        "drops UDP 500 and 4500",
        drop({ protocol: "udp", test: ({ to }) => [500, 4500].includes(to.port) }),
      )],
    },
    expect: {
      verdict: ["blocked"],
      recommended: null,
      // That the host is up (a closed port answers) does not show that IKE is.
      findings: [problem("udp-blocked", { most: "likely" })],
    },
  },
  {
    name: "UDP 4500 is required, and dropped",
    options: ["--require", "udp-4500"],
    world: { middleboxes: () => [called("drops UDP 4500", drop({ protocol: "udp", port: 4500 }))] },
    expect: { verdict: ["degraded"], exit: 2, findings: [problem("udp-4500-blocked")] },
  },
  {
    name: "a port that speaks IKE without the non-ESP marker",
    options: ["--paths", "udp-4500,tcp-4500"],
    world: {
      listen: [{ transport: "udp", port: 4500, encoding: "bare" }, { transport: "tcp", port: 4500 }],
    },
    expect: { ...FALLBACK, findings: [problem("foreign-protocol", { paths: ["udp-4500"], says: /non-ESP marker/ })] },
  },
  {
    name: "no host at this address",
    world: { hosts: [{ addresses: [GATEWAY], options: { down: true }, gateway: null }] },
    expect: {
      verdict: ["blocked"],
      recommended: null,
      findings: [problem("address-dead", { says: /down|filter/ })],
      paths: { udp: "silent", tcp: "silent", tls: "silent" },
    },
  },
  {
    name: "everything is dropped on the way",
    world: { middleboxes: () => [called("drops everything", drop({}))] },
    expect: { verdict: ["blocked"], recommended: null, findings: [problem("address-dead", { says: /down|filter/ })] },
  },
  {
    name: "a router calls the host unreachable",
    world: { middleboxes: () => [called("rejects everything: host unreachable", reject({}, ROUTER, hostUnreachable))] },
    expect: {
      verdict: ["blocked"],
      recommended: null,
      findings: [
        problem("udp-prohibited", { hop: ROUTER, paths: BOTH }),
        problem("tcp-prohibited", { hop: ROUTER, paths: ["tcp-4500"] }),
      ],
    },
  },
  {
    name: "the host is up, and nothing listens there",
    world: { hosts: [{ addresses: [GATEWAY], gateway: null }] },
    expect: {
      verdict: ["blocked"],
      recommended: null,
      findings: [problem("udp-refused", { paths: BOTH }), problem("tcp-refused", { paths: ["tcp-4500"] })],
      paths: { udp: "refused", tcp: "refused", tls: "refused" },
    },
  },
  {
    name: "the host answers HTTPS alone: it is no VPN gateway, or its firewall passes only that",
    world: {
      hosts: [{
        addresses: [GATEWAY],
        options: { stealth: true },
        gateway: null,
        script: (host) => host.onTls(443, (channel) => channel.close()),
      }],
    },
    expect: {
      verdict: ["blocked"],
      recommended: null,
      // The host is alive, which says nothing of an IKE service.
      findings: [problem("udp-blocked", { most: "possible" }), problem("tcp-filtered", { paths: ["tcp-4500"] })],
    },
  },
];

/** See the file's head. */
export const UDP = rows.map(simulated);
