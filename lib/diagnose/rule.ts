/** What a rule is: one finding code, its long text for `explain`, and a pure function from facts to findings. */
import type { Finding, FindingCode } from "../model/mod.ts";
import type { View } from "./view.ts";

/** What to do, for each who can act. */
export interface Advice {
  /** On this side: the client, and the network that it is in. */
  readonly client: readonly string[];
  /** On the gateway, and in the network before it. */
  readonly gateway: readonly string[];
}

/** The words of a rule: all that `ike-tcp explain CODE` prints. */
export interface RuleText {
  readonly code: FindingCode;
  /** One phrase. */
  readonly title: string;
  /** What the rule asks. */
  readonly question: string;
  readonly meaning: string;
  /** Which evidence it requires. */
  readonly established: string;
  /** What looks alike: how it is told apart, or what remains possible. */
  readonly confusedWith: string;
  readonly advice: Advice;
  /** Sections of RFCs. */
  readonly references: readonly string[];
}

/** What a rule concludes; its code is the rule's, and so is its advice unless it has better. */
export type Conclusion = Omit<Finding, "code" | "advice"> & {
  /** In place of the rule's advice: what this very case asks for. */
  readonly advice?: readonly string[];
};

/** One finding code: one file in `rules/`. */
export interface Rule extends RuleText {
  /**
   * Pure: the same facts give the same findings.
   *
   * @param found what the rules before this one have found, for the one rule that is about findings
   */
  find(view: View, found: readonly Finding[]): Finding[];
}

/** Makes a rule from its words and its function. */
export function defineRule(
  text: RuleText & { readonly conclude: (view: View, found: readonly Finding[]) => Conclusion[] },
): Rule {
  const { conclude, ...words } = text;
  return { ...words, find: (view, found) => conclude(view, found).map((conclusion) => complete(words, conclusion)) };
}

/** The finding in the contract's key order. A notice asks nobody to act: it has advice only where its rule gave some. */
function complete(words: RuleText, conclusion: Conclusion): Finding {
  const { severity, confidence, paths, summary, evidence, hop, advice } = conclusion;
  const standing = severity === "notice" ? [] : standingAdvice(words.advice);
  return {
    code: words.code,
    severity,
    confidence,
    paths,
    summary,
    evidence,
    advice: advice ?? standing,
    ...(hop !== undefined && { hop }),
  };
}

/** The advice of a rule as items of a finding: each says who can act. */
export function standingAdvice(advice: Advice): string[] {
  const items = (who: string, texts: readonly string[]) => texts.map((text) => `${who}: ${uncapitalised(text)}`);
  return [...items("Here", advice.client), ...items("Gateway", advice.gateway)];
}

/** `Ask somebody` to `ask somebody`; `TLS` stays. */
function uncapitalised(text: string): string {
  return /^[A-Z][a-z ]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}
