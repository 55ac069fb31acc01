/** A terminal that keeps what is written to it. */
import type { Terminal } from "../../lib/cli/terminal.ts";

/** What a {@linkcode fakeTerminal} is like. */
export interface FakeTerminalOptions {
  readonly isTerminal?: boolean;
  readonly width?: number;
  readonly height?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A terminal, and what has been written so far. */
export function fakeTerminal(options: FakeTerminalOptions = {}): Terminal & { stdout(): string; stderr(): string } {
  const { isTerminal = false, width, height, environment = {} } = options;
  const written = { out: "", err: "" };
  const output = (name: "out" | "err") => ({
    isTerminal,
    width,
    height,
    write(text: string) {
      written[name] += text;
    },
  });
  return {
    out: output("out"),
    err: output("err"),
    environment: (name) => environment[name],
    stdout: () => written.out,
    stderr: () => written.err,
  };
}
