/** libreswan over UDP and TCP, behind a real middlebox: packet filters, NAT, proxies and injectors. */
import { behind, type NamespaceRow } from "../namespaces.ts";
import { finding, notice, problem, warning } from "../row.ts";
import { BY_CHANCE } from "./chance.ts";
import { GATEWAY4, GATEWAY4B, GATEWAY6, NOBODY4, ROUTER4, ROUTER6 } from "../../testbed/mod.ts";

/** libreswan prefers MODP2048 to what is offered first, and closes a TCP connection behind that answer. */
const HABITS = [notice("ke-mismatch"), notice("hangs-up-early"), notice("split-rejected")];
const READY = { verdict: ["ready"], recommended: "udp-500", may: HABITS } as const;
const DEGRADED = { verdict: ["degraded"], recommended: "udp-500", may: HABITS } as const;
const FALLBACK = { verdict: ["fallback"], recommended: "tcp-4500", may: HABITS } as const;
const ALL_ACCEPTED = { "udp-500": "accepted", "udp-4500": "accepted", "tcp-4500": "accepted" } as const;
const UDP = ["udp-500", "udp-4500"];
const TCP = ["tcp-4500"];
/** Not likely with any fault of a proxy: its own distance to the client is none. */
const PROXY = warning("transparent-proxy", { most: "likely" });

const HEALTHY: NamespaceRow[] = [
  { name: "libreswan", expect: { ...READY, paths: ALL_ACCEPTED } },
  {
    name: "libreswan, with the group that it prefers",
    options: ["--groups", "MODP2048"],
    expect: { verdict: ["ready"], recommended: "udp-500", paths: ALL_ACCEPTED },
  },
  { name: "libreswan over IPv6", target: GATEWAY6, expect: { ...READY, paths: ALL_ACCEPTED } },
  {
    name: "libreswan over both families",
    target: "vpn.example",
    hosts: { "vpn.example": [GATEWAY4, GATEWAY6] },
    expect: READY,
  },
  ...[5, 50, 300].map((rtt): NamespaceRow => ({
    name: `libreswan, ${rtt} ms away`,
    profileOptions: { rtt },
    expect: { ...READY, paths: ALL_ACCEPTED },
  })),
  {
    name: "libreswan behind 10 % loss",
    profile: ["loss", 10],
    expect: { verdict: ["ready", "degraded"], may: [...HABITS, ...BY_CHANCE] },
  },
  {
    name: "libreswan and a client behind a NAT that rewrites ports",
    profile: ["nat"],
    expect: {
      ...READY,
      recommended: "udp-4500",
      findings: [notice("nat-client", { paths: ["udp-500", "udp-4500", "tcp-4500"] })],
      paths: ALL_ACCEPTED,
    },
  },
  {
    name: "libreswan and a client behind a NAT whose address is known",
    options: ["--public-address", "203.0.113.1"],
    profile: ["nat"],
    expect: {
      ...READY,
      recommended: "udp-4500",
      findings: [notice("nat-client", { least: "certain", says: /203\.0\.113\.1 port 2\d{4}/ })],
    },
  },
  {
    name: "libreswan behind a NAT of its own",
    target: ROUTER4,
    profile: ["dnat"],
    expect: { ...READY, recommended: "udp-4500", findings: [notice("nat-gateway")], paths: ALL_ACCEPTED },
  },
  {
    name: "libreswan behind a NAT of its own, with TCP forwarded from another port",
    target: ROUTER4,
    options: ["--paths", "udp-500,udp-4500,tcp-443"],
    profile: ["dnat", 443],
    expect: {
      ...READY,
      recommended: "udp-4500",
      findings: [notice("nat-gateway")],
      paths: { udp: "accepted", "tcp-443": "accepted" },
    },
  },
  {
    name: "libreswan behind a NAT of its own, over IPv6",
    target: ROUTER6,
    profile: ["dnat"],
    expect: { ...READY, recommended: "udp-4500", findings: [notice("nat-gateway")] },
  },
  { name: "libreswan behind routers that send no ICMP", profile: ["no-icmp"], expect: READY },
  { name: "libreswan behind a firewall that drops fragments", profile: ["drop-fragments"], expect: READY },
  {
    name: "libreswan behind a link with an MTU of 1280",
    profile: ["mtu", 1280],
    expect: { ...READY, may: [...HABITS, finding("pmtu-reduced")] },
  },
  {
    name: "libreswan demands cookies",
    gateways: [["libreswan", { cookie: true }]],
    expect: { ...READY, findings: [notice("cookie-demanded")], paths: ALL_ACCEPTED },
  },
  {
    name: "libreswan without TCP",
    gateways: [["libreswan", { noTcp: true }]],
    expect: { ...READY, findings: [notice("tcp-not-offered", { paths: TCP })] },
  },
  {
    name: "libreswan redirects to another libreswan",
    gateways: [["libreswan", { listen: GATEWAY4, redirect: GATEWAY4B }], ["libreswan", {
      name: "b",
      listen: GATEWAY4B,
    }]],
    expect: { ...READY, recommended: `udp-500@${GATEWAY4B}`, findings: [notice("redirected")] },
  },
];

