/** The page at `/`: plain HTML without scripts, from the same tables as the help. */
import type { HelpSection } from "../cli/command.ts";

/** What stands on the page. */
export interface PageContent {
  readonly title: string;
  readonly paragraphs: readonly string[];
  /** Links that work, with what they show. */
  readonly links: readonly (readonly [href: string, meaning: string])[];
  readonly sections: readonly HelpSection[];
}

const STYLE = "body{font:1rem/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}" +
  "dt{font-family:monospace;font-weight:bold}code{font-size:1rem}";

/** The page. */
export function helpPage({ title, paragraphs, links, sections }: PageContent): string {
  return [
    "<!DOCTYPE html>",
    `<html lang="en"><head><meta charset="utf-8"><title>${
      escapeHtml(title)
    }</title><style>${STYLE}</style></head><body>`,
    `<h1>${escapeHtml(title)}</h1>`,
    ...paragraphs.map((text) => `<p>${escapeHtml(text)}</p>`),
    "<ul>",
    ...links.map(([href, meaning]) =>
      `<li><a href="${escapeHtml(href)}"><code>${escapeHtml(href)}</code></a> ${escapeHtml(meaning)}</li>`
    ),
    "</ul>",
    ...sections.flatMap(({ heading, terms }) => [
      `<h2>${escapeHtml(heading)}</h2><dl>`,
      ...terms.map(([term, meaning]) => `<dt>${escapeHtml(term)}</dt><dd>${escapeHtml(meaning)}</dd>`),
      "</dl>",
    ]),
    "</body></html>",
    "",
  ].join("\n");
}

/** Text as HTML, in an attribute too. */
export function escapeHtml(text: string): string {
  const names: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (character) => names[character]!);
}
