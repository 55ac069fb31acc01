import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { diagnose } from "../../lib/diagnose/mod.ts";
import type { Facts, Verdict } from "../../lib/model/mod.ts";
import { GATEWAY, GATEWAY6, udpWorks, World } from "./facts.ts";

function verdictOf(world: World, more: Parameters<World["facts"]>[0] = {}): Verdict {
  return diagnose(world.facts(more)).verdict;
}

interface Row {
  readonly name: string;
  readonly world: () => World;
  readonly facts?: Partial<Facts>;
  readonly verdict: Verdict["code"];
  readonly exit: number;
  readonly recommended: string | null;
}

const REQUIRED = { expected: true, required: true } as const;
const NAT = { nat: { client: "translated", gateway: "none" } } as const;

/** An earlier run, and what was accepted then. */
function earlier(...specs: string[]): Facts["earlier"] {
  return { started: "2026-01-01T00:00:00Z", accepted: specs.map((spec) => `${spec}@${GATEWAY}`) };
}

const ROWS: readonly Row[] = [
  {
    name: "UDP accepts: ready",
    world: () => udpWorks().answered("tcp-4500"),
    verdict: "ready",
    exit: 0,
    recommended: `udp-500@${GATEWAY}`,
  },
  {
    name: "a notice never changes the exit code",
    world: () => udpWorks().syn("tcp-4500", "refused"),
    verdict: "ready",
    exit: 0,
    recommended: `udp-500@${GATEWAY}`,
  },
  {
    name: "UDP accepts, TCP is filtered: degraded",
    world: () => udpWorks().syn("tcp-4500", "silent"),
    verdict: "degraded",
    exit: 1,
    recommended: `udp-500@${GATEWAY}`,
  },
  {
    name: "TCP alone accepts: fallback, whatever is wrong with UDP",
    world: () => new World().silentUdp("udp-500").silentUdp("udp-4500").answered("tcp-4500"),
    verdict: "fallback",
    exit: 1,
    recommended: `tcp-4500@${GATEWAY}`,
  },
  {
    name: "a candidate on 443 accepts alone: fallback",
    world: () => new World().silentUdp("udp-500").silentUdp("udp-4500").syn("tcp-4500", "refused").answered("tls-443"),
    verdict: "fallback",
    exit: 1,
    recommended: `tls-443@${GATEWAY}`,
  },
  {
    name: "only TCP was asked for, and accepts: fallback by the table",
    world: () => new World().answered("tcp-4500"),
    verdict: "fallback",
    exit: 1,
    recommended: `tcp-4500@${GATEWAY}`,
  },
  {
    name: "answered and refused: rejected",
    world: () => new World().answered("udp-500", { outcome: "rejected", error: "NO_PROPOSAL_CHOSEN" }),
    verdict: "rejected",
    exit: 2,
    recommended: null,
  },
  {
    name: "nothing answers: blocked",
    world: () => new World().silentUdp("udp-500").silentUdp("udp-4500").syn("tcp-4500", "silent"),
    verdict: "blocked",
    exit: 2,
    recommended: null,
  },
  {
    name: "a required path that is not accepted: exit 2",
    world: () => udpWorks().syn("tcp-4500", "refused", { path: REQUIRED }),
    verdict: "degraded",
    exit: 2,
    recommended: `udp-500@${GATEWAY}`,
  },
  {
    name: "a required candidate that is accepted: exit 0",
    world: () => udpWorks().answered("tcp-443", { path: REQUIRED }),
    verdict: "ready",
    exit: 0,
    recommended: `udp-500@${GATEWAY}`,
  },
  {
    name: "required and alive counts as met where another stream of the address was accepted",
    world: () =>
      udpWorks().answered("tcp-4500", { path: REQUIRED }).answered("tls-443", { path: REQUIRED, outcome: "alive" }),
    verdict: "ready",
    exit: 0,
    recommended: `udp-500@${GATEWAY}`,
  },
  {
    name: "required, alive, and nothing of the address was accepted",
    world: () => new World().answered("tls-443", { path: REQUIRED, outcome: "alive" }).silentUdp("udp-500"),
    verdict: "rejected",
    exit: 2,
    recommended: null,
  },
  {
    name: "required, not possible on this machine, accepted at another address: met",
    world: () =>
      new World().answered("udp-4500", { path: REQUIRED }).answered("udp-500")
        .with("udp-4500", { state: "failed", ...REQUIRED }, GATEWAY6),
    verdict: "ready",
    exit: 0,
    recommended: `udp-500@${GATEWAY}`,
  },
  {
    name: "the budget alone kept the gateway from accepting: unknown",
    world: () => new World().silentUdp("udp-500").answered("udp-4500", { outcome: "alive" }),
    facts: { budget: { limit: 1, spent: [{ address: GATEWAY, half_open: 1, over_tcp: 0 }] } },
    verdict: "unknown",
    exit: 3,
    recommended: null,
  },
  {
    name: "an earlier run of the watch was accepted, and all that is asked now is answered: ready",
    world: () => new World().answered("udp-500", { outcome: "alive" }).answered("udp-4500", { outcome: "alive" }),
    facts: { earlier: earlier("udp-500", "udp-4500") },
    verdict: "ready",
    exit: 0,
    recommended: `udp-500@${GATEWAY}`,
  },
  {
    name: "what an earlier run found accepted and is silent now does not work, whatever it was",
    world: () => new World().silentUdp("udp-500").answered("udp-4500", { outcome: "alive" }),
    facts: { earlier: earlier("udp-500", "udp-4500") },
    verdict: "degraded",
    exit: 1,
    recommended: `udp-4500@${GATEWAY}`,
  },
  {
    name: "what answers now and was not accepted earlier proves no acceptance",
    world: () => new World().silentUdp("udp-500").answered("udp-4500", { outcome: "alive" }),
    facts: { earlier: earlier("udp-500") },
    verdict: "rejected",
    exit: 2,
    recommended: null,
  },
  {
    name: "a name that does not resolve: unknown",
    world: () => new World(),
    facts: { target: { input: "nowhere", host: "nowhere", addresses: [], error: "no such name" } },
    verdict: "unknown",
    exit: 3,
    recommended: null,
  },
  {
    name: "an error of use: unknown",
    world: () => new World(),
    facts: { error: "Cannot read path" },
    verdict: "unknown",
    exit: 3,
    recommended: null,
  },
  {
    name: "no path got as far as the network: unknown, required or not",
    world: () => new World().with("udp-500", { state: "failed", reason: "no route", ...REQUIRED }),
    verdict: "unknown",
    exit: 3,
    recommended: null,
  },
  {
    name: "interrupted with paths cut off: unknown",
    world: () => udpWorks().with("tcp-4500", { state: "skipped", reason: "interrupted" }),
    facts: { interrupted: true },
    verdict: "unknown",
    exit: 3,
    recommended: `udp-500@${GATEWAY}`,
  },
  {
    name: "interrupted when all paths had ended: the verdict stands",
    world: () => udpWorks().syn("tcp-4500", "silent"),
    facts: { interrupted: true },
    verdict: "degraded",
    exit: 1,
    recommended: `udp-500@${GATEWAY}`,
  },
  {
    name: "interrupted before the one that may ask for acceptance had its turn: unknown, and nothing is rejected",
    world: () =>
      new World().silentUdp("udp-500").stood("tcp-4500", "silent").answered("tls-443", { outcome: "alive" })
        .with("tcp-443", { state: "skipped", expected: false }),
    facts: { interrupted: true },
    verdict: "unknown",
    exit: 3,
    recommended: null,
  },
  {
    name: "interrupted with just a candidate cut off: the verdict stands",
    world: () => udpWorks().answered("tcp-4500").with("tls-443", { state: "skipped", expected: false }),
    facts: { interrupted: true },
    verdict: "ready",
    exit: 0,
    recommended: `udp-500@${GATEWAY}`,
  },
  {
    name: "a NAT: the client floats to UDP 4500 (RFC 7296 §2.23)",
    world: () => udpWorks(NAT).answered("tcp-4500"),
    verdict: "ready",
    exit: 0,
    recommended: `udp-4500@${GATEWAY}`,
  },
  {
    name: "a NAT and a blocked UDP 4500: TCP is the path",
    world: () => new World().answered("udp-500", NAT).silentUdp("udp-4500").answered("tcp-4500"),
    verdict: "degraded",
    exit: 1,
    recommended: `tcp-4500@${GATEWAY}`,
  },
  {
    name: "a NAT, a blocked UDP 4500 and no TCP: nothing is usable",
    world: () => new World().answered("udp-500", NAT).silentUdp("udp-4500").syn("tcp-4500", "silent"),
    verdict: "degraded",
    exit: 1,
    recommended: null,
  },
  {
    name: "no NAT and a blocked UDP 4500: UDP 500 is usable",
    world: () => new World().answered("udp-500").silentUdp("udp-4500").answered("tcp-4500"),
    verdict: "degraded",
    exit: 1,
    recommended: `udp-500@${GATEWAY}`,
  },
  {
    name: "a redirect that was followed and accepted: ready, on the new gateway",
    world: () =>
      new World()
        .answered("udp-500", { outcome: "redirected", redirects: ["192.0.2.8"], followed: "udp-500@192.0.2.8" })
        .answered("udp-500", { path: { redirected_from: `udp-500@${GATEWAY}` } }, "192.0.2.8"),
    verdict: "ready",
    exit: 0,
    recommended: "udp-500@192.0.2.8",
  },
  {
    name: "a redirect to nobody: rejected",
    world: () =>
      new World()
        .answered("udp-500", { outcome: "redirected", redirects: ["192.0.2.8"], followed: "udp-500@192.0.2.8" })
        .silentUdp("udp-500", { redirected_from: `udp-500@${GATEWAY}` }, "192.0.2.8"),
    verdict: "rejected",
    exit: 2,
    recommended: null,
  },
];

