/** What of an expectation a run did not meet: one deviation for each line of the expectation that it is about. */
import {
  EVERY_FINDING,
  type Evidence,
  type Expectation,
  type ExpectedPath,
  type Finding,
  formatPathSpec,
  type PathReport,
  type VerdictCode,
} from "../model/mod.ts";
import { groupStrength, keyBits, strongestGroup } from "../ike/mod.ts";
import { escapeText } from "../wire/mod.ts";
import { unmetPaths } from "./demand.ts";
import { MAX_CITED, type Seen, type View } from "./view.ts";
import { groupBy, list, shown, time, unique } from "./words.ts";

/** One thing that is otherwise than expected. */
export interface Deviation {
  readonly paths: readonly PathReport[];
  readonly summary: string;
  readonly evidence: readonly Evidence[];
  readonly advice: readonly string[];
}

/** What a run is held against. */
interface Case {
  readonly view: View;
  readonly expectation: Expectation;
  /** What the other rules found. */
  readonly found: readonly Finding[];
  /** The verdict that follows from that. */
  readonly verdict: VerdictCode;
}

/** All deviations, in the order of the file's lines. */
export function deviations(held: Case): Deviation[] {
  const expected = held.expectation.paths ?? [];
  return [
    ...notTried(held, expected),
    ...notAccepted(held, expected),
    ...untrusted(held, expected),
    ...expected.flatMap((one) => slow(held, one)),
    ...weakGroups(held),
    ...shortKeys(held),
    ...unexpectedFindings(held),
    ...otherVerdict(held),
  ];
}

/** The paths of a run that an expected one is about; not those at the end of a redirect. */
function pathsOf(view: View, { path: spec }: ExpectedPath): PathReport[] {
  return view.facts.paths.filter((path) => path.redirected_from === undefined && formatPathSpec(path) === spec);
}

function notTried({ view }: Case, expected: readonly ExpectedPath[]): Deviation[] {
  const missing = expected.filter((one) => pathsOf(view, one).length === 0);
  if (missing.length === 0) return [];
  const names = missing.map(({ path }) => escapeText(path));
  const tried = unique(view.facts.paths.map((path) => formatPathSpec(path)));
  return [{
    paths: view.facts.paths,
    summary: `${list(names)} should accept IKE, and ${names.length === 1 ? "was" : "were"} not tried`,
    evidence: [{ text: `the run tried ${list(tried)}`, events: [] }],
    advice: ["Here: repeat the run with --expect, which tries them."],
  }];
}

function notAccepted({ view }: Case, expected: readonly ExpectedPath[]): Deviation[] {
  const unmet = expected.flatMap((one) => {
    const paths = pathsOf(view, one);
    if (one.addresses !== "any") return unmetPaths(view, paths);
    return paths.some((path) => view.works(path)) ? [] : paths;
  });
  return groupBy(unmet, endOf).map((paths) => ({
    paths,
    summary: `${view.names(paths)} should accept IKE: ${endOf(paths[0]!)}`,
    evidence: paths.map((path) => {
      const why = path.reason === undefined ? endOf(path) : shown(path.reason);
      return view.evidence(`${view.name(path)}: ${why}`, view.events(path).slice(-3));
    }),
    advice: ["Here: see the other findings; `ike-tcp diff GOOD.json NOW.json` compares with the report of a good run."],
  }));
}

/** `silent`, `rejected (NO_PROPOSAL_CHOSEN)`: how a path ended that does not work. */
function endOf({ state, ike }: PathReport): string {
  if (ike === undefined) return state;
  return ike.error === undefined ? ike.outcome : `${ike.outcome} (${escapeText(ike.error)})`;
}

function untrusted({ view }: Case, expected: readonly ExpectedPath[]): Deviation[] {
  const bad = expected.filter((one) => one.certificate_trusted === true)
    .flatMap((one) => pathsOf(view, one)).filter((path) => path.tls?.trusted === false);
  if (bad.length === 0) return [];
  return [{
    paths: bad,
    summary: `${view.names(bad)} should show a certificate that clients accept`,
    evidence: bad.map((path) =>
      view.evidence(
        `${view.name(path)}: ${escapeText(path.tls!.trust_error ?? "the certificate check failed")}`,
        view.events(path, "tls"),
      )
    ),
    advice: ["Gateway: compare its certificate with the one that clients are to accept."],
  }];
}

