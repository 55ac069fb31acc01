/** The subcommands, in the order of the help. A new one is a file and a line here. */
import type { CommandList } from "../lib/cli/run.ts";

/** Each is loaded when it is called or when its help is shown. */
export const COMMANDS: CommandList = {
  probe: async () => (await import("./probe.ts")).command,
  watch: async () => (await import("./watch.ts")).command,
  serve: async () => (await import("./serve.ts")).command,
  exporter: async () => (await import("./exporter.ts")).command,
  demo: async () => (await import("./demo.ts")).command,
  diagnose: async () => (await import("./diagnose.ts")).command,
  diff: async () => (await import("./diff.ts")).command,
  decode: async () => (await import("./decode.ts")).command,
  explain: async () => (await import("./explain.ts")).command,
  schema: async () => (await import("./schema.ts")).command,
  completions: async () => (await import("./completions.ts")).command,
  man: async () => (await import("./man.ts")).command,
};
