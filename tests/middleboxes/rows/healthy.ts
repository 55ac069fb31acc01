/** Nothing is wrong: whatever a healthy network does to packets, there is no finding above a notice that is not true. */
import { dnat, loss, nat } from "../../sim/mod.ts";
import { called } from "../boxes.ts";
import { finding, notice } from "../row.ts";
import { BY_CHANCE } from "./chance.ts";
import { GATEWAY, GATEWAY6, OTHER, simulated, type SimulatedRow, UDP_ONLY, WITH_TLS } from "../simulated.ts";

const READY = { verdict: ["ready"], recommended: "udp-500" } as const;
const ALL_ACCEPTED = { "udp-500": "accepted", "udp-4500": "accepted", "tcp-4500": "accepted" } as const;

/** libreswan's habits over TCP: it reads the prefix with one read(), and hangs up after what it does not accept. */
const LIBRESWAN = ["tcp:prefix-whole", "tcp:hang-up"];

const rows: SimulatedRow[] = [
  { name: "a healthy gateway", world: {}, expect: { ...READY, paths: ALL_ACCEPTED } },
  { name: "a healthy gateway, 5 ms away", world: { latency: 2.5 }, expect: { ...READY, paths: ALL_ACCEPTED } },
  { name: "a healthy gateway, 50 ms away", world: { latency: 25 }, expect: { ...READY, paths: ALL_ACCEPTED } },
  { name: "a healthy gateway, 300 ms away", world: { latency: 150 }, expect: { ...READY, paths: ALL_ACCEPTED } },
  { name: "a healthy gateway, 600 ms away (satellite)", world: { latency: 300 }, expect: READY },
  {
    name: "a healthy gateway with libreswan's habits over TCP",
    world: { faults: LIBRESWAN },
    expect: { ...READY, paths: ALL_ACCEPTED },
  },
  {
    name: "a healthy gateway with TLS on 443 as well",
    world: { listen: WITH_TLS },
    expect: { ...READY, paths: { ...ALL_ACCEPTED, "tls-443": "alive", "tcp-443": "foreign" } },
  },
  {
    name: "a healthy gateway without TCP",
    world: { listen: UDP_ONLY },
    expect: { ...READY, findings: [notice("tcp-not-offered", { paths: ["tcp-4500"] })] },
  },
  {
    name: "a healthy gateway behind a firewall that drops what it does not offer",
    world: { host: { stealth: true } },
    expect: { ...READY, paths: { ...ALL_ACCEPTED, "tcp-443": "silent", "tls-443": "silent" } },
  },
  {
    name: "a healthy gateway, through sockets that see no ICMP",
    world: { sight: { icmp: false, router: false, tcpInfo: false } },
    expect: { ...READY, paths: ALL_ACCEPTED },
  },
  {
    name: "a healthy gateway on both families",
    world: {
      names: { "vpn.example": [GATEWAY, GATEWAY6] },
      target: "vpn.example",
      hosts: [{ addresses: [GATEWAY, GATEWAY6] }],
    },
    expect: READY,
  },
  {
    name: "two healthy gateways behind one name",
    world: {
      names: { "vpn.example": [GATEWAY, OTHER] },
      target: "vpn.example",
      hosts: [{ addresses: [GATEWAY] }, { addresses: [OTHER] }],
    },
    expect: READY,
  },
  {
    name: "a NAT before the client that rewrites ports",
    world: { middleboxes: () => [nat("198.51.100.7")] },
    expect: {
      verdict: ["ready"],
      recommended: "udp-4500",
      findings: [notice("nat-client", { least: "likely", paths: ["udp-500", "udp-4500", "tcp-4500"] })],
      paths: ALL_ACCEPTED,
    },
  },
  {
    name: "a NAT before the client that keeps ports",
    world: { middleboxes: () => [called("NAT that keeps ports", nat("198.51.100.7", { keepPorts: true }))] },
    expect: { verdict: ["ready"], recommended: "udp-4500", findings: [notice("nat-client")] },
  },
  {
    name: "a NAT before the gateway",
    world: {
      target: "198.51.100.9",
      hosts: [{ addresses: [GATEWAY] }],
      middleboxes: () => [dnat("198.51.100.9", GATEWAY)],
    },
    expect: { verdict: ["ready"], recommended: "udp-4500", findings: [notice("nat-gateway")], paths: ALL_ACCEPTED },
  },
  {
    name: "a NAT before the gateway that rewrites ports",
    world: {
      target: "198.51.100.9",
      hosts: [{
        addresses: [GATEWAY],
        gateway: {
          listen: [
            { transport: "udp", port: 1500, encoding: "bare" },
            { transport: "udp", port: 5500, encoding: "marker" },
            { transport: "tcp", port: 5500 },
          ],
        },
      }],
      middleboxes: () => [
        called("DNAT to ports 1500 and 5500", dnat("198.51.100.9", GATEWAY, { 500: 1500, 4500: 5500 })),
      ],
    },
    expect: { verdict: ["ready"], recommended: "udp-4500", findings: [notice("nat-gateway")] },
  },
  {
    name: "a NAT on both sides",
    world: {
      target: "198.51.100.9",
      hosts: [{ addresses: [GATEWAY] }],
      middleboxes: () => [nat("198.51.100.7"), dnat("198.51.100.9", GATEWAY)],
    },
    expect: { verdict: ["ready"], findings: [notice("nat-client"), notice("nat-gateway")] },
  },
  {
    name: "a gateway that says nothing of NAT",
    world: { faults: ["no-nat-detection"] },
    expect: READY,
  },
  ...[1, 2, 3].map((seed): SimulatedRow => ({
    name: `10 % loss (seed ${seed})`,
    world: { seed, middleboxes: () => [called("10 % loss", loss(10))] },
    expect: { verdict: ["ready", "degraded"], may: BY_CHANCE },
  })),
  {
    name: "the first datagram of each path is lost",
    world: { faults: ["udp-500:drop-first", "udp-4500:drop-first"] },
    expect: { verdict: ["ready", "degraded"], findings: [finding("loss", { says: /2 of 4/ })] },
  },
  ...[1, 2, 3, 4, 5].map((seed): SimulatedRow => ({
    name: `25 % loss (seed ${seed})`,
    world: { seed, middleboxes: () => [called("25 % loss", loss(25))] },
    expect: {
      verdict: ["ready", "degraded", "fallback"],
      may: BY_CHANCE,
    },
  })),
  {
    name: "NAT-keepalives and ESP of others before each answer",
    world: { faults: ["udp-4500:keepalives:5", "udp-4500:esp:5", "tcp:keepalives:5", "tcp:esp:5"] },
    expect: READY,
  },
  { name: "answers cut into segments of one octet", world: { faults: ["tcp:split:1"] }, expect: READY },
  { name: "every answer comes twice", world: { faults: ["twice"] }, expect: READY },
  { name: "answers take 300 ms of the gateway's time", world: { faults: ["delay:300"] }, expect: READY },
  {
    name: "a gateway that ignores what leaves no state",
    world: { faults: ["drop-stateless"] },
    expect: { ...READY, paths: ALL_ACCEPTED },
  },
  {
    name: "a vendor ID with control characters",
    world: { faults: ["vendor-id"] },
    expect: READY,
  },
  {
    name: "a cookie is demanded",
    world: { policy: { cookieFrom: 0 } },
    expect: { ...READY, findings: [notice("cookie-demanded")], paths: ALL_ACCEPTED },
  },
  {
    name: "cookies only under load: the probe stays below",
    world: { policy: { cookieFrom: 3 } },
    expect: READY,
  },
  {
    name: "another group than the first offered is wanted",
    world: { policy: { groups: [14] } },
    expect: { ...READY, findings: [notice("ke-mismatch")], paths: ALL_ACCEPTED },
  },
  {
    name: "another group, and the connection is closed behind the demand, as by libreswan",
    world: { policy: { groups: [14] }, faults: LIBRESWAN },
    // Where UDP answers, it tells TCP which group is wanted, and nothing is closed.
    expect: { ...READY, findings: [notice("ke-mismatch")], paths: ALL_ACCEPTED },
  },
  {
    name: "another group, and the connection is closed behind the demand, on TCP alone",
    options: ["--paths", "tcp-4500"],
    world: { policy: { groups: [14] }, faults: LIBRESWAN },
    expect: {
      verdict: ["fallback"],
      findings: [notice("ke-mismatch"), notice("hangs-up-early", { paths: ["tcp-4500"] })],
    },
  },
  {
    name: "a cookie and another group in turn",
    world: { policy: { cookieFrom: 0, groups: [20] } },
    expect: { ...READY, findings: [notice("cookie-demanded"), notice("ke-mismatch")] },
  },
  {
    name: "a puzzle of 8 bits is demanded",
    world: { policy: { cookieFrom: 0, puzzleBits: 8 } },
    expect: { ...READY, findings: [notice("puzzle-demanded")], may: [notice("cookie-demanded")] },
  },
  {
    name: "a name with an IPv6 address, on a machine without IPv6",
    world: {
      client: ["10.77.0.2"],
      names: { "vpn.example": [GATEWAY, GATEWAY6] },
      target: "vpn.example",
      hosts: [{ addresses: [GATEWAY, GATEWAY6] }],
    },
    expect: { ...READY, may: [notice("family-broken")] },
  },
  {
    name: "the connection is closed behind the answer that accepts",
    world: { faults: ["tcp:close-after-answer"] },
    expect: { ...READY, may: [notice("hangs-up-early")] },
  },
];

/** See the file's head. */
export const HEALTHY = rows.map(simulated);
