/** The manual page of the program, with all its commands, from the same tables as the help. */
import type { Command, HelpSection } from "../command.ts";
import type { Word, WordLists } from "../completions/grammar.ts";
import { ENVIRONMENT_RULE, EXIT_CODES, optionMeaning, PROGRAM_DESCRIPTION } from "../help.ts";
import { environmentName, type Option } from "../option.ts";
import { type Placeholder, PLACEHOLDERS, placeholdersIn } from "../placeholder.ts";
import { escapeRoff, macroText, mdocDate, tagList, textLines } from "./mdoc.ts";

/** What the page is made of. */
export interface ManualSource {
  readonly program: string;
  readonly version: string;
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly commands: readonly Command[];
  /** Words of placeholders; those of `CODE` are the findings. */
  readonly words: WordLists;
}

/** Lists of words up to this length are printed. */
const SHORT_LIST = 120;

/** The page as mdoc. */
export function manualPage(source: ManualSource): string {
  const { program, version, date, commands, words } = source;
  return [
    `.\\" Made by ${macroText(`"${program} man"`)}, version ${version}: changes are lost.`,
    `.Dd ${mdocDate(date)}`,
    `.Dt ${program.toUpperCase()} 1`,
    `.Os ${program} ${version}`,
    ".Sh NAME",
    `.Nm ${program}`,
    ".Nd find out whether an IPsec gateway can be reached, and what is in the way",
    ".Sh SYNOPSIS",
    ...commands.flatMap(synopsis),
    ".Nm",
    ".Cm help",
    ".Op Ar COMMAND",
    ".Nm",
    ".Fl \\-help | \\-version",
    ".Sh DESCRIPTION",
    ...textLines(PROGRAM_DESCRIPTION),
    ...paragraphs(DESCRIPTION),
    ".Sh COMMANDS",
    ...commands.flatMap((command) => commandPart(program, command)),
    ".Sh VALUES",
    ...tagList(valueTerms(commands, words)),
    ".Sh ENVIRONMENT",
    ...environment(commands),
    ".Sh FILES",
    ...textLines(FILES),
    ".Sh EXIT STATUS",
    ...tagList(EXIT_CODES.terms.map(([code, meaning]) => [macroText(code), meaning])),
    ".Sh EXAMPLES",
    ...examples(program, commands),
    ".Sh DIAGNOSTICS",
    ...textLines(`Findings by their codes; ${program} explain CODE says more on each.`),
    ...tagList((words.CODE?.words ?? []).map(([code, means]) => [`Sy ${macroText(code)}`, means])),
    ".Sh SEE ALSO",
    ...SEE_ALSO,
    "",
  ].join("\n");
}

const DESCRIPTION = [
  "Options may stand before and behind operands; -- ends them. A boolean option is undone by the same option with no- " +
  "before its name, and what takes a comma-separated list adds up when it is given again.",
  "Behind a command, -h or --help shows its help in short.",
  "Results go to standard output, progress and complaints to standard error.",
];

const FILES =
  "There is no configuration file, and nothing is kept between runs: the program reads and writes the files " +
  "that options and operands name.";

const SEE_ALSO = [
  ".Xr tshark 1 ,",
  ".Xr ipsec 8 ,",
  ".Xr swanctl 8 ,",
  ".Xr tcpdump 8",
  ...reference(["C. Kaufman", "P. Hoffman", "Y. Nir", "P. Eronen", "T. Kivinen"], {
    title: "Internet Key Exchange Protocol Version 2 (IKEv2)",
    report: "RFC 7296",
    date: "October 2014",
  }),
  ...reference(["T. Pauly", "V. Smyslov"], {
    title: "TCP Encapsulation of Internet Key Exchange Protocol (IKE) and IPsec Packets",
    report: "RFC 9329",
    date: "November 2022",
  }),
];

interface Reference {
  readonly title: string;
  readonly report: string;
  readonly date: string;
}

function reference(authors: readonly string[], { title, report, date }: Reference): string[] {
  return [".Rs", ...authors.map((author) => `.%A ${author}`), `.%T ${title}`, `.%R ${report}`, `.%D ${date}`, ".Re"];
}

function paragraphs(texts: readonly string[]): string[] {
  return texts.flatMap((text) => [".Pp", ...textLines(text)]);
}

