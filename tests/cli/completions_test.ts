/** Completions in real shells, for every table entry, and where command lines are odd. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { COMMANDS } from "../../commands/mod.ts";
import { wordLists } from "../../commands/words.ts";
import type { Command } from "../../lib/cli/command.ts";
import { type CommandGrammar, grammarOf, HELP_COMMAND, type Value } from "../../lib/cli/completions/grammar.ts";
import { COMPLETIONS, SHELLS } from "../../lib/cli/completions/mod.ts";
import { leadingWords } from "../../lib/cli/completions/spell.ts";
import { PLACEHOLDERS, placeholdersIn } from "../../lib/cli/placeholder.ts";
import { assertSnapshot } from "../snapshot.ts";
import { BASH_COMPLETION, missingShell, type RunningShell, script, startShell } from "./completions/shells.ts";
import { runCli } from "./run_cli.ts";
import { SAMPLE, SAMPLE_WORDS } from "./sample_commands.ts";

const ALL: readonly Command[] = await Promise.all(Object.values(COMMANDS).map((load) => load()));
const GRAMMAR = grammarOf("ike-tcp", "1.2.3", ALL, await wordLists());

/** The part of a word behind commas, `--option=` and `tcp:`: shells differ in whether they repeat what is there. */
function last(word: string): string {
  return word.replace(/^.*[,=]/, "").replace(/^[a-z]+(-\d+)?:(?=.)/, "");
}

/** zsh offers options where no operand can stand; the others wait for a dash. */
async function offered(shell: RunningShell, line: string): Promise<string[]> {
  const words = (await shell.offered(line)).map(last).toSorted();
  return line.endsWith(" ") ? words.filter((word) => !word.startsWith("-")) : words;
}

/** What there is to offer for a value, before anything is typed. */
function expected({ from, placeholder }: Value): string[] | undefined {
  if (from === "nothing") return [];
  if (from === "file") return undefined;
  if (from === "host") return ["gateway.example.org"];
  if (from !== "words") return from.toSorted();
  const list = GRAMMAR.words[placeholder]!;
  return [...list.words, ...leadingWords(list)].map(([word]) => word).toSorted();
}

/** Whether files are offered: bash leaves it to readline. */
function offersFile(words: readonly string[]): boolean {
  return words.some((word) => word === "FILES" || word.replaceAll("\\", "") === "my report.json");
}

async function assertOffers(shell: RunningShell, line: string, value: Value): Promise<void> {
  const found = await offered(shell, line);
  const words = expected(value);
  if (words === undefined) return assert(offersFile(found), `${line}: ${found}`);
  if (value.from === "host") return assert(words.every((word) => found.includes(word)), `${line}: ${found}`);
  assertEquals(found, words, line);
}

/** A command's switches, values and operands, as its table has them; `asked`: options of other commands, asked there. */
async function assertComplete(
  shell: RunningShell,
  { name, switches, operands, furtherOperands }: CommandGrammar,
  asked: Set<string>,
) {
  const long = switches.map((one) => `--${one.long}`).toSorted();
  assertEquals(await offered(shell, `ike-tcp ${name} --`), long, name);
  for (const one of switches) {
    const same = JSON.stringify([one.long, one.short, one.value]);
    if (one.value === undefined || asked.has(same)) continue;
    asked.add(same);
    await assertOffers(shell, `ike-tcp ${name} --${one.long} `, one.value);
    if (one.short !== undefined) await assertOffers(shell, `ike-tcp ${name} -${one.short} `, one.value);
  }
  let line = `ike-tcp ${name} `;
  for (const operand of operands) {
    await assertOffers(shell, line, operand);
    line += "x ";
  }
  if (furtherOperands !== undefined) {
    await assertOffers(shell, line, furtherOperands);
    await assertOffers(shell, `${line}x y `, furtherOperands);
  } else assertEquals(await offered(shell, line), [], line);
}

