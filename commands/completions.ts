/** `ike-tcp completions SHELL`: the script that makes a shell complete this program's command lines. */
import { defineCommand } from "../lib/cli/command.ts";
import type { Shell } from "../lib/cli/completions/mod.ts";
import { UsageError } from "../lib/cli/failure.ts";
import { nearest } from "../lib/cli/suggest.ts";
import { PROGRAM, VERSION } from "../lib/cli/version.ts";
import { escapeText } from "../lib/wire/escape.ts";

/** See the file's head. */
export const command = defineCommand({
  name: "completions",
  summary: "print the completions of a shell",
  operands: "SHELL",
  operandCount: [1, 1],
  description: [
    "Prints a script for bash, zsh or fish that completes commands, options and their values: paths, groups, faults, " +
    "findings, file names, known hosts. It is made from this program's own tables: make it anew after an update.",
  ],
  options: {},
  examples: [
    {
      args: "completions bash > ~/.local/share/bash-completion/completions/ike-tcp",
      what: 'bash with the package bash-completion; without it: eval "$(ike-tcp completions bash)" in ~/.bashrc',
    },
    { args: "completions zsh > ~/.zfunc/_ike-tcp", what: "zsh, with fpath+=~/.zfunc before compinit in ~/.zshrc" },
    { args: "completions fish > ~/.config/fish/completions/ike-tcp.fish", what: "fish" },
  ],
  async run({ operands: [name = ""], terminal }) {
    const { SHELLS } = await import("../lib/cli/completions/mod.ts");
    const shell = SHELLS.find((known) => known === name);
    if (shell === undefined) {
      const meant = nearest(name, SHELLS);
      const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
      throw new UsageError(
        `Unknown shell "${escapeText(name)}": there are completions for ${SHELLS.join(", ")}${hint}`,
      );
    }
    terminal.out.write(await completionScript(shell));
    return 0;
  },
});

/** The script for a shell. */
export async function completionScript(shell: Shell): Promise<string> {
  const { COMPLETIONS } = await import("../lib/cli/completions/mod.ts");
  const { grammarOf } = await import("../lib/cli/completions/grammar.ts");
  const { allCommands, wordLists } = await import("./words.ts");
  const commands = await allCommands();
  return COMPLETIONS[shell](grammarOf(PROGRAM, VERSION, commands, await wordLists()));
}
