/**
 * Any combination of causes: nobody is accused of what nobody does, and whatever hinders a path is told. Rows show that one
 * cause has its finding; here several are at work at the same time.
 */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { FindingCode } from "../../lib/model/mod.ts";
import {
  drop,
  dropOnPrefix,
  hostUnreachable,
  intercept,
  type Middlebox,
  nat,
  reject,
  reset,
  resetOnPrefix,
  type SimulatedNetwork,
} from "../sim/mod.ts";
import { converse, PROXY_PORT, proxyHost } from "./boxes.ts";
import { judge } from "./judge.ts";
import { notice } from "./row.ts";
import { PLAIN, ROUTER, simulated, UDP_ONLY, WITH_TLS, type World } from "./simulated.ts";

/** Something that a world may have: what it changes, what it may be told as, and whether it must be told. */
interface Cause {
  readonly name: string;
  readonly world?: Partial<World>;
  readonly box?: (network: SimulatedNetwork) => Middlebox;
  /** Findings that are true because of it. */
  readonly shows: readonly FindingCode[];
  /** The spec of a path that no longer works because of it. */
  readonly breaks?: readonly ("udp-500" | "udp-4500" | "tcp-4500")[];
}

const UDP_CODES = ["udp-blocked", "udp-500-blocked", "udp-4500-blocked"] as const;

/** At most one of each list. */
const CAUSES: readonly (readonly Cause[])[] = [
  [
    { name: "near", world: { latency: 1 }, shows: [] },
    { name: "far", world: { latency: 60 }, shows: [] },
  ],
  [{ name: "portable sockets", world: { sight: { icmp: false, router: false, tcpInfo: false } }, shows: [] }],
  [
    { name: "TLS as well", world: { listen: WITH_TLS }, shows: [] },
    {
      name: "no TCP",
      world: { listen: UDP_ONLY },
      shows: ["tcp-not-offered", "tcp-refused", "tcp-filtered"],
      breaks: ["tcp-4500"],
    },
  ],
  [{ name: "a host that refuses nothing, and drops", world: { host: { stealth: true } }, shows: [] }],
  [
    { name: "cookies", world: { policy: { cookieFrom: 0 } }, shows: ["cookie-demanded"] },
    { name: "another group", world: { policy: { groups: [14] } }, shows: ["ke-mismatch", "hangs-up-early"] },
  ],
  [
    { name: "libreswan's habits", world: { faults: ["tcp:prefix-whole", "tcp:hang-up"] }, shows: ["split-rejected"] },
    { name: "keepalives", world: { faults: ["tcp:keepalives:2", "udp-4500:keepalives:2"] }, shows: [] },
    { name: "slow answers", world: { faults: ["delay:80"] }, shows: [] },
    { name: "segments of one octet", world: { faults: ["tcp:split:7"] }, shows: [] },
  ],
  [
    {
      name: "UDP 500 dropped",
      box: () => drop({ protocol: "udp", port: 500 }),
      shows: UDP_CODES,
      breaks: ["udp-500"],
    },
    {
      name: "UDP 4500 dropped",
      box: () => drop({ protocol: "udp", port: 4500, direction: "in" }),
      shows: UDP_CODES,
      breaks: ["udp-4500"],
    },
    { name: "UDP dropped", box: () => drop({ protocol: "udp" }), shows: UDP_CODES, breaks: ["udp-500", "udp-4500"] },
    {
      name: "UDP rejected",
      box: () => reject({ protocol: "udp" }, ROUTER, hostUnreachable),
      shows: [...UDP_CODES, "udp-prohibited"],
      breaks: ["udp-500", "udp-4500"],
    },
  ],
  [
    {
      name: "SYN dropped",
      box: () => drop({ protocol: "tcp", port: 4500 }),
      shows: ["tcp-filtered"],
      breaks: ["tcp-4500"],
    },
    {
      name: "SYN rejected",
      box: () => reject({ protocol: "tcp", port: 4500 }),
      shows: ["tcp-filtered", "tcp-prohibited"],
      breaks: ["tcp-4500"],
    },
    {
      name: "SYN reset",
      box: () => reset({ port: 4500, flag: "syn" }),
      shows: ["tcp-refused", "tcp-not-offered", "reset-injected"],
      breaks: ["tcp-4500"],
    },
    {
      name: "prefix reset",
      box: () => resetOnPrefix(4500),
      shows: ["prefix-reset", "prefix-evaded", "reset-injected", "tcp-hangup"],
      breaks: ["tcp-4500"],
    },
    {
      name: "prefix dropped",
      box: () => dropOnPrefix(4500),
      shows: ["prefix-dropped", "prefix-evaded", "tcp-mute"],
      breaks: ["tcp-4500"],
    },
    {
      name: "data dropped",
      box: () => drop({ protocol: "tcp", port: 4500, flag: "data" }),
      shows: ["tcp-mute"],
      breaks: ["tcp-4500"],
    },
    {
      name: "proxy that swallows",
      box: (network) => {
        const host = proxyHost(network, (channel) => void converse(channel, () => "nothing"));
        return intercept({ port: 4500 }, host, PROXY_PORT);
      },
      shows: ["tcp-mute", "transparent-proxy"],
      breaks: ["tcp-4500"],
    },
  ],
  // Behind the others: what they make up must reach the client.
  [{ name: "NAT", box: () => nat("198.51.100.7"), shows: ["nat-client"] }],
];

