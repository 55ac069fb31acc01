/** Findings: what a run means, each with evidence. The codes are fixed; new ones are added, none is renamed. */

/** `problem` and `warning` change the exit code; a `notice` never does. */
export const SEVERITIES = ["problem", "warning", "notice"] as const;
/** One of {@linkcode SEVERITIES}. */
export type Severity = (typeof SEVERITIES)[number];

/** How sure a finding is. */
export const CONFIDENCES = ["certain", "likely", "possible"] as const;
/** One of {@linkcode CONFIDENCES}. */
export type Confidence = (typeof CONFIDENCES)[number];

/** Every finding code of the contract, in the order in which findings of equal severity are shown. */
export const FINDING_CODES = [
  "udp-blocked",
  "udp-500-blocked",
  "udp-4500-blocked",
  "udp-refused",
  "udp-prohibited",
  "tcp-filtered",
  "tcp-refused",
  "tcp-prohibited",
  "tcp-not-offered",
  "prefix-reset",
  "prefix-dropped",
  "prefix-evaded",
  "stream-modified",
  "reset-injected",
  "transparent-proxy",
  "foreign-protocol",
  "tcp-mute",
  "tcp-hangup",
  "tls-failed",
  "tls-certificate",
  "no-proposal",
  "ke-mismatch",
  "cookie-demanded",
  "puzzle-demanded",
  "negotiation-loop",
  "redirected",
  "ikev1-only",
  "version-mismatch",
  "malformed-response",
  "stray-response",
  "conflicting-responses",
  "nat-client",
  "nat-gateway",
  "port-rewritten",
  "fragments-dropped",
  "pmtu-blackhole",
  "pmtu-reduced",
  "mapping-timeout",
  "idle-timeout",
  "loss",
  "rate-limited",
  "address-dead",
  "family-broken",
  "gateways-differ",
  "prefix-unchecked",
  "keepalive-rejected",
  "split-rejected",
  "hangs-up-early",
  "repeat-differs",
  "expectation-unmet",
] as const;
/** One of {@linkcode FINDING_CODES}. */
export type FindingCode = (typeof FINDING_CODES)[number];

/** One piece of evidence: a sentence, and the events (indexes) that it rests on. */
export interface Evidence {
  readonly text: string;
  readonly events: readonly number[];
}

/** One conclusion. Its sentences may quote text from the network only in escaped form. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** Path ids. */
  readonly paths: readonly string[];
  /** One sentence. */
  readonly summary: string;
  readonly evidence: readonly Evidence[];
  /** What an operator can do or ask for, one item each. */
  readonly advice: readonly string[];
  /** The address of the router or host that does it, where known. */
  readonly hop?: string;
}
