/** A report in a few words: what is left of it when thousands are counted. */
import type { ExitCode, FindingCode, Report, VerdictCode } from "../model/mod.ts";

/** See the file's head. */
export interface Digest {
  /** As the user wrote it. */
  readonly host: string;
  readonly code: VerdictCode;
  readonly exit: ExitCode;
  /** The path that a client would use. */
  readonly path?: string;
  /** How long the answer on it took, in milliseconds. */
  readonly answerMs?: number;
  /** What is wrong, the worst of it; absent where nothing is. Not safe to show. */
  readonly trouble?: string;
  /** The finding that says so, if one does, and the paths that it is about, without addresses. */
  readonly main?: { readonly code: FindingCode; readonly on: readonly string[] };
  /** Codes of problems and warnings, each once. */
  readonly findings: readonly FindingCode[];
}

/** What is to be kept of a report. */
export function digestOf({ target, verdict, findings, paths }: Report): Digest {
  const bad = (["problem", "warning"] as const).flatMap((severity) => findings.filter((f) => f.severity === severity));
  const path = paths.find(({ id }) => id === verdict.recommended);
  const [worst] = bad;
  return {
    host: target.input || target.host,
    code: verdict.code,
    exit: verdict.exit,
    ...(path && { path: path.id }),
    ...(path?.timing_ms.answer !== undefined && { answerMs: path.timing_ms.answer }),
    ...(worst !== undefined
      ? { trouble: `${worst.summary} [${worst.code}]`, main: { code: worst.code, on: specsOf(worst.paths) } }
      : target.error !== undefined
      ? { trouble: `cannot be resolved: ${target.error}` }
      : verdict.exit > 0 && { trouble: verdict.summary }),
    findings: [...new Set(bad.map(({ code }) => code))],
  };
}

/** `udp-4500` of `udp-4500@192.0.2.7`, each once. */
function specsOf(ids: readonly string[]): string[] {
  return [...new Set(ids.map((id) => id.split("@", 1)[0]!))].toSorted();
}
