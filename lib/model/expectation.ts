/**
 * What somebody expects of a run: the small file that `--save-expectation` writes from a good one and `--expect` reads. It is
 * made to be read and edited by people; a run's report keeps it among the facts, so that deviations are found again offline.
 */
import type { FindingCode } from "./finding.ts";
import type { Milliseconds } from "./path.ts";
import type { VerdictCode } from "./report.ts";

/** Names this form of the file; additive changes keep it. */
export const EXPECTATION_SCHEMA_ID = "ike-tcp/expectation/1";

/** Stands in `forbidden_findings` for every problem and warning that `allowed_findings` does not name. */
export const EVERY_FINDING = "*";

/** Whether a path has to work at `all` of the host's addresses, or at `any` of them. */
export const ADDRESS_SCOPES = ["all", "any"] as const;

/** A path that has to accept IKE. */
export interface ExpectedPath {
  /** `TRANSPORT-PORT`, as in `--paths`. */
  readonly path: string;
  /** Default: `all`. */
  readonly addresses?: (typeof ADDRESS_SCOPES)[number];
  /** For `tls`: a client that checks certificates has to go on. */
  readonly certificate_trusted?: boolean;
  /** From the last request to its answer, at most. */
  readonly max_answer_ms?: Milliseconds;
}

/** See the file's head. What is absent, is not looked at. */
export interface Expectation {
  readonly schema: typeof EXPECTATION_SCHEMA_ID;
  /** For people: nothing reads it. */
  readonly note?: string;
  /** Tried even when `--paths` lacks them. */
  readonly paths?: readonly ExpectedPath[];
  /** Key exchange group, by IANA name: what the gateway chooses must be as strong at least. */
  readonly minimum_group?: string;
  /** Size of the cipher's key: what the gateway chooses must be as large at least. */
  readonly minimum_key_bits?: number;
  /** A code that stands here is forbidden in any severity. */
  readonly forbidden_findings?: readonly (FindingCode | typeof EVERY_FINDING)[];
  /** Exceptions from {@linkcode EVERY_FINDING}. */
  readonly allowed_findings?: readonly FindingCode[];
  /** The verdicts that are good enough. */
  readonly verdicts?: readonly VerdictCode[];
}
