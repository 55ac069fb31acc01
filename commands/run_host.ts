/** One host's run, from its name to its report. */
import { failureLine } from "../lib/cli/failure.ts";
import { thisTool } from "../lib/cli/version.ts";
import type { Event, Report } from "../lib/model/mod.ts";
import type { Network } from "../lib/net/transport.ts";
import type { ProbeHooks } from "../lib/probe/host.ts";
import type { ProbeSettings } from "../lib/probe/settings.ts";
import type { Target } from "../lib/targets/mod.ts";

/** What the caller may hook into. */
export type HostHooks = Omit<ProbeHooks, "tool" | "started">;

/** The report of one host. Never rejects: a defect of ours costs this host its report, and no other host anything. */
export async function probeReport(
  host: string,
  settings: ProbeSettings,
  network: Network,
  hooks: HostHooks,
): Promise<Report> {
  const started = new Date().toISOString();
  try {
    const { probeHost } = await import("../lib/probe/mod.ts");
    const onEvent = (event: Event) => {
      // The rules take 5 ms to load: better while answers are under way than before a request or behind the last answer.
      if (event.kind === "sent") loadRules().catch(() => {});
      hooks.onEvent?.(event);
    };
    const facts = await probeHost(host, settings, network, { tool: thisTool(), started, ...hooks, onEvent });
    const { assemble } = await loadRules();
    return assemble(facts);
  } catch (error) {
    return await failedReport(failureLine(error), { host, settings }, started);
  }
}

let rules: Promise<typeof import("../lib/report/assemble.ts")> | undefined;

function loadRules(): Promise<typeof import("../lib/report/assemble.ts")> {
  return rules ??= import("../lib/report/assemble.ts");
}

/** The report of a host of which nothing could be found out, for a reason that is none of its own. */
export async function failedReport(
  why: string,
  { host, settings }: Pick<Target, "host" | "settings">,
  started = new Date().toISOString(),
): Promise<Report> {
  const { failureReport } = await import("../lib/report/failure.ts");
  const { pathsToTry } = await import("../lib/probe/settings.ts");
  return failureReport(why, thisTool(), started, { host, paths: [...pathsToTry(settings).keys()] });
}
