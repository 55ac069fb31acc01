/** strongSwan and OpenIKED, which have no TCP: healthy, and with limits of their own. */
import { GATEWAY4, type Testbed } from "../../testbed/mod.ts";
import { behind, type Daemon, type NamespaceRow } from "../namespaces.ts";
import { notice, problem } from "../row.ts";
import { BY_CHANCE } from "./chance.ts";

const NO_TCP = notice("tcp-not-offered", { paths: ["tcp-4500"] });
const READY = { verdict: ["ready"], recommended: "udp-500", findings: [NO_TCP] } as const;

/** More half-open SAs than strongSwan grants an address, made with the reference client. */
async function fillUp(bed: Testbed): Promise<void> {
  for (let i = 0; i < 6; i++) await bed.ping("udp500", GATEWAY4);
}

function healthy(daemon: Daemon): NamespaceRow[] {
  const [name] = daemon;
  const gateways = [daemon];
  return [
    { name, gateways, expect: READY },
    ...[5, 50, 300].map((rtt): NamespaceRow => ({
      name: `${name}, ${rtt} ms away`,
      gateways,
      profileOptions: { rtt },
      expect: READY,
    })),
    {
      name: `${name} and a client behind a NAT`,
      gateways,
      profile: ["nat"],
      expect: { ...READY, recommended: "udp-4500", findings: [NO_TCP, notice("nat-client")] },
    },
    {
      name: `${name} behind 10 % loss`,
      gateways,
      profile: ["loss", 10],
      expect: { verdict: ["ready", "degraded"], may: [NO_TCP, ...BY_CHANCE] },
    },
  ];
}

const rows: NamespaceRow[] = [
  ...healthy(["strongswan"]),
  ...healthy(["openiked"]),
  {
    name: "strongswan, UDP is dropped",
    gateways: [["strongswan"]],
    profile: ["drop-udp"],
    expect: {
      verdict: ["blocked"],
      recommended: null,
      // RST of its TCP ports shows the host alive, not the gateway.
      findings: [problem("udp-blocked", { most: "possible" }), problem("tcp-refused", { paths: ["tcp-4500"] })],
    },
  },
  {
    name: "strongswan demands cookies",
    gateways: [["strongswan", { cookie: true }]],
    expect: { ...READY, findings: [NO_TCP, notice("cookie-demanded")] },
  },
  {
    name: "strongswan, with its own limits on half-open SAs",
    gateways: [["strongswan", { dosProtection: true }]],
    expect: READY,
  },
  {
    name: "strongswan ignores us, as it has too many half-open SAs of ours",
    gateways: [["strongswan", { dosProtection: true }]],
    before: fillUp,
    beforeWords: "after six half-open SAs",
    staysSilent: true,
    expect: {
      verdict: ["rejected", "blocked"],
      recommended: null,
      // It answers what leaves no state: it hears us, and nothing is blocked.
      findings: [problem("rate-limited")],
      may: [problem("tcp-refused"), NO_TCP, notice("cookie-demanded")],
    },
  },
  {
    name: "openiked accepts no proposal",
    gateways: [["openiked", { ikesa: "enc 3des prf hmac-sha1 auth hmac-sha1 group modp1024" }]],
    expect: { verdict: ["rejected"], recommended: null, findings: [problem("no-proposal")], may: [NO_TCP] },
  },
];

/** See the file's head. */
export const OTHERS = rows.map(behind);