function synopsis({ name, operands }: Command): string[] {
  return [".Nm", `.Cm ${name}`, ".Op Ar OPTIONS", ...operands === "" ? [] : [operandMacros(operands)]];
}

/** `[CODE]` is optional, `HOST...` repeats. */
function operandMacros(operands: string): string {
  const isOptional = operands.startsWith("[");
  const names = operands.replace(/[[\]]/g, "").replaceAll("...", " ...");
  return `.${isOptional ? "Op " : ""}Ar ${names}`;
}

function commandPart(program: string, command: Command): string[] {
  const { name, description, options, sections = [] } = command;
  const [first = "", ...others] = description;
  return [
    `.Ss ${macroText(`${program} ${name}`)}`,
    ...textLines(first),
    ...paragraphs(others),
    ...tagList(Object.entries(options).map(([name, option]) => [optionMacros(name, option), optionMeaning(option)])),
    ...sections.filter((section) => section !== EXIT_CODES).flatMap(sectionPart),
  ];
}

/** `Fl t , Fl \-timeout Ar TIME`. */
function optionMacros(name: string, option: Option): string {
  const flag = (text: string) => `Fl ${escapeRoff(text)}`;
  const negated = option.type === "boolean" && option.negatable ? [flag(`-no-${name}`)] : [];
  const flags = [...option.short === undefined ? [] : [flag(option.short)], flag(`-${name}`), ...negated].join(" , ");
  return option.type === "boolean" ? flags : `${flags} Ar ${macroText(option.value)}`;
}

function sectionPart({ heading, terms }: HelpSection): string[] {
  return [
    ".Pp",
    `.Em ${macroText(heading)}`,
    ...tagList(terms.map(([term, meaning]) => [macroText(term), meaning])),
  ];
}

/** The placeholders that some table uses, with their words where these are few. */
function valueTerms(commands: readonly Command[], words: WordLists): [term: string, meaning: string][] {
  const texts = commands.flatMap(({ options, operands }) => [
    operands,
    ...Object.values(options).flatMap((option) => option.type === "boolean" || hasChoices(option) ? [] : option.value),
  ]);
  const used = new Set(texts.flatMap(placeholdersIn).map(({ name }) => name));
  return Object.entries(PLACEHOLDERS).filter(([name]) => used.has(name)).map(([name, placeholder]) => [
    `Ar ${macroText(name)}`,
    valueMeaning(placeholder, words[name]?.words ?? []),
  ]);
}

/** They stand beside the option. */
function hasChoices(option: Option): boolean {
  return option.type === "string" && option.choices !== undefined;
}

function valueMeaning({ means, completes }: Placeholder, words: readonly Word[]): string {
  const list = words.map(([word]) => word).join(", ");
  return completes !== "words" || list.length > SHORT_LIST || means.includes(words[0]![0])
    ? means
    : `${means}: ${list}`;
}

function environment(commands: readonly Command[]): string[] {
  const names = new Set(commands.flatMap(({ options }) => Object.keys(options)).map(environmentName));
  return [
    ...textLines(ENVIRONMENT_RULE),
    ...[...names].toSorted().map((name, i, all) => `.Ev ${name}${i < all.length - 1 ? " ," : " ."}`),
    ...paragraphs(["Besides:"]),
    ...tagList([
      ["Ev NO_COLOR", "Where it is set and not empty: no colour, unless an option asks for it."],
      ["Ev TERM", "Where it is dumb: neither colour nor progress."],
      ["Ev COLUMNS", "How wide the text may be; without it: as wide as the terminal."],
    ]),
  ];
}

/** What it is for, and the line as a shell shows it. */
function examples(program: string, commands: readonly Command[]): string[] {
  const all = commands.flatMap((command) => command.examples).map(({ args, what }) => [
    ...textLines(`${what.charAt(0).toUpperCase()}${what.slice(1)}${/[.?!]$/.test(what) ? "" : ":"}`),
    ".Bd -literal -offset indent",
    `$ ${escapeRoff(`${program} ${args}`)}`,
    ".Ed",
  ]);
  return all.flatMap((lines, i) => i === 0 ? lines : [".Pp", ...lines]);
}