/** What Linux's packet filter can answer: its names for ICMP type 3, for IPv4. */
const UNREACHABLE = ["net-unreachable", "prot-unreachable", "net-prohibited", "host-prohibited"];
/** The same for IPv6, type 1. */
const UNREACHABLE6 = ["no-route", "addr-unreachable", "port-unreachable"];

const FILTERED: NamespaceRow[] = [
  {
    name: "libreswan: UDP is dropped",
    profile: ["drop-udp"],
    expect: { ...FALLBACK, findings: [problem("udp-blocked", { least: "likely", paths: UDP, says: /tcpdump/ })] },
  },
  {
    name: "libreswan: UDP is dropped over IPv6",
    target: GATEWAY6,
    profile: ["drop-udp"],
    expect: { ...FALLBACK, findings: [problem("udp-blocked", { paths: UDP })] },
  },
  {
    name: "libreswan: UDP is dropped on the way back",
    forward: "udp sport { 500, 4500 } drop;",
    expect: { ...FALLBACK, findings: [problem("udp-blocked", { paths: UDP })] },
  },
  {
    name: "libreswan: UDP 500 is dropped",
    profile: ["drop-udp", 500],
    expect: { ...DEGRADED, recommended: "udp-4500", findings: [warning("udp-500-blocked", { paths: ["udp-500"] })] },
  },
  {
    name: "libreswan: UDP 4500 is dropped",
    profile: ["drop-udp", 4500],
    expect: { ...DEGRADED, findings: [warning("udp-4500-blocked", { paths: ["udp-4500"] })] },
  },
  ...["admin", "host", "port"].map((kind): NamespaceRow => ({
    name: `libreswan: UDP is rejected with ICMP (${kind})`,
    profile: ["reject-udp", kind],
    expect: {
      ...FALLBACK,
      findings: [problem("udp-prohibited", { least: "certain", hop: ROUTER4, paths: UDP })],
    },
  })),
  ...UNREACHABLE.map((type): NamespaceRow => ({
    name: `libreswan: UDP is rejected with ICMP ${type}`,
    forward: `udp dport { 500, 4500 } reject with icmp type ${type};`,
    expect: { ...FALLBACK, findings: [problem("udp-prohibited", { hop: ROUTER4, paths: UDP })] },
  })),
  ...UNREACHABLE6.map((type): NamespaceRow => ({
    name: `libreswan: UDP is rejected with ICMPv6 ${type}`,
    target: GATEWAY6,
    forward: `udp dport { 500, 4500 } reject with icmpv6 type ${type};`,
    expect: { ...FALLBACK, findings: [problem("udp-prohibited", { hop: ROUTER6, paths: UDP })] },
  })),
  {
    name: "libreswan: SYNs are dropped",
    profile: ["drop-tcp"],
    expect: { ...DEGRADED, findings: [warning("tcp-filtered", { least: "likely", paths: TCP })] },
  },
  {
    name: "libreswan: SYNs are answered with RST",
    profile: ["reset-tcp"],
    // Middlebox and gateway are equally near: nobody can tell who refuses.
    expect: { ...READY, findings: [notice("tcp-not-offered", { paths: TCP })] },
  },
  {
    name: "libreswan, 60 ms away: SYNs are answered with RST by the middlebox",
    profile: ["reset-tcp"],
    profileOptions: { rtt: 60 },
    expect: {
      ...DEGRADED,
      findings: [finding("reset-injected", { paths: TCP }), warning("tcp-refused", { paths: TCP })],
    },
  },
  ...["admin", "host", "port"].map((kind): NamespaceRow => ({
    name: `libreswan: SYNs are rejected with ICMP (${kind})`,
    profile: ["reject-tcp", kind],
    profileOptions: { nearRtt: 10 },
    expect: { ...DEGRADED, findings: [warning("tcp-prohibited", { hop: ROUTER4, paths: TCP })] },
  })),
  {
    name: "libreswan: segments that begin with IKETCP are reset",
    profile: ["reset-iketcp"],
    // libreswan takes no prefix in two segments, so nothing evades it.
    expect: { ...DEGRADED, findings: [warning("prefix-reset", { least: "likely", paths: TCP })] },
  },
  {
    name: "libreswan, 40 ms away: segments that begin with IKETCP are reset",
    profile: ["reset-iketcp"],
    profileOptions: { rtt: 40 },
    expect: {
      ...DEGRADED,
      findings: [warning("prefix-reset", { least: "certain", paths: TCP })],
      may: [...HABITS, finding("reset-injected", { paths: TCP })],
    },
  },
  {
    name: "libreswan: segments that begin with IKETCP are dropped",
    profile: ["drop-iketcp"],
    expect: { ...DEGRADED, findings: [warning("prefix-dropped", { least: "likely", paths: TCP })] },
  },
  {
    name: "libreswan, 40 ms away: segments that begin with IKETCP are dropped",
    profile: ["drop-iketcp"],
    profileOptions: { rtt: 40 },
    expect: { ...DEGRADED, findings: [warning("prefix-dropped", { least: "likely", paths: TCP })] },
  },
  {
    name: "libreswan: segments that begin with IKETCP are dropped, and UDP is",
    profile: ["drop-iketcp"],
    forward: "udp dport { 500, 4500 } drop;",
    expect: {
      verdict: ["blocked"],
      recommended: null,
      findings: [
        problem("udp-blocked", { most: "likely" }),
        problem("prefix-dropped", { least: "likely", paths: TCP }),
      ],
    },
  },
  {
    name: "libreswan: only TLS is let through on TCP 4500",
    profile: ["tls-only"],
    expect: { ...DEGRADED, findings: [warning("tcp-hangup", { paths: TCP })] },
  },
  {
    name: "libreswan: the handshake passes and no data does",
    profile: ["drop-data"],
    expect: { ...DEGRADED, findings: [warning("tcp-mute", { paths: TCP })] },
  },
  {
    name: "libreswan, 40 ms away: an injector resets what begins with IKETCP",
    profile: ["rst-inject"],
    profileOptions: { rtt: 40 },
    expect: {
      ...DEGRADED,
      findings: [finding("reset-injected", { least: "likely", paths: TCP })],
      may: [...HABITS, warning("prefix-reset", { paths: TCP })],
    },
  },
  {
    name: "libreswan: everything is dropped",
    profile: ["loss", 100],
    expect: { verdict: ["blocked"], recommended: null, findings: [problem("address-dead")] },
  },
];

