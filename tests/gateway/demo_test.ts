/** `ike-tcp demo`, the README's first command, as a newcomer runs it. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { command } from "../../commands/demo.ts";
import { UsageError } from "../../lib/cli/failure.ts";
import { parseOptions } from "../../lib/cli/options.ts";
import type { Terminal } from "../../lib/cli/terminal.ts";
import { systemNetwork } from "../../lib/net/mod.ts";

// What a probe loads of the system stays loaded, so it is loaded before the tests.
systemNetwork();

async function demo(...args: string[]): Promise<string> {
  let text = "";
  const write = (more: string) => void (text += more);
  const output = { isTerminal: false, width: undefined, write };
  const terminal: Terminal = { out: output, err: output, environment: () => undefined };
  const { options, operands } = parseOptions(args, command.options, () => undefined);
  assertEquals(await command.run({ options, operands, terminal }), 0);
  return text;
}

Deno.test("demo: one path is broken, and the report says which, how and by what", async () => {
  const [about, broken, ...report] = (await demo()).split("\n");
  assert(about!.startsWith("A gateway for this demo listens on 127.0.0.1: UDP "), about);
  assert(broken!.startsWith("Broken on purpose: tcp:prefix-reset "), broken);
  const text = report.join("\n");
  assert(text.includes("prefix-reset") && text.includes("DEGRADED"), text);
});

Deno.test("demo: with no fault, everything is well", async () => {
  const text = await demo("--fault", "none");
  assert(text.includes("Nothing is wrong with it.") && text.includes("READY"), text);
});

Deno.test("demo: a fault that does not exist is a usage error", async () => {
  await assertRejects(() => demo("--fault", "bogus"), UsageError, 'there is no fault "bogus"');
  await assertRejects(() => demo("--fault", "delay:soon"), UsageError, "no whole number");
});
