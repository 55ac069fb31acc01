/** `ike-tcp man`: the manual page, made from the program's own tables. */
import { defineCommand } from "../lib/cli/command.ts";
import { PROGRAM, VERSION, VERSION_DATE } from "../lib/cli/version.ts";

/** See the file's head. */
export const command = defineCommand({
  name: "man",
  summary: "print the manual page",
  operands: "",
  operandCount: [0, 0],
  description: [
    "Prints the manual page with all commands, options, findings and examples, as mdoc: for man -l -, for mandoc, or for a " +
    "folder of manual pages.",
  ],
  options: {},
  examples: [
    { args: "man | man -l -", what: "read it on Linux; on macOS and the BSDs: ike-tcp man | mandoc -a" },
    { args: "man > ~/.local/share/man/man1/ike-tcp.1", what: "install it: then man ike-tcp" },
  ],
  async run({ terminal }) {
    terminal.out.write(await manual());
    return 0;
  },
});

/** The page. */
export async function manual(): Promise<string> {
  const { manualPage } = await import("../lib/cli/man/page.ts");
  const { allCommands, wordLists } = await import("./words.ts");
  const commands = await allCommands();
  const words = await wordLists();
  return manualPage({ program: PROGRAM, version: VERSION, date: VERSION_DATE, commands, words });
}
