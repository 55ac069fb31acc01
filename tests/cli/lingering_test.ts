/** What goes on behind the result: it is waited for, and people are told why. */
import { assertEquals, assertMatch } from "@std/assert";
import { Lingering } from "../../commands/lingering.ts";
import { fakeTerminal } from "./fake_terminal.ts";

const after = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

Deno.test("lingering: nothing is said where nothing is left, or only for a moment", async () => {
  const terminal = fakeTerminal({ isTerminal: true });
  const lingering = new Lingering();
  await lingering.end(terminal);
  lingering.add(after(10));
  await lingering.end(terminal);
  assertEquals([terminal.stdout(), terminal.stderr()], ["", ""]);
});

Deno.test("lingering: people are told what is waited for, scripts are not", async () => {
  for (const isTerminal of [true, false]) {
    const terminal = fakeTerminal({ isTerminal });
    const lingering = new Lingering();
    let over = false;
    lingering.add(after(700).then(() => void (over = true)));
    lingering.add(after(5));
    await lingering.end(terminal);
    assertEquals(over, true);
    if (isTerminal) {
      assertMatch(terminal.stderr(), /^ike-tcp: a gateway has not answered [^\n]*\(Ctrl-C closes it\)\n$/);
    } else assertEquals(terminal.stderr(), "");
  }
});
