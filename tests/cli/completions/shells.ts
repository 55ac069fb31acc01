/**
 * bash, zsh and fish with this program's completions. In each `ike-tcp` is a function that keeps its arguments, so that a
 * line that was completed and entered shows what the program would have been given.
 */
import type { Shell } from "../../../lib/cli/completions/mod.ts";
import { runCli } from "../run_cli.ts";
import { eventually, missingForTerminal, PseudoTerminal, says } from "./terminal.ts";

/** A shell at its prompt. */
export interface RunningShell extends AsyncDisposable {
  /** What is offered for a line at its end. */
  offered(line: string): Promise<string[]>;
  /** The arguments of a line as typed; a tab completes. */
  entered(keys: string): Promise<string[]>;
  /** What the shell complains of when a tab is typed behind a line. */
  complaint(line: string): Promise<string | undefined>;
  /** Whether there is such a file in the shell's folder. */
  has(file: string): boolean;
}

/** What is needed and missing for a shell; undefined when all is there. */
export function missingShell(shell: Shell): string | undefined {
  return says(shell, "--version") === "" ? shell : missingForTerminal();
}

/** The script of the completions. */
export async function script(shell: Shell): Promise<string> {
  return (await runCli(["completions", shell])).stdout;
}

/** Keeps what is offered: what TAB calls in bash and zsh, and what fish tells when it is asked. */
const KEEP_OFFERED: Readonly<Record<Shell, string>> = {
  bash: `
_offered() {
  _ike_tcp "$@"
  { printf '%s\\n' "\${COMPREPLY[@]}"; compopt | grep -q -- '-o default' && echo FILES; echo END; } > offered.part
  mv offered.part offered.txt
}
complete -F _offered ike-tcp`,
  zsh: `
compadd() {
  local -a kept
  if (( \${argv[(I)-[ADO]]} )); then builtin compadd "$@"; return; fi
  builtin compadd -O kept "$@"
  print -rl -- $kept >> offered.part
  builtin compadd "$@"
}
_offered() {
  : > offered.part
  _ike_tcp "$@"
  local ret=$?
  echo END >> offered.part
  mv offered.part offered.txt
  return ret
}
compdef _offered ike-tcp`,
  fish: `
function offer
    complete -C (string collect < line.txt) > offered.part
    echo END >> offered.part
    mv offered.part offered.txt
end`,
};

const RC: Readonly<Record<Shell, string>> = {
  bash: `
PS1='READY> '
bind 'set bell-style none' 'set enable-bracketed-paste off'
ike-tcp() { printf '%s\\0' "$@" > entered.part; mv entered.part entered.txt; }
source ./completions.bash`,
  zsh: `
PS1='READY> ' LISTMAX=9999
unsetopt beep
zle_bracketed_paste=()
setopt no_auto_list no_auto_menu no_prompt_cr no_prompt_sp
autoload -Uz compinit && compinit -u -D
ike-tcp() { printf '%s\\0' "$@" > entered.part; mv entered.part entered.txt }
source ./completions.zsh`,
  fish: `
function fish_prompt; echo 'READY> '; end
function fish_greeting; end
function ike-tcp; printf '%s\\0' $argv > entered.part; mv entered.part entered.txt; end
source ./completions.fish`,
};

const COMMAND: Readonly<Record<Shell, string>> = {
  bash: "bash --noprofile --rcfile ./rc -i",
  zsh: "ZDOTDIR=$PWD/zdot zsh -i",
  fish: "fish --no-config --init-command 'source ./rc'",
};

/** What a shell says when a completion goes wrong. */
const COMPLAINT =
  /^.*(?:bash: |zsh: |fish: |_ike_tcp\S*:\d+: |_(?:arguments|describe|sequence):|\(line \d+\)|not found).*$/m;

/** Where the package bash-completion is, if it is there. */
export const BASH_COMPLETION = ["/usr/share", "/usr/local/share", "/opt/homebrew/share"]
  .map((folder) => `${folder}/bash-completion/bash_completion`)
  .find((file) => statOrNothing(file) !== undefined);

