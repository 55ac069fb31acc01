/** The words that values are made of, for completions and the man page: by placeholder, from the lists that the program acts by. */
import type { Command } from "../lib/cli/command.ts";
import type { Word, WordList, WordLists } from "../lib/cli/completions/grammar.ts";
import { FAULTS } from "../lib/gateway/faults/names.ts";
import { DEFAULT_PATHS, formatPathSpec, type Transport, TRANSPORTS } from "../lib/model/mod.ts";
import { COMMANDS } from "./mod.ts";
import { SCHEMAS } from "./schema.ts";

/** What a path of each transport speaks. */
const SPEAKS: Readonly<Record<Transport, string>> = {
  udp: "IKE over UDP",
  tcp: "RFC 9329",
  tls: "RFC 9329 inside TLS",
};

/** All commands, in the order of the help. */
export function allCommands(): Promise<Command[]> {
  return Promise.all(Object.values(COMMANDS).map((load) => load()));
}

/** Everything that `PLACEHOLDERS` leaves to this program. Loads protocol code. */
export async function wordLists(): Promise<WordLists> {
  const { KEY_EXCHANGE_GROUPS } = await import("../lib/crypto/mod.ts");
  const { encrName, groupName, integName, prfName } = await import("../lib/ike/mod.ts");
  const { DEFAULT_POLICY: { suites } } = await import("../lib/exchange/responder_policy.ts");
  const { RULES } = await import("../lib/diagnose/mod.ts");
  const { SHELLS } = await import("../lib/cli/completions/mod.ts");
  const commands = await allCommands();
  const ciphers = suites.flatMap(({ encr }) => encr);
  return {
    CIPHER: plain(
      ciphers.map(({ id, keyBits }) => [encrName(id), ...keyBits === undefined ? [] : [keyBits]].join("-")),
    ),
    CODE: { words: RULES.map(({ code, title }) => [code, title]) },
    COMMAND: { words: commands.map(({ name, summary }) => [name, summary]) },
    FAULT: {
      words: faultWords(),
      scopes: Object.fromEntries(TRANSPORTS.map((transport) => [transport, faultWords(transport)])),
    },
    GROUP: { words: KEY_EXCHANGE_GROUPS.map(({ id }): Word => [groupName(id), `group ${id}`]) },
    INTEG: plain(suites.flatMap(({ integ }) => integ).map(integName)),
    PATH: { words: DEFAULT_PATHS.map((path): Word => [formatPathSpec(path), SPEAKS[path.transport]]) },
    PRF: plain(suites.flatMap(({ prf }) => prf).map(prfName)),
    SCHEMA: { words: Object.entries(SCHEMAS).map(([name, { of }]): Word => [name, of]) },
    SHELL: plain(SHELLS),
  };
}

/** Words that need no explanation, each once. */
function plain(words: readonly string[]): WordList {
  return { words: [...new Set(words)].map((word) => [word, ""]) };
}

/** The faults that can happen on a transport; without one: all. */
function faultWords(transport?: Transport): Word[] {
  return FAULTS.filter(({ transports }) => transport === undefined || transports.includes(transport))
    .map(({ name, means }) => [name, means]);
}