const PROXIED: NamespaceRow[] = [
  {
    name: "libreswan behind a proxy that swallows",
    profile: ["proxy", "swallow"],
    expect: { ...DEGRADED, findings: [warning("tcp-mute", { paths: TCP })] },
  },
  {
    name: "libreswan, 60 ms away, behind a near proxy that swallows",
    profile: ["proxy", "swallow"],
    profileOptions: { rtt: 60 },
    expect: {
      ...DEGRADED,
      findings: [warning("tcp-mute", { paths: TCP }), warning("transparent-proxy", { most: "likely", paths: TCP })],
    },
  },
  {
    name: "libreswan behind a proxy that answers HTTP 400",
    profile: ["proxy", "http400"],
    expect: { ...DEGRADED, findings: [warning("foreign-protocol", { paths: TCP, says: /HTTP.*400/ })] },
  },
  {
    name: "libreswan behind a wrong service with an SSH banner",
    profile: ["proxy", "banner"],
    expect: { ...DEGRADED, findings: [warning("foreign-protocol", { paths: TCP, says: /SSH/ })] },
  },
  {
    name: "libreswan behind a proxy that closes",
    profile: ["proxy", "close"],
    expect: { ...DEGRADED, findings: [warning("tcp-hangup", { paths: TCP })] },
  },
  {
    name: "libreswan behind a proxy that relays",
    profile: ["proxy", "relay"],
    expect: {
      ...READY,
      findings: [notice("transparent-proxy", { most: "likely", paths: TCP })],
      paths: ALL_ACCEPTED,
    },
  },
  {
    name: "libreswan behind a proxy that changes our stream prefix",
    profile: ["proxy", "corrupt", "up", 2],
    expect: {
      ...DEGRADED,
      findings: [warning(["tcp-hangup", "stream-modified"], { paths: TCP })],
      may: [...HABITS, PROXY],
    },
  },
  {
    name: "libreswan behind a proxy that changes our SPI",
    profile: ["proxy", "corrupt", "up", 13],
    expect: {
      ...DEGRADED,
      findings: [warning("stream-modified", { least: "likely", paths: TCP })],
      may: [...HABITS, PROXY],
    },
  },
  {
    name: "libreswan behind a proxy that changes the SPI of answers",
    profile: ["proxy", "corrupt", "down", 8],
    expect: {
      ...DEGRADED,
      findings: [warning("stream-modified", { least: "likely", paths: TCP })],
      may: [...HABITS, PROXY],
    },
  },
  {
    name: "libreswan behind a proxy that changes the Length of answers",
    profile: ["proxy", "corrupt", "down", 1],
    expect: { ...DEGRADED, findings: [warning("stream-modified", { paths: TCP })], may: [...HABITS, PROXY] },
  },
  {
    name: "libreswan inside TLS on 443, with a certificate that nobody would trust",
    options: ["--paths", "udp-500,udp-4500,tls-443", "--server-name", "vpn.testbed.example"],
    profile: ["proxy", "tls"],
    profileOptions: { port: 443 },
    expect: {
      ...DEGRADED,
      findings: [warning("tls-certificate", { paths: ["tls-443"] })],
      // The gateway is reached at another port than the one that was asked for.
      may: [...HABITS, notice("transparent-proxy"), notice("nat-gateway", { paths: ["tls-443"] })],
      paths: { "tls-443": "accepted" },
    },
  },
  {
    name: "libreswan behind somebody who ends TLS on 4500",
    profile: ["proxy", "tls"],
    expect: {
      ...DEGRADED,
      findings: [warning(["foreign-protocol", "tcp-hangup"], { paths: TCP, says: /TLS/ })],
    },
  },
  {
    name: "a captive portal before libreswan",
    profile: ["proxy", "http400"],
    forward: "meta l4proto udp drop;",
    pre: 'iifname "near" meta l4proto tcp redirect to :4599;',
    expect: {
      verdict: ["blocked"],
      recommended: null,
      findings: [problem("foreign-protocol", { paths: TCP }), problem("transparent-proxy", { least: "likely" })],
      may: [problem("udp-blocked", { most: "possible" }), notice("foreign-protocol")],
    },
  },
];