/** Options of {@linkcode startShell}. */
export interface ShellOptions {
  /** bash-completion's own script: it has to find ours, where it looks for those of a user. */
  readonly loadedBy?: string;
}

/** Starts a shell in an empty folder, with files in it that can be completed. */
export async function startShell(shell: Shell, { loadedBy }: ShellOptions = {}): Promise<RunningShell> {
  const folder = await Deno.makeTempDir({ prefix: `ike-tcp-${shell}-` });
  await furnish(folder, shell);
  if (loadedBy !== undefined) {
    const place = `${folder}/.local/share/bash-completion/completions`;
    await Deno.mkdir(place, { recursive: true });
    await Deno.rename(`${folder}/completions.bash`, `${place}/ike-tcp`);
    await Deno.writeTextFile(`${folder}/rc`, `${RC.bash.replace("./completions.bash", loadedBy)}\n`);
  }
  const env = { TERM: shell === "fish" ? "xterm" : "dumb", LC_ALL: "C.UTF-8", HOSTFILE: ".hosts", HOME: folder };
  const terminal = new PseudoTerminal(COMMAND[shell], env, folder);
  const told = () => terminal.screen;
  await eventually(() => terminal.screen.includes("READY>") ? true : undefined, told);
  const comes = (name: string) => eventually(() => take(`${folder}/${name}`), told);

  const offered = async (line: string) => {
    if (shell === "fish") {
      await Deno.writeTextFile(`${folder}/line.txt`, line);
      await terminal.type("offer\n");
    } else await terminal.type(`${line}\t`);
    const text = await comes("offered.txt");
    await terminal.type("\x15");
    const words = text.split("\n").slice(0, -2).map((word) => word.split("\t")[0]!);
    return [...new Set(words.filter((word) => word !== ""))];
  };
  return {
    offered,
    async entered(keys) {
      await terminal.type(`${keys}\n`);
      return (await comes("entered.txt")).split("\0").slice(0, -1);
    },
    async complaint(line) {
      const before = terminal.screen.length;
      // Behind an assignment the function is asked only once the line before has been dealt with.
      await terminal.type(`${line}\t\x15ike-tcp done\n`);
      await comes("entered.txt");
      if (shell === "fish") await offered(line);
      take(`${folder}/offered.txt`);
      return COMPLAINT.exec(terminal.screen.slice(before))?.[0];
    },
    has: (file) => statOrNothing(`${folder}/${file}`) !== undefined,
    async [Symbol.asyncDispose]() {
      await terminal[Symbol.asyncDispose]();
      // A shell whose terminal goes away still writes its history.
      await eventually(() => remove(folder), () => `${folder} does not go away`);
    },
  };
}

async function furnish(folder: string, shell: Shell): Promise<void> {
  const files: Readonly<Record<string, string>> = {
    [`completions.${shell}`]: await script(shell),
    rc: `${RC[shell]}\n${KEEP_OFFERED[shell]}\n`,
    "zdot/.zshrc": "source ./rc\n",
    "my report.json": "",
    // Known hosts, as each shell looks for them.
    ".ssh/known_hosts": "gateway.example.org ssh-ed25519 AAAA\n",
    ".hosts": "192.0.2.1 gateway.example.org\n",
  };
  for (const name of ["zdot", ".ssh"]) await Deno.mkdir(`${folder}/${name}`);
  for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(`${folder}/${name}`, text);
}

function statOrNothing(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch {
    return undefined;
  }
}

function remove(folder: string): true | undefined {
  try {
    Deno.removeSync(folder, { recursive: true });
    return true;
  } catch {
    return undefined;
  }
}

/** What a file holds, once it is there; it is gone then. */
function take(path: string): string | undefined {
  if (statOrNothing(path) === undefined) return undefined;
  const text = Deno.readTextFileSync(path);
  Deno.removeSync(path);
  return text;
}
