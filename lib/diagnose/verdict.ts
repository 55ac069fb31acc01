/** The verdict: the contract's table, `--require` and `--expect`, and which path a client would use (RFC 9329 §6.1). */
import { type Finding, type PathReport, type Verdict, VERDICT_EXIT, type VerdictCode } from "../model/mod.ts";
import { escapeText } from "../wire/mod.ts";
import { clientStory, recommend } from "./client.ts";
import { unmetPaths } from "./demand.ts";
import { count, list, shown, unique } from "./words.ts";
import { isStream, type View } from "./view.ts";

/** Concludes a run from its paths and what the rules found. */
export function judge(view: View, findings: readonly Finding[]): Verdict {
  const { code, summary } = judgeCode(view, findings.filter((finding) => !isDeviation(finding)));
  const recommended = code === "unknown" && view.paths.length === 0 ? undefined : recommend(view);
  const deviations = findings.filter(isDeviation);
  const unmet = code === "unknown" ? [] : unmetPaths(view, view.facts.paths.filter((path) => path.required));
  const client = code === "unknown" ? undefined : clientStory(view, recommended);
  const misses = unmet.length + deviations.length > 0;
  return {
    // What should not be is a problem, even where the network has none.
    code: code === "ready" && deviations.length > 0 ? "degraded" : code,
    exit: misses && VERDICT_EXIT[code] < 2 ? 2 : VERDICT_EXIT[code],
    summary: summary + (unmet.length === 0 ? "" : `; required and not accepted: ${view.names(unmet)}`) +
      (view.facts.expectation === undefined || code === "unknown" ? "" : asExpected(deviations)),
    recommended: recommended?.id ?? null,
    ...(client !== undefined && { client }),
  };
}

/** The verdict without what an expectation says of it. */
export function verdictCode(view: View, findings: readonly Finding[]): VerdictCode {
  return judgeCode(view, findings).code;
}

function isDeviation({ code }: Finding): boolean {
  return code === "expectation-unmet";
}

function asExpected(deviations: readonly Finding[]): string {
  const [first, ...more] = deviations;
  if (first === undefined) return "; as expected";
  return `; not as expected: ${first.summary}${more.length === 0 ? "" : `, and ${more.length} more`}`;
}

interface Judged {
  readonly code: VerdictCode;
  readonly summary: string;
}

function judgeCode(view: View, findings: readonly Finding[]): Judged {
  const nothing = nothingMeasured(view);
  if (nothing !== undefined) return { code: "unknown", summary: nothing };
  const working = view.paths.filter((path) => view.works(path));
  if (working.length > 0) return judgeWorking(view, working, findings);
  const answered = view.paths.filter((path) => path.ike !== undefined);
  if (answered.length === 0) {
    const because = reasons(view, findings, "problem");
    return { code: "blocked", summary: `No path answers${because === "" ? "" : ` (${because})`}` };
  }
  const alive = answered.every((path) => path.ike!.outcome === "alive");
  if (alive && view.facts.interrupted) {
    const summary = `Interrupted before the gateway could be asked to accept; IKE answers over ${view.names(answered)}`;
    return { code: "unknown", summary };
  }
  if (alive && answered.every((path) => isSpent(view, path.address))) {
    const because =
      "the budget of half-open SAs was spent before the gateway could be asked to accept (--max-half-open)";
    return { code: "unknown", summary: `IKE answers over ${view.names(answered)}, but ${because}` };
  }
  return {
    code: "rejected",
    summary: `IKE answers over ${view.names(answered)} and accepts nothing: ${outcomes(answered)}`,
  };
}

function judgeWorking(view: View, working: readonly PathReport[], findings: readonly Finding[]): Judged {
  const accepted = `IKE is accepted over ${view.names(working)}`;
  if (working.every(isStream)) {
    const because = reasons(view, findings, "problem");
    const udp = view.paths.some((path) => path.transport === "udp") ? "not over UDP" : "UDP was not tried";
    return { code: "fallback", summary: `${accepted}; ${udp}${because === "" ? "" : ` (${because})`}` };
  }
  const problems = findings.filter((finding) => finding.severity === "problem").length;
  const warnings = findings.filter((finding) => finding.severity === "warning").length;
  if (problems + warnings === 0) return { code: "ready", summary: accepted };
  const what = list([
    ...(problems > 0 ? [count(problems, "problem")] : []),
    ...(warnings > 0 ? [count(warnings, "warning")] : []),
  ]);
  return { code: "degraded", summary: `${accepted}, with ${what} (${reasons(view, findings, "warning")})` };
}

/** The budget alone kept the run from asking for acceptance: its own, or the runs for other names of the gateway used it. */
function isSpent(view: View, address: string): boolean {
  const { spent, limit } = view.facts.budget;
  const { half_open = 0, others = 0 } = spent.find((one) => one.address === address) ?? {};
  return others > 0 || half_open >= limit;
}

/** `udp-blocked on UDP 500 and UDP 4500; ...`: what is at least so bad, the first two. */
function reasons(view: View, findings: readonly Finding[], least: "problem" | "warning"): string {
  const bad = findings.filter(({ severity }) => severity === "problem" || severity === least);
  const shown = bad.slice(0, 2).map(({ code, paths }) => {
    const about = view.facts.paths.filter((path) => paths.includes(path.id));
    return about.length === 0 ? code : `${code} on ${view.names(about)}`;
  });
  if (bad.length > shown.length) shown.push(`${bad.length - shown.length} more`);
  return shown.join("; ");
}

function outcomes(paths: readonly PathReport[]): string {
  return list(unique(paths.map(({ ike }) => {
    switch (ike!.outcome) {
      case "rejected":
      case "unsolved":
        return escapeText(ike!.error ?? ike!.outcome);
      case "version":
        return `version ${ike!.major_version ?? "?"} only`;
      case "redirected":
        return `redirected to ${escapeText(ike!.redirects?.at(-1) ?? "nowhere")}`;
      case "alive":
        return "only questions that leave no state were answered";
      default:
        return ike!.outcome;
    }
  })));
}

/** Why there is no verdict; undefined when there is one. */
function nothingMeasured(view: View): string | undefined {
  const { facts } = view;
  if (facts.error !== undefined) return escapeText(facts.error);
  const { host, error, addresses } = facts.target;
  if (error !== undefined || addresses.length === 0) {
    return `Cannot resolve ${escapeText(host)}: ${escapeText(error ?? "the name has no address")}`;
  }
  if (facts.interrupted && view.cutOff.some((path) => path.expected)) {
    const working = view.paths.filter((path) => view.works(path));
    const soFar = working.length === 0 ? "" : `; so far, IKE is accepted over ${view.names(working)}`;
    return `Interrupted before all paths were tried${soFar}`;
  }
  const tried = view.paths.filter((path) => path.state !== "failed");
  if (tried.length > 0) return undefined;
  const why = unique(view.facts.paths.map((path) => path.reason ?? path.state)).map((reason) => shown(reason));
  return `No path got as far as the network: ${why.length === 0 ? "none was tried" : list(why.slice(0, 3))}`;
}
