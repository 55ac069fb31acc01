/** The runbook of the README: its situations, with their commands and what comes out of each. */

/** A fenced block. */
export interface Block {
  /** `sh`: commands; `text`: what the commands before it print. */
  readonly language: string;
  readonly lines: readonly string[];
  /** Line of the README at which its first line stands, from 0. */
  readonly at: number;
}

/** One `###` section. */
export interface Situation {
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** The sections below `## Runbook`. */
export function situations(readme: string): Situation[] {
  const found: { title: string; blocks: Block[] }[] = [];
  let inside = false;
  let block: { language: string; lines: string[]; at: number } | undefined;
  for (const [at, line] of readme.split("\n").entries()) {
    const fence = /^```(\w*)$/.exec(line);
    if (block !== undefined) {
      if (fence === null) block.lines.push(line);
      else block = undefined;
    } else if (/^## /.test(line)) inside = line === "## Runbook";
    else if (inside && line.startsWith("### ")) found.push({ title: line.slice(4), blocks: [] });
    else if (inside && fence !== null && found.length > 0) {
      block = { language: fence[1]!, lines: [], at: at + 1 };
      found.at(-1)!.blocks.push(block);
    }
  }
  return found;
}

/** A command line as a shell would take it apart: words, and where standard output goes. */
export interface CommandLine {
  readonly words: readonly string[];
  readonly output?: string;
}

/** Words, quotes, a comment at the end, and `> FILE`: as much of a shell as the README uses. */
export function parseCommandLine(line: string): CommandLine {
  const words = [...line.matchAll(/(?:^|\s)#.*$|'([^']*)'|"([^"]*)"|([^\s'"]+)/g)]
    .filter(([whole]) => !/^\s*#/.test(whole)).map(([, single, double, bare]) => single ?? double ?? bare ?? "");
  const redirect = words.indexOf(">");
  if (redirect < 0) return { words };
  return { words: words.slice(0, redirect), output: words[redirect + 1] };
}
