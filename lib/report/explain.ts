/** The long text of a finding, for `ike-tcp explain`. */
import { hang, wrap } from "../cli/wrap.ts";
import type { RuleText } from "../diagnose/mod.ts";
import { paint, type TextStyle } from "./text/style.ts";

/** One line for each finding. */
export function explainAll(rules: readonly RuleText[], style: TextStyle): string {
  const indent = Math.max(...rules.map(({ code }) => code.length), 0) + 4;
  const lines = rules.flatMap(({ code, title }) =>
    hang(`  ${code}`, title, style.width, indent).map((line) => line.replace(code, paint(style, code, "bold")))
  );
  const head = wrap("The findings; ike-tcp explain CODE tells all about one.", style.width);
  return `${[...head, "", ...lines].join("\n")}\n`;
}

/** Everything about one finding. */
export function explainOne(rule: RuleText, style: TextStyle): string {
  const { code, title, question, meaning, established, confusedWith, advice, references } = rule;
  const parts: (readonly [heading: string, items: readonly string[]])[] = [
    ["Question", [question]],
    ["What it means", [meaning]],
    ["How it is established", [established]],
    ["What it could be confused with", [confusedWith]],
    ["What to do here, on the client's side", advice.client],
    ["What to do at the gateway", advice.gateway],
    ["See", [references.join("; ")]],
  ];
  const body = parts.filter(([, items]) => items.length > 0).flatMap(([heading, items]) => [
    "",
    paint(style, heading, "bold"),
    ...items.flatMap((item) => hang(items.length > 1 ? "  - " : "  ", item, style.width)),
  ]);
  return `${[...wrap(`${paint(style, code, "bold")}: ${title}`, style.width), ...body].join("\n")}\n`;
}