/** Lines that are odd in some way, and what has to be offered; `undefined`: files. */
const ODD: readonly (readonly [line: string, words: readonly string[] | undefined])[] = [
  ["ike-tcp expl", ["explain"]],
  ["ike-tcp --ver", ["--version"]],
  ["ike-tcp help ex", ["explain", "exporter"].filter((name) => Object.hasOwn(COMMANDS, name))],
  ["ike-tcp nosuch --", []],
  ["ike-tcp probe vpn.example.com --ret", ["--retries"]],
  ["ike-tcp probe vpn.example.com --format=jsonl --ret", ["--retries"]],
  ["ike-tcp probe --format=jsonl --paths=tcp-4500,tcp-", ["tcp-443"]],
  ["ike-tcp probe --require udp-500,udp-4500,", ["tcp-443", "tcp-4500", "tls-443"]],
  ["ike-tcp probe -4qt ", []],
  ["ike-tcp probe -- --ret", []],
  ["ike-tcp explain -- tcp-m", ["tcp-mute"]],
  ["ike-tcp explain tcp-mute tcp-", []],
  ["ike-tcp probe --timeout explain tcp-", []],
  ["ike-tcp demo --fault udp:prefix-", []],
  ["ike-tcp demo --fault tcp-4500:prefix-d", ["prefix-drop"]],
  ["ike-tcp demo --fault=drop,tls:tls-m", ["tls-mute"]],
  ["ike-tcp demo --fault tcp:drop,tcp:drop-", ["drop-every", "drop-first", "drop-larger", "drop-stateless"]],
  ["ike-tcp demo --fault ud", ["udp:"]],
  ["IKE_TCP_QUIET=1 ike-tcp expl", ["explain"]],
  ["true; ike-tcp expl", ["explain"]],
  ["ike-tcp serve --groups X2", ["X25519"]],
];

/** zsh sees to these itself. */
const REDIRECTED: typeof ODD = [
  ["ike-tcp schema > my", undefined],
  ["ike-tcp schema >my", undefined],
  ["ike-tcp probe 2>/dev/null --ret", ["--retries"]],
];

const COMMA: [keys: string, args: string[]] = [
  "ike-tcp probe --paths=udp-5\t,tls\t",
  ["probe", "--paths=udp-500,tls-443"],
];

/** Nothing of this may be run, complained about, or stop the shell. */
const HOSTILE: readonly string[] = [
  "ike-tcp '$(touch pwned)' ",
  "ike-tcp probe --paths '$(touch pwned),",
  "ike-tcp probe --paths=\\$(touch\\ pwned),",
  "ike-tcp probe `touch pwned` --",
  "ike-tcp probe --format=$(touch pwned) --format=",
  'ike-tcp probe "; touch pwned; " ',
  "ike-tcp '[' '*' '\\' --",
  "ike-tcp probe '*' --paths *,",
  "ike-tcp - -- - ",
  "ike-tcp probe --= ",
  "ike-tcp explain -n ",
  "ike-tcp explain '%s%n' ",
  "ike-tcp demo --fault tcp-99999999999999999999:",
  "ike-tcp demo --fault ]:,[:",
];

