/** Names with several addresses. */
import { drop, prohibited, reject } from "../../sim/mod.ts";
import { called } from "../boxes.ts";
import { finding, notice, problem, warning } from "../row.ts";
import {
  GATEWAY,
  GATEWAY6,
  type HostSetup,
  OTHER,
  ROUTER,
  simulated,
  type SimulatedRow,
  type World,
} from "../simulated.ts";

const DEGRADED = { verdict: ["degraded"] } as const;

/** A name that leads to these hosts. */
function named(hosts: readonly HostSetup[], more: Partial<World> = {}): World {
  return {
    names: { "vpn.example": hosts.flatMap(({ addresses }) => addresses) },
    target: "vpn.example",
    hosts,
    ...more,
  };
}

const DEAD: HostSetup = { addresses: [OTHER], options: { down: true }, gateway: null };

const rows: SimulatedRow[] = [
  {
    name: "one of two addresses is dead",
    world: named([{ addresses: [GATEWAY] }, DEAD]),
    expect: {
      ...DEGRADED,
      recommended: `udp-500@${GATEWAY}`,
      findings: [warning("address-dead", { paths: [`udp-500@${OTHER}`, `udp-4500@${OTHER}`, `tcp-4500@${OTHER}`] })],
    },
  },
  {
    name: "the first of two addresses is dead",
    world: named([DEAD, { addresses: [GATEWAY] }]),
    expect: {
      ...DEGRADED,
      recommended: `udp-500@${GATEWAY}`,
      findings: [warning("address-dead", { says: new RegExp(OTHER) })],
    },
  },
  {
    name: "both addresses are dead",
    world: named([DEAD, { ...DEAD, addresses: ["203.0.113.4"] }]),
    expect: { verdict: ["blocked"], recommended: null, findings: [problem("address-dead")] },
  },
  {
    name: "IPv6 is dropped, IPv4 works",
    world: named([{ addresses: [GATEWAY, GATEWAY6] }], {
      middleboxes: () => [called(
        "drops IPv6",
        drop({ test: ({ to, from }) => to.address.includes(":") && from.address.includes(":") }),
      )],
    }),
    expect: { ...DEGRADED, recommended: `udp-500@${GATEWAY}`, findings: [warning("family-broken", { says: /IPv6/ })] },
  },
  {
    name: "IPv6 is forbidden by a router, IPv4 works",
    world: named([{ addresses: [GATEWAY, GATEWAY6] }], {
      middleboxes: () => [
        called("rejects IPv6", reject({ test: ({ to }) => to.address.includes(":") }, "fd77::1", prohibited)),
      ],
    }),
    expect: {
      ...DEGRADED,
      recommended: `udp-500@${GATEWAY}`,
      findings: [warning("family-broken", { says: /IPv6/ })],
      may: [finding("udp-prohibited", { hop: "fd77::1" }), finding("tcp-prohibited", { hop: "fd77::1" })],
    },
  },
  {
    name: "IPv4 is dropped, IPv6 works",
    world: named([{ addresses: [GATEWAY, GATEWAY6] }], {
      middleboxes: () => [called("drops IPv4", drop({ test: ({ to }) => !to.address.includes(":") }))],
    }),
    expect: { ...DEGRADED, recommended: `udp-500@${GATEWAY6}`, findings: [warning("family-broken", { says: /IPv4/ })] },
  },
  {
    name: "one gateway accepts, the other accepts no proposal",
    world: named([{ addresses: [GATEWAY] }, { addresses: [OTHER], gateway: { faults: ["error:NO_PROPOSAL_CHOSEN"] } }]),
    expect: {
      ...DEGRADED,
      recommended: `udp-500@${GATEWAY}`,
      findings: [warning("gateways-differ", { least: "likely" })],
      may: [finding("no-proposal", { paths: [`udp-500@${OTHER}`, `udp-4500@${OTHER}`, `tcp-4500@${OTHER}`] })],
    },
  },
  {
    name: "one gateway prefers other algorithms than the other",
    world: named([{ addresses: [GATEWAY] }, { addresses: [OTHER], gateway: { faults: ["vendor-id:Other-1.0"] } }]),
    expect: { verdict: ["ready"], findings: [notice("gateways-differ")] },
  },
  {
    name: "one gateway has no TCP",
    world: named([{ addresses: [GATEWAY] }, { addresses: [OTHER], gateway: { faults: ["tcp:refuse"] } }]),
    expect: {
      verdict: ["ready"],
      findings: [notice(["tcp-not-offered", "tcp-refused"], { paths: [`tcp-4500@${OTHER}`] })],
      may: [notice("gateways-differ")],
    },
  },
  {
    name: "UDP to one of two addresses is forbidden",
    world: named([{ addresses: [GATEWAY] }, { addresses: [OTHER] }], {
      middleboxes: () => [called("rejects UDP to one address", reject({ protocol: "udp", address: OTHER }))],
    }),
    expect: {
      ...DEGRADED,
      recommended: `udp-500@${GATEWAY}`,
      findings: [finding("udp-prohibited", { hop: ROUTER, paths: [`udp-500@${OTHER}`, `udp-4500@${OTHER}`] })],
    },
  },
  {
    name: "IKE runs on one of two addresses",
    world: named([{ addresses: [GATEWAY] }, { addresses: [OTHER], gateway: null }]),
    expect: {
      ...DEGRADED,
      recommended: `udp-500@${GATEWAY}`,
      findings: [finding("udp-refused", { paths: [`udp-500@${OTHER}`, `udp-4500@${OTHER}`] })],
      may: [finding("tcp-refused", { paths: [`tcp-4500@${OTHER}`] })],
    },
  },
];

/** See the file's head. */
export const ADDRESSES = rows.map(simulated);