function worldOf(causes: readonly Cause[]): World {
  const faults = causes.flatMap(({ world }) => world?.faults ?? []);
  const policy = Object.assign({}, ...causes.map(({ world }) => world?.policy ?? {}));
  return {
    ...Object.assign({ listen: PLAIN }, ...causes.map(({ world }) => world ?? {})),
    faults,
    policy,
    middleboxes: (network) => causes.flatMap(({ box }) => box === undefined ? [] : [box(network)]),
  };
}

/** What a report of such a world may and must say. */
async function faultsOf(causes: readonly Cause[], options: readonly string[]): Promise<string[]> {
  const row = simulated({ name: "", options, world: worldOf(causes), expect: { verdict: [] } });
  const outcome = await row.run();
  const broken = causes.flatMap(({ breaks = [] }) => breaks);
  const { report } = outcome;
  const udp = !(broken.includes("udp-500") && broken.includes("udp-4500"));
  const tcp = !broken.includes("tcp-4500");
  const tls = causes.some(({ name }) => name === "TLS as well");
  const verdict = !udp ? (tcp || tls ? "fallback" : "blocked") : undefined;
  const shown = causes.flatMap(({ shows }) => shows);
  const dead = !udp && !tcp && !tls ? ["address-dead" as const] : [];
  const codes = [...new Set<FindingCode>([...shown, ...dead])];
  const untold = broken.filter((spec) =>
    !report.findings.some(({ paths }) => paths.some((path) => path.startsWith(`${spec}@`)))
  );
  return [
    ...judge(
      {
        verdict: verdict === undefined ? ["ready", "degraded"] : [verdict],
        may: codes.length === 0 ? [] : [{ codes }, notice(codes)],
      },
      outcome,
      { patient: options.includes("--deep") },
    ),
    ...untold.map((spec) => `nothing is said of ${spec}`),
  ];
}

Deno.test("soundness: several causes at once are told, and no others", async () => {
  const world = fc.tuple(...CAUSES.map((some) => fc.option(fc.constantFrom(...some), { freq: 2, nil: undefined })));
  await fc.assert(
    fc.asyncProperty(world, fc.constantFrom([], ["--quick"], ["--deep"]), async (chosen, options) => {
      const causes = chosen.filter((cause) => cause !== undefined);
      const names = [...causes.map(({ name }) => name), ...options].join(", ");
      assertEquals(await faultsOf(causes, options), [], names);
    }),
    { numRuns: Number(Deno.env.get("IKE_TCP_RUNS") ?? 100), seed: 9329, endOnFailure: false },
  );
});
