/** The long text of a finding, for `ike-tcp explain`. */
import { hang, wrap } from "../cli/wrap.ts";
import { paint, type TextStyle } from "./text/style.ts";

/** What is explained: the part of a rule that is words. */
export interface Explained {
  readonly code: string;
  /** One phrase. */
  readonly title: string;
  /** What the rule asks. */
  readonly question: string;
  readonly meaning: string;
  /** How the finding is established: the evidence that it needs. */
  readonly established: string;
  /** What looks alike, and how it is told apart. */
  readonly confusedWith: string;
  /** What to do at either end. */
  readonly advice: { readonly client: string; readonly gateway: string };
  /** Sections of RFCs. */
  readonly references: readonly string[];
}

/** One line for each finding. */
export function explainAll(rules: readonly Explained[], style: TextStyle): string {
  const indent = Math.max(...rules.map(({ code }) => code.length), 0) + 4;
  const lines = rules.flatMap(({ code, title }) =>
    hang(`  ${code}`, title, style.width, indent).map((line) => line.replace(code, paint(style, code, "bold")))
  );
  const head = wrap("The findings; ike-tcp explain CODE tells all about one.", style.width);
  return `${[...head, "", ...lines].join("\n")}\n`;
}

/** Everything about one finding. */
export function explainOne(rule: Explained, style: TextStyle): string {
  const { code, title, question, meaning, established, confusedWith, advice, references } = rule;
  const parts: (readonly [heading: string, text: string])[] = [
    ["Question", question],
    ["What it means", meaning],
    ["How it is established", established],
    ["What it is not", confusedWith],
    ["What to do on the client's side", advice.client],
    ["What to do on the gateway's side", advice.gateway],
    ["See", references.join("; ")],
  ];
  const body = parts.filter(([, text]) => text !== "").flatMap(([heading, text]) => [
    "",
    paint(style, heading, "bold"),
    ...hang("  ", text, style.width),
  ]);
  return `${[...hang("", `${paint(style, code, "bold")}: ${title}`, style.width), ...body].join("\n")}\n`;
}