const GATEWAYS: NamespaceRow[] = [
  {
    name: "libreswan on a kernel without espintcp",
    gateways: [["libreswan", { noEspintcp: true }]],
    expect: { ...DEGRADED, findings: [warning("tcp-hangup", { paths: TCP, says: /espintcp/i })] },
  },
  {
    name: "libreswan accepts no proposal",
    gateways: [["libreswan", { ike: "3des-sha1;dh14" }]],
    expect: { verdict: ["rejected"], recommended: null, findings: [problem("no-proposal")], may: HABITS },
  },
  {
    name: "libreswan wants a group that is not offered",
    options: ["--groups", "ECP256"],
    gateways: [["libreswan", { ike: "aes_gcm256-sha2_512;dh14" }]],
    expect: {
      verdict: ["rejected"],
      recommended: null,
      findings: [problem(["no-proposal", "ke-mismatch"])],
      may: HABITS,
    },
  },
  {
    name: "libreswan redirects to nobody",
    gateways: [["libreswan", { listen: GATEWAY4, redirect: NOBODY4 }]],
    expect: {
      verdict: ["rejected"],
      recommended: null,
      findings: [problem("redirected")],
      may: [...HABITS, problem("address-dead"), problem("udp-prohibited"), problem("tcp-prohibited")],
    },
  },
  {
    name: "two libreswans that redirect to each other",
    gateways: [
      ["libreswan", { listen: GATEWAY4, redirect: GATEWAY4B }],
      ["libreswan", { name: "b", listen: GATEWAY4B, redirect: GATEWAY4 }],
    ],
    expect: {
      verdict: ["rejected"],
      recommended: null,
      findings: [problem("redirected")],
      may: [...HABITS, problem("negotiation-loop")],
    },
  },
  {
    name: "no IKE on the host",
    gateways: [],
    expect: {
      verdict: ["blocked"],
      recommended: null,
      findings: [problem("udp-refused", { paths: UDP }), problem("tcp-refused", { paths: TCP })],
    },
  },
  {
    name: "an address that nobody has",
    gateways: [],
    target: NOBODY4,
    // The last router looks for the host for three seconds before it says so: that may be just too late.
    expect: {
      verdict: ["blocked"],
      recommended: null,
      findings: [problem(["address-dead", "udp-prohibited", "tcp-prohibited"])],
      may: [problem(["address-dead", "udp-prohibited", "tcp-prohibited"])],
    },
  },
  {
    name: "libreswan: IPv6 is dropped",
    target: "vpn.example",
    hosts: { "vpn.example": [GATEWAY4, GATEWAY6] },
    forward: "meta nfproto ipv6 drop;",
    expect: { ...DEGRADED, recommended: `udp-500@${GATEWAY4}`, findings: [warning("family-broken", { says: /IPv6/ })] },
  },
  {
    name: "libreswan: IPv4 is dropped",
    target: "vpn.example",
    hosts: { "vpn.example": [GATEWAY4, GATEWAY6] },
    forward: "meta nfproto ipv4 drop;",
    expect: { ...DEGRADED, recommended: `udp-500@${GATEWAY6}`, findings: [warning("family-broken", { says: /IPv4/ })] },
  },
  {
    name: "libreswan: IPv6 is rejected by the router",
    target: "vpn.example",
    hosts: { "vpn.example": [GATEWAY4, GATEWAY6] },
    forward: "meta nfproto ipv6 reject with icmpv6 type no-route;",
    expect: {
      ...DEGRADED,
      recommended: `udp-500@${GATEWAY4}`,
      findings: [warning("family-broken", { says: /IPv6/ })],
      may: [...HABITS, finding("udp-prohibited", { hop: ROUTER6 }), finding("tcp-prohibited", { hop: ROUTER6 })],
    },
  },
  {
    name: "libreswan: one of two addresses is dropped",
    target: "vpn.example",
    gateways: [["libreswan", { listen: GATEWAY4 }]],
    hosts: { "vpn.example": [GATEWAY4B, GATEWAY4] },
    forward: `ip daddr ${GATEWAY4B} drop;`,
    expect: {
      ...DEGRADED,
      recommended: `udp-500@${GATEWAY4}`,
      findings: [warning("address-dead", { says: new RegExp(GATEWAY4B.replaceAll(".", "\\.")) })],
    },
  },
  {
    name: "two libreswans behind one name, of which one accepts no proposal",
    target: "vpn.example",
    gateways: [
      ["libreswan", { listen: GATEWAY4 }],
      ["libreswan", { name: "b", listen: GATEWAY4B, ike: "3des-sha1;dh14" }],
    ],
    hosts: { "vpn.example": [GATEWAY4, GATEWAY4B] },
    expect: {
      ...DEGRADED,
      recommended: `udp-500@${GATEWAY4}`,
      findings: [warning("gateways-differ")],
      may: [
        ...HABITS,
        finding("no-proposal", { paths: [`udp-500@${GATEWAY4B}`, `udp-4500@${GATEWAY4B}`, `tcp-4500@${GATEWAY4B}`] }),
      ],
    },
  },
];

/** See the file's head. */
export const LIBRESWAN = [...HEALTHY, ...FILTERED, ...PROXIED, ...GATEWAYS].map(behind);
