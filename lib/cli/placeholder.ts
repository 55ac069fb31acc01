/**
 * What stands for values in help, man page and completions: one vocabulary for the options and operands of all commands.
 * A table entry says `value: "FILE"`, and shells complete files there. An option with `choices` says all by itself.
 */
import { TRANSPORTS } from "../model/mod.ts";

/** One word in capitals. */
export interface Placeholder {
  /** What the man page says of it. */
  readonly means: string;
  /** Who knows its values: the shell, or this program (`commands/words.ts`); absent: nobody. */
  readonly completes?: "file" | "host" | "words";
}

/** All of them, by name. */
export const PLACEHOLDERS: Readonly<Record<string, Placeholder>> = {
  A: { means: "a saved report", completes: "file" },
  ADDRESS: { means: "an IPv4 or IPv6 address" },
  "ADDRESS:PORT": { means: "an address (IPv6 in brackets), a colon and a port; :PORT is every address" },
  B: { means: "a saved report", completes: "file" },
  BITS: { means: "a whole number: the zero bits that a puzzle's solution has to end with" },
  CIPHER: { means: "a cipher by its IANA name, with the key length where it has several", completes: "words" },
  CODE: { means: "the code of a finding", completes: "words" },
  COMMAND: { means: "a command of the program", completes: "words" },
  FAULT: {
    means: `[TRANSPORT[-PORT]:]NAME[:ARGUMENT]: what a gateway does wrong; TRANSPORT is ${TRANSPORTS.join(", ")}`,
    completes: "words",
  },
  FILE: { means: "a file; where it is read, - is standard input", completes: "file" },
  GATEWAY: { means: "a name or an address", completes: "host" },
  GROUP: { means: "a key exchange group, by name or by IANA number (14 is MODP2048)", completes: "words" },
  HOST: { means: "a name, an IPv4 address, or an IPv6 address with or without brackets", completes: "host" },
  INTEG: { means: "an integrity algorithm by its IANA name", completes: "words" },
  N: { means: "a whole number" },
  NAME: { means: "a DNS name" },
  "NAME=PARAMETERS": { means: "a name, an equals sign, and parameters as a URL has them behind its question mark" },
  PATH: {
    means:
      "one way to reach an address: udp-PORT (IKE over UDP; /bare or /marker behind it says how), tcp-PORT (RFC 9329) " +
      "or tls-PORT (the same inside TLS)",
    completes: "words",
  },
  PORT: { means: "a port number" },
  PRF: { means: "a pseudorandom function by its IANA name", completes: "words" },
  SCHEMA: { means: "the name of a JSON Schema", completes: "words" },
  SHELL: { means: "bash, zsh or fish", completes: "words" },
  TARGET: { means: "an address, a block of addresses (10.0.0.0/8), a name, or *.NAME for all names below one" },
  TEXT: { means: "any text" },
  TIME: { means: "a time: seconds, or with a unit, as in 500ms, 3s, 2m, 1h" },
};

/** A placeholder as a table entry has it: `PATH,...`, `[HOST...]`. */
export interface PlaceholderUse {
  readonly name: string;
  /** Several in one word, with commas between them. */
  readonly list: boolean;
  /** Several words. */
  readonly repeats: boolean;
}

/** The placeholders of an option's `value` or a command's `operands`, in order. */
export function placeholdersIn(text: string): PlaceholderUse[] {
  return [...text.matchAll(/([A-Z][A-Z0-9:=-]*)\]?(,?)(?:\.\.\.)?/g)].map(([use, name, comma]) => ({
    name: name!,
    list: comma === ",",
    repeats: comma !== "," && use.endsWith("..."),
  }));
}
