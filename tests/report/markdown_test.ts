/** `--format markdown`: what a ticket makes of it, judged by a parser of GitHub Flavored Markdown. */
import { assert, assertEquals, assertMatch, assertNotMatch, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import type { ExitCode, Report } from "../../lib/model/mod.ts";
import { cell, code, inline } from "../../lib/report/markdown/inline.ts";
import { FORMS } from "../../lib/report/render.ts";
import { assertSnapshot } from "../snapshot.ts";
import { hostile } from "./hostile.ts";
import { report, REPORTS } from "./reports.ts";

/** What `--format markdown` prints. */
function render(reports: readonly Report[], { verbose = false, exit = 0 as ExitCode } = {}): string {
  const renderer = FORMS.markdown.renderer({ width: 80, color: false, verbose });
  const worst = Math.max(exit, ...reports.map(({ verdict }) => verdict.exit)) as ExitCode;
  return [...reports.map((shown) => renderer.add(shown)), ...renderer.end(worst)].join("");
}

function html(markdown: string): string {
  return micromark(markdown, { extensions: [gfm()], htmlExtensions: [gfmHtml()] });
}

/** Tags that a report is made of, without attributes but the alignment of a table and the language of a block. */
const OURS =
  /<\/?(?:h2|h3|p|ul|li|strong|code|pre|table|thead|tbody|tr|(?:th|td)(?: align="right")?|code class="language-text")>/g;

/**
 * Holds what a renderer makes of Markdown against what a report may contain: no tag but ours, and outside of code nothing
 * that GitHub or GitLab make a link, a mention, a reference or an emoji of.
 */
function assertInert(markdown: string): string {
  const made = html(markdown);
  const outside = made.replaceAll(/<code(?: class="language-text")?>[^<]*<\/code>/g, "").replaceAll(OURS, "");
  assertNotMatch(outside, /[<>]/, "a tag that is none of ours");
  const text = outside.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll(
    "&amp;",
    "&",
  );
  assertNotMatch(text, /[@#~!$^&|\\*_`[\]{}]|:\/\/|www\.|GH-\d|:\w+:|\b[0-9a-f]{7,}\b/i);
  return made;
}

/** How often each tag stands in HTML: what hostile text must not change. */
function skeleton(made: string): string {
  return [...made.matchAll(/<(\/?[a-z0-9]+)/g)].map(([, tag]) => tag).filter((tag) => !/code/.test(tag!)).join(" ");
}

for (const [name, shown] of Object.entries(REPORTS)) {
  Deno.test(`markdown: ${name}`, async () => {
    const text = render([shown]);
    await assertSnapshot(text, new URL(`snapshots/${name}.md.txt`, import.meta.url));
    const made = assertInert(text);
    assertEquals(made.split("<h2>").length, 2);
    assertEquals(made.split("<tr>").length - 1, shown.paths.length === 0 ? 0 : shown.paths.length + 1);
    assertStringIncludes(text.split("\n")[0]!, `: ${shown.verdict.code.toUpperCase()}`);
    for (const { code } of shown.findings) assertMatch(made, new RegExp(`<code>${code}`));
  });
}

Deno.test("markdown: several hosts end with a table of them, and a run that was cut short says so", () => {
  const text = render([REPORTS.ready!, REPORTS.unresolved!]);
  const made = assertInert(text);
  assertEquals(made.split("<h2>").length - 1, 3);
  const summary = text.slice(text.indexOf("## All hosts"));
  assertMatch(summary, /^\| vpn\.example\.com +\| ready +\| +0 \| IKE is accepted over UDP 500 and UDP 4500\. \|$/m);
  assertMatch(summary, /^\| nosuch\.invalid +\| unknown +\| +3 \|/m);
  assertStringIncludes(render([REPORTS.ready!, REPORTS.ready!], { exit: 3 }), "\n- **Exit code**: 3\n");
  const renderer = FORMS.markdown.renderer({ width: 80, color: false, verbose: false });
  renderer.begin!({ hosts: 4, columns: 10, leftOut: 3 });
  const cut = renderer.add(REPORTS.ready!) + [...renderer.end(3)].join("");
  assertMatch(assertInert(cut), /<strong>Interrupted<\/strong>: 3 hosts not begun<\/li>/);
});

Deno.test("markdown: --verbose adds the record, which ends where it ends", () => {
  const events = [{ t_ms: 1, path: null, kind: "failed", detail: "``` </code></pre><b>" }] as const;
  const made = html(render([report({ events })], { verbose: true }));
  assertMatch(made, /<pre><code class="language-text">#0[^<]*``` &lt;\/code&gt;[^<]*<\/code><\/pre>\n?$/);
});

Deno.test("markdown: names become code, and sentences stay sentences", () => {
  for (
    const [sentence, expected] of [
      ["IKE is accepted over UDP 500, with 2 warnings (prefix-reset on TCP 4500).", undefined],
      ["A client's answer took 50% longer: <0.1 ms; see RFC 9329 §6.1 (why?).", undefined],
      ['HTTP answers: "HTTP/1.1 400 Bad Request"', undefined],
      ["the gateway says NO_PROPOSAL_CHOSEN.", "the gateway says `NO_PROPOSAL_CHOSEN`."],
      ["at 2001:db8::7, udp-500@192.0.2.7", "at `2001:db8::7`, `udp-500@192.0.2.7`"],
      ["run `tcpdump -ni any 'udp port 500'` there", "run `tcpdump -ni any 'udp port 500'` there"],
      ["see (https://evil.example/x).", "see (`https://evil.example/x`)."],
      ["www.evil.example, @all, #12, !7, owner/name@1", "`www.evil.example`, `@all`, `#12`, `!7`, `owner/name@1`"],
      ["deadbeef GH-12", "`deadbeef` `GH-12`"],
      ["a ` b", "a `` ` `` b"],
      ["a `b`_c", "a `b` `_c`"],
      ["\x1b[2J\n# head", "`\\x1b[2J\\x0a#` head"],
    ] as const
  ) assertEquals(inline(sentence), expected ?? sentence);
  assertEquals(cell("a | b|c"), "a `\\x7c` `b\\x7cc`");
  assertEquals(code("`a``"), "``` `a`` ```");
});

const EVIL = [
  "[x](https://evil.example) ![i](//evil.example/i.png) <img src=x onerror=alert(1)> <!-- ",
  "a | b || c |\n|---|---|\n| d |",
  "@everyone #1 GH-1 :smile: !12 $x$ ~bug &lt; %1 ^alert#1 https://evil.example www.evil.example me@evil.example",
  "\n\n# head\n\n- item\n\n1. item\n\n> quote\n\n```\ncode\n/close\n\n---\n===\n",
  "*a* **b** _c_ __d__ ~~e~~ `f` ``g` `\\`h` \\*i\\* [^1] [ ] {#id} {{{ <b>j</b> <https://evil.example>",
  "`".repeat(7),
  "\\`\\|\\",
  "a\\",
  "``` ` ``",
];

for (const evil of EVIL) {
  Deno.test(`markdown: nothing of the network acts in a ticket: ${JSON.stringify(evil).slice(0, 60)}`, () => {
    const harmless = html(render([hostile("word"), hostile("word")]));
    const made = assertInert(render([hostile(evil), hostile(evil)]));
    assertEquals(skeleton(made), skeleton(harmless));
  });
}

Deno.test("markdown: a sentence is one line of inert text, whatever it is", () => {
  const pieces = fc.constantFrom(
    ...EVIL,
    "`",
    "``",
    "\\",
    "|",
    "[",
    "](",
    "<",
    ">",
    "@a",
    " ",
    "\n",
    ":",
    "*",
    "_",
    "x",
  );
  const texts = fc.oneof(fc.string({ unit: "binary" }), fc.array(pieces, { maxLength: 8 }).map((all) => all.join("")));
  fc.assert(
    fc.property(texts, (text) => {
      const sentence = `- **seen**: ${inline(text)}`;
      assert(!sentence.includes("\n"));
      assertEquals(skeleton(assertInert(sentence)), "ul li strong /strong /li /ul");
      const row = `| a | b |\n| - | - |\n| ${cell(text)} | c |`;
      assertMatch(assertInert(row), /<td>c<\/td>\n<\/tr>\n<\/tbody>/);
    }),
    { numRuns: 200 },
  );
});
