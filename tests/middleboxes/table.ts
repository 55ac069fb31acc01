/** `README.md`: what stands above the table, and the table, made from the rows. */
import { VERDICT_EXIT } from "../../lib/model/mod.ts";
import { formatExpected } from "./judge.ts";
import type { Expectation, Expected, Row, Venue } from "./row.ts";

const HEAD = `# The fault matrix

One row for each thing that is wrong, or only looks so, between a client and a gateway, with what \`ike-tcp probe\` has to
say of it. A row is right when every expected finding is there, **no other one** is (but for those that "may be there
too"), and verdict and exit code are the expected ones. Besides, every report fits the JSON Schema, gives the same
findings when it is diagnosed again from its JSON, ends in time, and shows no control character. Where the clock is a
real one, a single request that had to be repeated may be told as \`loss\`, a notice: the machine may be under load.

\`\`\`sh
deno task test                                # with all other tests: the rows that need no privileges
deno task test:middleboxes                    # all rows; those with real gateways need root: ../testbed/README.md
deno task test:middleboxes --filter TLS       # some of them
\`\`\`

Both end with \`N of M right\` and list each wrong row. This file is made from the rows:
\`UPDATE_SNAPSHOTS=1 deno task test --filter "fault matrix"\` writes it anew.`;

const VENUE_WORDS: Readonly<Record<Venue, readonly [title: string, text: string]>> = {
  sim: [
    "In the simulated network",
    "The program from its arguments to its JSON, over a network in memory with virtual time (\`../sim/\`), against the project's " +
    "own gateway. Faults in code letters are those of \`serve --fault\`; the others are middleboxes.",
  ],
  loopback: [
    "Over loopback",
    "\`probe\` against \`serve\`, over the system's own network stack, on free ports.",
  ],
  netns: [
    "Behind a real middlebox",
    "libreswan, strongSwan and OpenIKED in network namespaces; the middlebox is a profile of \`../testbed/topology\`, or rules " +
    "for nft. libreswan prefers another group than the first offered, and closes a TCP connection behind that answer.",
  ],
};

/** The whole file. */
export function readme(rows: readonly Row[]): string {
  const venues = (Object.keys(VENUE_WORDS) as Venue[]).map((venue) => {
    const [title, text] = VENUE_WORDS[venue];
    const here = rows.filter((row) => row.venue === venue);
    return [`## ${title}: ${here.length} rows`, wrap(text), table(here)].join("\n\n");
  });
  return [HEAD, `${rows.length} rows.`, ...venues].join("\n\n") + "\n";
}

const COLUMNS = ["what is wrong", "made by", "options", "expected findings", "may be there too", "verdict (exit)"];

function table(rows: readonly Row[]): string {
  const cells = rows.map(({ name, madeBy, options = [], expect }) =>
    [
      name,
      madeBy,
      options.length === 0 ? "" : `\`${options.join(" ")}\``,
      findings(expect.findings) || "none",
      findings(expect.may),
      verdict(expect),
    ].map((cell) => cell.replaceAll("|", "\\|"))
  );
  const all = [COLUMNS, ...cells];
  const widths = COLUMNS.map((_, i) => Math.max(...all.map((row) => [...row[i]!].length)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, i) => cell + " ".repeat(widths[i]! - [...cell].length)).join(" | ")} |`;
  return [line(COLUMNS), line(widths.map((width) => "-".repeat(width))), ...cells.map(line)].join("\n");
}

function findings(expected: readonly Expected[] = []): string {
  return [...new Set(expected.map(formatExpected))].join("; ");
}

function verdict({ verdict, exit }: Expectation): string {
  return verdict.map((code) => `${code} (${exit ?? VERDICT_EXIT[code]})`).join(" or ");
}

function wrap(text: string, width = 120): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1)!;
    if (line !== "" && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines.join("\n");
}
