/** What has arrived and waits for its reader. */
import { assertEquals } from "@std/assert";
import { Mailbox } from "../../lib/net/mailbox.ts";

Deno.test("mailbox: a reader that always finds something does not keep timers from their turn", async () => {
  const mailbox: Mailbox = new Mailbox({
    stream: true,
    limit: 100,
    poll: () => mailbox.put({ kind: "octets", at: 0, data: new Uint8Array(1) }),
  });
  let turns = 0;
  let stop = false;
  const timer = setTimeout(() => stop = true, 0);
  while (!stop && turns < 10_000_000) {
    turns++;
    assertEquals((await mailbox.receive(Infinity))?.kind, "octets");
  }
  clearTimeout(timer);
  assertEquals(stop, true);
});