for (const shell of SHELLS) {
  const missing = Deno.build.os === "windows" ? "a Unix" : missingShell(shell);
  const named = (what: string) => `completions: ${shell}: ${what}${missing === undefined ? "" : ` (needs ${missing})`}`;

  Deno.test({
    name: named("the script is one that the shell reads"),
    ignore: missing !== undefined,
    async fn() {
      const file = await Deno.makeTempFile();
      await Deno.writeTextFile(file, await script(shell));
      const { success, stderr } = await new Deno.Command(shell, { args: ["-n", file] }).output();
      assertEquals([success, new TextDecoder().decode(stderr)], [true, ""]);
      await Deno.remove(file);
    },
  });

  Deno.test({
    name: named("every option, value and operand of every command"),
    ignore: missing !== undefined,
    async fn() {
      await using running = await startShell(shell);
      const names = [...ALL.map(({ name }) => name), HELP_COMMAND.name].toSorted();
      assertEquals(await offered(running, "ike-tcp "), names);
      const asked = new Set<string>();
      for (const command of GRAMMAR.commands) await assertComplete(running, command, asked);
    },
  });

  Deno.test({
    name: named("options behind operands, commas, scopes, --, assignments, redirections"),
    ignore: missing !== undefined,
    async fn() {
      await using running = await startShell(shell);
      for (const [line, words] of shell === "zsh" ? ODD : [...ODD, ...REDIRECTED]) {
        const found = await offered(running, line);
        if (words === undefined) assert(offersFile(found), `${line}: ${found}`);
        else assertEquals(found, words.toSorted(), line);
      }
    },
  });

  Deno.test({
    name: named("what is completed and entered is what the program is given"),
    ignore: missing !== undefined,
    async fn() {
      await using running = await startShell(shell);
      const cases: [keys: string, args: string[]][] = [
        ["ike-tcp expla\ttcp-mu\t", ["explain", "tcp-mute"]],
        ["ike-tcp probe gatew\t--ret\t", ["probe", "gateway.example.org", "--retries"]],
        ["ike-tcp probe --paths=udp-500,tls\t", ["probe", "--paths=udp-500,tls-443"]],
        // fish puts a space behind what it completes, the others let a comma follow
        ...shell === "fish" ? [] : [COMMA],
        ["ike-tcp diagnose my\t", ["diagnose", "my report.json"]],
        ["ike-tcp demo --fault tcp-4500:prefix-d\t", ["demo", "--fault", "tcp-4500:prefix-drop"]],
      ];
      for (const [keys, args] of cases) {
        const found = await running.entered(keys);
        assertEquals(found.map((word) => word.replace(/[=,]$/, "")), args, keys);
      }
    },
  });

  Deno.test({
    name: named("hostile words are only words"),
    ignore: missing !== undefined,
    async fn() {
      await using running = await startShell(shell);
      for (const line of HOSTILE) {
        assertEquals(await running.complaint(line), undefined, line);
      }
      assertEquals(await offered(running, "ike-tcp expl"), ["explain"]);
      assertEquals(running.has("pwned"), false);
    },
  });

  Deno.test(`completions: ${shell}: a snapshot of the sample's script`, async () => {
    const text = COMPLETIONS[shell](grammarOf("ike-tcp", "1.2.3", SAMPLE, SAMPLE_WORDS));
    await assertSnapshot(text, new URL(`snapshots/completions.${shell}`, import.meta.url));
  });
}

Deno.test({
  name: `completions: bash: beside the package bash-completion, which loads the script when it is needed${
    BASH_COMPLETION === undefined ? " (needs bash-completion)" : ""
  }`,
  ignore: BASH_COMPLETION === undefined || missingShell("bash") !== undefined,
  async fn() {
    await using running = await startShell("bash", { loadedBy: BASH_COMPLETION });
    assertEquals(await running.entered("ike-tcp expla\ttcp-mu\t"), ["explain", "tcp-mute"]);
    assertEquals(await running.entered("ike-tcp probe --format=jsonl\t --ret\t"), [
      "probe",
      "--format=jsonl",
      "--retries",
    ]);
    assertEquals(await running.entered("ike-tcp diagnose my\t"), ["diagnose", "my report.json"]);
  },
});

Deno.test("completions: every placeholder of a table is in the vocabulary", () => {
  const used = ALL.flatMap(({ options, operands }) => [
    ...Object.values(options).flatMap((option) => option.type === "boolean" || "choices" in option ? [] : option.value),
    operands,
  ]).flatMap(placeholdersIn).map(({ name }) => name);
  const unknown = [...new Set(used)].filter((name) => !Object.hasOwn(PLACEHOLDERS, name));
  assertEquals(unknown, [], "a new one needs a line in lib/cli/placeholder.ts: what it means, and who completes it");
});

Deno.test("completions: who knows the words of a placeholder has a list of them, of words that mean nothing to a shell", () => {
  const ours = Object.entries(PLACEHOLDERS).filter(([, { completes }]) => completes === "words").map(([name]) => name);
  assertEquals(Object.keys(GRAMMAR.words).toSorted(), ours.toSorted());
  const lists = Object.values(GRAMMAR.words).flatMap(({ words, scopes = {} }) => [words, ...Object.values(scopes)]);
  const choices = GRAMMAR.commands.flatMap(({ switches }) => switches).flatMap(({ value }) =>
    Array.isArray(value?.from) ? value.from : []
  );
  for (const word of [...lists.flat().map(([word]) => word), ...choices]) {
    assert(/^[A-Za-z0-9][A-Za-z0-9./-]*$/.test(word), word);
  }
});

Deno.test("completions: an unknown shell is a usage error that names the shells", async () => {
  const { code, stderr } = await runCli(["completions", "fisch"]);
  assertEquals(code, 3);
  assertStringIncludes(stderr, 'Unknown shell "fisch": there are completions for bash, zsh, fish; did you mean fish?');
});
