/** libreswan itself, its hosts and its names: what is refused, dead or different. */
import { behind, type NamespaceRow } from "../namespaces.ts";
import { finding, problem, warning } from "../row.ts";
import { GATEWAY4, GATEWAY4B, GATEWAY6, NOBODY4, ROUTER6 } from "../../testbed/mod.ts";
import { DEGRADED, HABITS, TCP, UDP } from "./libreswan.ts";

const rows: NamespaceRow[] = [
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
export const LIBRESWAN_CONFIGURED = rows.map(behind);
