/** The manual page: from the tables, read without complaint by mandoc and groff, and showing what the tables say. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { COMMANDS } from "../../commands/mod.ts";
import { manualPage, type ManualSource } from "../../lib/cli/man/page.ts";
import { environmentName } from "../../lib/cli/option.ts";
import { RULES } from "../../lib/diagnose/mod.ts";
import { PROGRAM, VERSION, VERSION_DATE } from "../../lib/cli/version.ts";
import { assertSnapshot } from "../snapshot.ts";
import { runCli } from "./run_cli.ts";
import { SAMPLE, SAMPLE_WORDS } from "./sample_commands.ts";

const SAMPLE_SOURCE: ManualSource = {
  program: "ike-tcp",
  version: "1.2.3",
  date: "2026-02-03",
  commands: SAMPLE,
  words: SAMPLE_WORDS,
};
const PAGES: Readonly<Record<string, () => Promise<string>>> = {
  "the program's": async () => (await runCli(["man"])).stdout,
  "the sample's": () => Promise.resolve(manualPage(SAMPLE_SOURCE)),
};

/** How each of them shows a page of 80 columns as plain text. */
const RENDERERS: Readonly<Record<string, readonly string[]>> = {
  mandoc: ["mandoc", "-T", "ascii", "-O", "width=80"],
  groff: ["groff", "-mdoc", "-T", "utf8", "-ww", "-P", "-cbou", "-r", "LL=80n"],
  man: ["man", "--local-file", "-"],
};

function isMissing(program: string): boolean {
  return !new Deno.Command("sh", { args: ["-c", 'command -v "$0" > /dev/null', program] }).outputSync().success;
}

async function pipe(
  command: readonly string[],
  input: string,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const [program = "", ...args] = command;
  const env = { LC_ALL: "C", MANWIDTH: "80", MANPAGER: "cat", MAN_KEEP_FORMATTING: "" };
  const child = new Deno.Command(program, { args, env, stdin: "piped", stdout: "piped", stderr: "piped" }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

/** Without overstrikes. */
function plain(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/.\x08/g, "");
}

async function rendered(renderer: string, page: string): Promise<string> {
  const { code, stdout, stderr } = await pipe(RENDERERS[renderer]!, page);
  assertEquals([code, stderr.replace(/^mandoc: outdated mandoc\.db.*\n/gm, "")], [0, ""]);
  return plain(stdout);
}

/** In one line, with single spaces: what is broken into lines is found. */
function flowing(text: string): string {
  return text.replace(/[\u2010\u2212]/g, "-").replace(/-\n +/g, "-").replace(/\s+/g, " ");
}

function assertShows(shown: string, text: string): void {
  assert(shown.includes(text), `"${text}" is not shown`);
}

function withProgram(program: string, name: string, fn: () => Promise<void>) {
  const ignore = Deno.build.os === "windows" || isMissing(program);
  Deno.test({ name: `man: ${name}${ignore ? ` (needs ${program})` : ""}`, ignore, fn });
}

for (const [whose, page] of Object.entries(PAGES)) {
  withProgram("mandoc", `mandoc has no warning for ${whose} page`, async () => {
    const { stdout } = await pipe(["mandoc", "-T", "lint", "-W", "warning"], await page());
    assertEquals(stdout, "");
  });

  for (const renderer of Object.keys(RENDERERS)) {
    withProgram(renderer, `${renderer} shows ${whose} page, within 80 columns`, async () => {
      const text = await rendered(renderer, await page());
      for (const line of text.split("\n")) assert(line.length <= 80 || line.includes("$ ike-tcp "), line);
    });
  }
}

withProgram("mandoc", "every command, option, variable, finding and example is shown as it is typed", async () => {
  const text = await rendered("mandoc", await PAGES["the program's"]!());
  const flow = flowing(text);
  const commands = await Promise.all(Object.values(COMMANDS).map((load) => load()));
  for (const { name, options, examples } of commands) {
    assertShows(text, `\n   ${PROGRAM} ${name}\n`);
    for (const [option, entry] of Object.entries(options)) {
      const negated = entry.type === "boolean" && entry.negatable ? `, --no-${option}` : "";
      assertShows(flow, ` --${option}${entry.type === "boolean" ? negated : ` ${entry.value}`} `);
      assertShows(flow, environmentName(option));
    }
    for (const { args } of examples) assertShows(text, `\n           $ ${PROGRAM} ${args}\n`);
  }
  for (const { code, title } of RULES) assertShows(flow, `${code} ${title}`);
});

withProgram("mandoc", "the sample at 80 columns", async () => {
  await assertSnapshot(
    await rendered("mandoc", manualPage(SAMPLE_SOURCE)),
    new URL("snapshots/man-80.txt", import.meta.url),
  );
});

for (const renderer of Object.keys(RENDERERS)) {
  withProgram(renderer, `${renderer}: nothing of a table acts on the page`, async () => {
    const flow = flowing(await rendered(renderer, manualPage(SAMPLE_SOURCE)));
    for (
      const text of [
        ".B is no macro, and 'neither' is this.",
        "`a command` in it, and a \\ backslash.",
        '\\fBnot bold\\fP, a~b^c, "quoted", ...',
        "'.so /etc/passwd'",
        "Sh . | No .Sh no heading",
        "$ ike-tcp probe -t 5 '[2001:db8::7]' > 'a file'",
        "how long (100%)",
      ]
    ) assertShows(flow, text);
  });
}

Deno.test("man: another table is another page", () => {
  const page = (change: Partial<(typeof SAMPLE)[number]>) =>
    manualPage({ ...SAMPLE_SOURCE, commands: [{ ...SAMPLE[0]!, ...change }, ...SAMPLE.slice(1)] });
  const before = page({});
  const { paths, ...options } = SAMPLE[0]!.options;
  assertStringIncludes(before, ".It Fl \\-paths Ar PATH,...\n");
  for (
    const change of [
      { options },
      { options: { ...options, paths: { ...paths!, help: "what else to try" } } },
      { description: ["Another."] },
      { examples: [{ args: "probe other", what: "another" }] },
      { operands: "[HOST...]" },
      { sections: [] },
    ]
  ) assert(page(change as Partial<(typeof SAMPLE)[number]>) !== before, Object.keys(change).join());
});

Deno.test("man: the version's day is the changelog's", async () => {
  const changelog = await Deno.readTextFile(new URL("../../CHANGELOG.md", import.meta.url));
  assertEquals(/^## (.*)$/m.exec(changelog)?.[1], `${VERSION} (${VERSION_DATE})`);
});
