/** The comparison of two reports, A and B, or of two files with several: what `ike-tcp diff --format json` prints. */
import type { FindingCode } from "./finding.ts";
import type { ExitCode, Tool, VerdictCode } from "./report.ts";

/** Names this form of the comparison; additive changes keep it. */
export const DIFF_SCHEMA_ID = "ike-tcp/diff/1";

/**
 * What a change is, from A to B. `worse`: the verdict's exit code is higher, a path that worked does not, a problem or
 * warning is new, more severe or more certain, a certificate is no longer trusted. `better`: the reverse.
 */
export const DIRECTIONS = ["worse", "better", "different"] as const;
/** One of {@linkcode DIRECTIONS}. */
export type Direction = (typeof DIRECTIONS)[number];

/** What can change, and what it is called in text: as the report calls it. In the order in which changes are shown. */
export const ASPECT_NAMES = {
  verdict: "verdict",
  use: "path to use",
  addresses: "addresses",
  state: "state",
  finding: "finding",
  chosen: "chosen",
  announced: "announced",
  "vendor-ids": "vendor IDs",
  nat: "NAT",
  defects: "defects",
  tls: "TLS",
  certificate: "certificate",
  trust: "trust",
  "connect-time": "time to connect",
  "tls-time": "time of the TLS handshake",
  "answer-time": "time of the answer",
} as const;
/** One of the aspects. */
export type Aspect = keyof typeof ASPECT_NAMES;
/** All aspects. */
export const ASPECTS = Object.keys(ASPECT_NAMES) as readonly Aspect[];

/** One thing that is not the same. Texts from the network stand in it in escaped form. */
export interface Change {
  readonly direction: Direction;
  readonly aspect: Aspect;
  /** For `finding`. */
  readonly code?: FindingCode;
  /** Ids as B has them, and as A has them where B lacks the path; empty for what is about the whole run. */
  readonly paths: readonly string[];
  /** In the words of A's report; null: not there. */
  readonly a: string | null;
  /** In the words of B's report; null: not there. */
  readonly b: string | null;
}

/** How many changes of each direction there are. */
export type Counts = { readonly [D in Direction]: number };

/** One run of a host. */
export interface DiffSide {
  /** RFC 3339, UTC. */
  readonly started: string;
  /** Version of the program that made the report. */
  readonly version: string;
  readonly verdict: VerdictCode;
  readonly exit: ExitCode;
}

/** One host that both files have. */
export interface HostDiff extends Counts {
  /** As the user of B wrote it. */
  readonly host: string;
  readonly a: DiffSide;
  readonly b: DiffSide;
  /** What has to be known to read the changes. */
  readonly remarks: readonly string[];
  readonly changes: readonly Change[];
}

/** A file that was compared. */
export interface DiffFile {
  readonly file: string;
  readonly reports: number;
}

/** The whole comparison. The counts are those of all hosts. */
export interface Diff extends Counts {
  readonly schema: typeof DIFF_SCHEMA_ID;
  /** The program that compared. */
  readonly tool: Tool;
  readonly a: DiffFile;
  readonly b: DiffFile;
  readonly hosts: readonly HostDiff[];
  /** Hosts that stand only in A. */
  readonly only_a: readonly string[];
  /** Hosts that stand only in B. */
  readonly only_b: readonly string[];
  /** 1: something is worse; 3: there was nothing to compare (`error`). */
  readonly exit: ExitCode;
  readonly error?: string;
}