function slow({ view }: Case, one: ExpectedPath): Deviation[] {
  const most = one.max_answer_ms;
  if (most === undefined) return [];
  const late = pathsOf(view, one).filter((path) => view.works(path) && (path.timing_ms.answer ?? 0) > most);
  return late.map((path) => ({
    paths: [path],
    summary: `${view.name(path)} should answer within ${time(most)}, and took ${time(path.timing_ms.answer!)}`,
    evidence: [view.evidence("the last request and its answer", answers(view, path))],
    advice: ["Here: repeat the run: a time that stays is the way's or the gateway's, a single one may be chance."],
  }));
}

/** The answer that decided. */
function answers(view: View, path: PathReport): readonly Seen[] {
  return view.messages(path).filter(({ event }) => event.fit === "answer").slice(-1);
}

/** Paths whose gateway chose something, redirects' ends included. */
function chosen(view: View): PathReport[] {
  return view.paths.filter((path) => path.ike?.proposal !== undefined);
}

const STRONGER =
  "Gateway: see which IKE proposals it accepts, and in which order; the probe offered stronger ones unless " +
  "--groups said otherwise.";

function weakGroups({ view, expectation }: Case): Deviation[] {
  const wanted = expectation.minimum_group;
  const least = wanted === undefined ? undefined : groupStrength(wanted);
  if (least === undefined) return [];
  const weak = chosen(view).filter((path) => (strongestGroup(path.ike!.proposal!)?.bits ?? 0) < least);
  return groupBy(weak, (path) => path.ike!.proposal!.dh ?? "none").map((paths) => {
    const group = paths[0]!.ike!.proposal!.dh;
    const bits = strongestGroup(paths[0]!.ike!.proposal!)?.bits;
    return {
      paths,
      summary: `The gateway chose ${group === undefined ? "no group" : `group ${escapeText(group)}`} over ` +
        `${view.names(paths)}; ${wanted} or stronger is expected`,
      evidence: paths.map((path) =>
        view.evidence(
          `${view.name(path)}: ${bits === undefined ? "its strength is not known" : `${bits} bits of security`}; ` +
            `${wanted} has ${least}`,
          answers(view, path),
        )
      ),
      advice: [STRONGER],
    };
  });
}

function shortKeys({ view, expectation }: Case): Deviation[] {
  const least = expectation.minimum_key_bits;
  if (least === undefined) return [];
  const short = chosen(view).filter((path) => (keyBits(path.ike!.proposal!) ?? 0) < least);
  return groupBy(short, (path) => path.ike!.proposal!.encr).map((paths) => ({
    paths,
    summary:
      `The gateway chose ${escapeText(paths[0]!.ike!.proposal!.encr)} over ${view.names(paths)}; a key of ${least} ` +
      "bits or more is expected",
    evidence: paths.map((path) => {
      const bits = keyBits(path.ike!.proposal!);
      return view.evidence(
        `${view.name(path)}: the size of the key is ${bits === undefined ? "not known" : `${bits} bits`}`,
        answers(view, path),
      );
    }),
    advice: [STRONGER],
  }));
}

function unexpectedFindings({ view, expectation, found }: Case): Deviation[] {
  const bad = found.filter((finding) => isForbidden(expectation, finding));
  if (bad.length === 0) return [];
  const ids = new Set(bad.flatMap(({ paths }) => paths));
  return [{
    paths: view.facts.paths.filter(({ id }) => ids.has(id)),
    summary: `${list(unique(bad.map(({ code }) => code)))} should not be found`,
    evidence: bad.map(({ severity, summary, evidence }) => ({
      text: `${severity}: ${summary}`,
      events: unique(evidence.flatMap(({ events }) => events)).sort((a, b) => a - b).slice(0, MAX_CITED),
    })),
    advice: ["Here: what is normal on this network goes into the expectation's allowed_findings."],
  }];
}

/** By name, whatever its severity; or as any problem or warning that is no exception. */
export function isForbidden(expectation: Expectation, { code, severity }: Pick<Finding, "code" | "severity">): boolean {
  const { forbidden_findings: forbidden = [], allowed_findings: allowed = [] } = expectation;
  if (forbidden.includes(code)) return true;
  return forbidden.includes(EVERY_FINDING) && severity !== "notice" && !allowed.includes(code);
}

function otherVerdict({ view, expectation, verdict }: Case): Deviation[] {
  const { verdicts } = expectation;
  if (verdicts === undefined || verdicts.includes(verdict)) return [];
  return [{
    paths: view.facts.paths,
    summary: `The verdict should be ${list(verdicts, "or")}`,
    evidence: [{ text: `without this expectation it is ${verdict}`, events: [] }],
    advice: ["Here: see the other findings; what is normal on this network goes into the expectation's verdicts."],
  }];
}
