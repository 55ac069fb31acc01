/** libreswan over UDP and TCP, and nothing is wrong between it and the client, or only looks so. */
import { behind, type NamespaceRow } from "../namespaces.ts";
import { finding, notice } from "../row.ts";
import { GATEWAY4, GATEWAY4B, GATEWAY6, ROUTER4, ROUTER6 } from "../../testbed/mod.ts";
import { BY_CHANCE } from "./chance.ts";
import { ALL_ACCEPTED, HABITS, READY, TCP } from "./libreswan.ts";

const rows: NamespaceRow[] = [
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

/** See the file's head. */
export const LIBRESWAN_HEALTHY = rows.map(behind);
