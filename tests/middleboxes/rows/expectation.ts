/** Runs that are held against an expectation. */
import { DEFAULT_POLICY } from "../../../lib/exchange/responder_policy.ts";
import { dropOnPrefix } from "../../sim/mod.ts";
import { notice, problem, type Row, warning } from "../row.ts";
import { simulated, type SimulatedRow } from "../simulated.ts";

const EXPECT = ["--expect", "tests/middleboxes/good.json"];

const rows: SimulatedRow[] = [
  {
    name: "a healthy gateway, as expected",
    options: EXPECT,
    world: {},
    expect: { verdict: ["ready"], exit: 0, recommended: "udp-500" },
  },
  {
    name: "streams that begin with IKETCP are dropped, and TCP is expected",
    options: EXPECT,
    world: { middleboxes: () => [dropOnPrefix()] },
    expect: {
      verdict: ["degraded"],
      exit: 2,
      findings: [
        problem("expectation-unmet", { paths: ["tcp-4500"] }),
        warning("prefix-dropped", { paths: ["tcp-4500"] }),
      ],
      may: [notice("prefix-evaded")],
      recommended: "udp-500",
    },
  },
  {
    name: "the gateway chooses a weaker group than expected, and nothing else is wrong",
    options: EXPECT,
    world: { policy: { groups: [14], suites: DEFAULT_POLICY.suites } },
    expect: {
      verdict: ["degraded"],
      exit: 2,
      findings: [
        problem("expectation-unmet", { says: /X25519 or stronger/ }),
        notice("ke-mismatch"),
      ],
      recommended: "udp-500",
    },
  },
];

/** Made so that they can be run. */
export const EXPECTATION: readonly Row[] = rows.map(simulated);
