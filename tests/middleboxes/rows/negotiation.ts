/** The network is well: what gateways ask for, and how that ends. */
import { notice, problem, warning } from "../row.ts";
import { GATEWAY, OTHER, simulated, type SimulatedRow } from "../simulated.ts";

const REJECTED = { verdict: ["rejected"], recommended: null } as const;
const DEGRADED = { verdict: ["degraded"], recommended: "udp-500" } as const;
const ALL = ["udp-500", "udp-4500", "tcp-4500"];

/** The gateway at the usual address with these faults, and a healthy one at the other. */
function two(faults: readonly string[], others: readonly string[] = []) {
  return {
    hosts: [{ addresses: [GATEWAY], gateway: { faults } }, { addresses: [OTHER], gateway: { faults: others } }],
  };
}

const rows: SimulatedRow[] = [
  {
    name: "no proposal is accepted",
    world: { policy: { suites: [] } },
    expect: {
      ...REJECTED,
      findings: [problem("no-proposal", { least: "certain", paths: ALL })],
      paths: { udp: "rejected" },
    },
  },
  {
    name: "no proposal is accepted over UDP, and one over TCP",
    world: { faults: ["udp:error:NO_PROPOSAL_CHOSEN"] },
    expect: {
      verdict: ["fallback"],
      recommended: "tcp-4500",
      findings: [problem("no-proposal", { paths: ["udp-500", "udp-4500"] })],
    },
  },
  {
    name: "INVALID_SYNTAX to everything",
    world: { faults: ["error:INVALID_SYNTAX"] },
    expect: { ...REJECTED, may: [problem(["no-proposal", "malformed-response"])] },
  },
  {
    name: "a group that nobody offers is wanted",
    world: { faults: ["group:1024"] },
    expect: { ...REJECTED, findings: [problem("ke-mismatch", { paths: ALL })] },
  },
  {
    name: "a group that was not offered is wanted",
    options: ["--groups", "X25519"],
    world: { policy: { groups: [14] } },
    // A gateway that finds none of its groups in the offer says NO_PROPOSAL_CHOSEN; one that still names its own, the other.
    expect: { ...REJECTED, findings: [problem(["ke-mismatch", "no-proposal"], { paths: ALL })] },
  },
  {
    name: "groups are asked for without end",
    world: { faults: ["group-loop"] },
    expect: { ...REJECTED, findings: [problem("negotiation-loop", { paths: ALL })], may: [notice("ke-mismatch")] },
  },
  {
    name: "cookies are asked for without end",
    world: { faults: ["cookie-loop"] },
    expect: { ...REJECTED, findings: [problem("negotiation-loop", { paths: ALL })], may: [notice("cookie-demanded")] },
  },
  {
    name: "a puzzle that nobody can solve",
    world: { faults: ["puzzle:40"] },
    expect: { ...REJECTED, findings: [problem("puzzle-demanded", { paths: ALL })], may: [notice("cookie-demanded")] },
  },
  {
    name: "a redirect to a healthy gateway",
    world: two([`redirect:${OTHER}`]),
    expect: {
      verdict: ["ready"],
      recommended: `udp-500@${OTHER}`,
      findings: [notice("redirected", { says: new RegExp(OTHER) })],
    },
  },
  {
    name: "a redirect by name to a healthy gateway",
    world: { ...two(["redirect:other.example"]), names: { "other.example": [OTHER] } },
    expect: { verdict: ["ready"], findings: [notice("redirected", { says: /other\.example/ })] },
  },
  {
    name: "a redirect to a name that does not resolve",
    world: { faults: ["redirect:nowhere.example"] },
    expect: { ...REJECTED, findings: [problem("redirected", { says: /nowhere\.example/ })] },
  },
  {
    name: "a redirect to nobody",
    world: { faults: ["redirect:203.0.113.9"] },
    expect: {
      ...REJECTED,
      findings: [problem("redirected")],
      may: [
        problem("address-dead", { paths: ["udp-500@203.0.113.9", "udp-4500@203.0.113.9", "tcp-4500@203.0.113.9"] }),
      ],
    },
  },
  {
    name: "a redirect to a gateway that accepts no proposal",
    world: two([`redirect:${OTHER}`], ["error:NO_PROPOSAL_CHOSEN"]),
    expect: { ...REJECTED, findings: [problem("redirected"), problem("no-proposal")] },
  },
  {
    name: "two gateways that redirect to each other",
    world: two([`redirect:${OTHER}`], [`redirect:${GATEWAY}`]),
    expect: { ...REJECTED, findings: [problem("redirected")], may: [problem("negotiation-loop")] },
  },
  {
    name: "a gateway that redirects to itself",
    world: { faults: [`redirect:${GATEWAY}`] },
    expect: { ...REJECTED, findings: [problem("redirected")], may: [problem("negotiation-loop")] },
  },
  {
    name: "IKEv1 alone is spoken",
    world: { faults: ["ikev1"] },
    expect: { ...REJECTED, findings: [problem("ikev1-only", { paths: ALL })] },
  },
  {
    name: "IKEv1 alone is spoken over TCP",
    world: { faults: ["tcp:ikev1"] },
    // A whole message of another version is no damaged one.
    expect: { ...DEGRADED, findings: [warning("ikev1-only", { paths: ["tcp-4500"] })] },
  },
  {
    name: "major version 3 alone is spoken over TCP",
    world: { faults: ["tcp:version:3"] },
    expect: { ...DEGRADED, findings: [warning("version-mismatch", { paths: ["tcp-4500"] })] },
  },
  {
    name: "major version 3 alone is spoken",
    world: { faults: ["version:3"] },
    expect: { ...REJECTED, findings: [problem("version-mismatch", { paths: ALL })] },
  },
  {
    name: "NO_PROPOSAL_CHOSEN, from a gateway that closes behind it",
    world: { policy: { suites: [] }, faults: ["tcp:prefix-whole", "tcp:hang-up"] },
    expect: { ...REJECTED, findings: [problem("no-proposal", { paths: ALL })] },
  },
  {
    name: "the name does not resolve",
    world: { target: "nowhere.example" },
    expect: { verdict: ["unknown"], recommended: null },
  },
];

/** See the file's head. */
export const NEGOTIATION = rows.map(simulated);