for (const { name, world, facts, verdict, exit, recommended } of ROWS) {
  Deno.test(`verdict: ${name}`, () => {
    const concluded = verdictOf(world(), facts);
    assertEquals(
      { code: concluded.code, exit: concluded.exit, recommended: concluded.recommended },
      { code: verdict, exit: exit as Verdict["exit"], recommended },
      concluded.summary,
    );
    assert(concluded.summary.length > 10);
  });
}

Deno.test("verdict: the summary names unmet requirements and the worst findings", () => {
  const world = udpWorks().syn("tcp-4500", "silent", { path: REQUIRED });
  assertMatch(verdictOf(world).summary, /tcp-filtered on TCP 4500.*required and not accepted: TCP 4500/);
});

Deno.test("verdict: text from the network is escaped", () => {
  const world = new World().answered("udp-500", { outcome: "rejected", error: "\x1b[31mred\u202e" });
  const { summary, client } = verdictOf(world);
  for (const text of [summary, client ?? ""]) assertStringIncludes(text, "\\x1b[31mred\\u{202e}");
});

Deno.test("client: tells how long RFC 9329 §6.1 makes a client wait before TCP", () => {
  const world = new World().silentUdp("udp-500").silentUdp("udp-4500").answered("tcp-4500", { ms: 84, rtt: 40 });
  assertMatch(verdictOf(world).client ?? "", /TCP 4500 after 1\.5 s at the earliest.*new IKE_SA_INIT.*another 124 ms/);
});

Deno.test("client: tells the trap of a NAT with a blocked UDP 4500", () => {
  const world = new World().answered("udp-500", NAT).silentUdp("udp-4500");
  assertMatch(verdictOf(world).client ?? "", /finds the NAT, moves to UDP 4500.*no VPN/);
});
