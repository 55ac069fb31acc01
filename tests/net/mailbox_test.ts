/** What waits for the reader of a channel, and the clock that it waits by. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { systemClock, systemRandom } from "../../lib/net/clock.ts";
import { Inbox } from "../../lib/net/inbox.ts";
import { Mailbox } from "../../lib/net/mailbox.ts";
import { QUIET_MS, soon } from "./networks.ts";

const octets = (length: number, at = systemClock.now()) =>
  ({ kind: "octets", at, data: new Uint8Array(length) }) as const;

Deno.test("mailbox: arrivals are read in the order in which they came", async () => {
  const mailbox = new Mailbox({ stream: true, limit: 1000 });
  mailbox.put(octets(1));
  mailbox.put(octets(2));
  mailbox.put({ kind: "fin", at: systemClock.now() });
  const kinds = [];
  for (let i = 0; i < 4; i++) kinds.push((await mailbox.receive(soon()))?.kind);
  assertEquals(kinds, ["octets", "octets", "fin", undefined]);
});

Deno.test("mailbox: a stream takes nothing after its end, a datagram socket goes on", () => {
  const stream = new Mailbox({ stream: true, limit: 1000 });
  stream.put({ kind: "rst", at: 0 });
  assertEquals([stream.over, stream.put(octets(1))], [true, false]);
  const datagrams = new Mailbox({ stream: false, limit: 1000 });
  datagrams.put({ kind: "error", at: 0, failure: "permission", detail: "" });
  assertEquals([datagrams.over, datagrams.put(octets(1))], [false, true]);
});

Deno.test("mailbox: who waits gets what comes, and nobody waits beside another", async () => {
  const mailbox = new Mailbox({ stream: true, limit: 1000 });
  const waiting = mailbox.receive(Infinity);
  await assertRejects(() => mailbox.receive(Infinity), Error, "another receive is waiting");
  mailbox.put(octets(3));
  assertEquals((await waiting)?.kind, "octets");
});

Deno.test("mailbox: what came in time is delivered even if asked for late, and what came late is not", async () => {
  const mailbox = new Mailbox({ stream: false, limit: 1000 });
  const deadline = systemClock.now();
  mailbox.put(octets(1, deadline - 1));
  mailbox.put(octets(2, deadline + 1));
  assertEquals((await mailbox.receive(deadline))?.kind, "octets");
  assertEquals(await mailbox.receive(deadline), undefined);
  assertEquals((await mailbox.receive(soon()))?.kind, "octets");
});

Deno.test("mailbox: a full one loses datagrams, and holds a stream back until there is room", async () => {
  const datagrams = new Mailbox({ stream: false, limit: 500 });
  let kept = 0;
  while (datagrams.put(octets(0))) kept++;
  assert(kept > 0 && kept < 500);
  let room = 0;
  const stream = new Mailbox({ stream: true, limit: 500, onRoom: () => room++ });
  stream.put(octets(600));
  assertEquals([stream.full, room], [true, 0]);
  await stream.receive(soon());
  assertEquals([stream.full, room], [false, 1]);
});

Deno.test("mailbox: the system is asked once more before a deadline counts as passed", async () => {
  const mailbox: Mailbox = new Mailbox({
    stream: false,
    limit: 1000,
    poll: () => systemClock.now() >= until && mailbox.put(octets(1, until)),
  });
  const until = soon(QUIET_MS);
  assertEquals((await mailbox.receive(until))?.kind, "octets");
});

Deno.test("inbox: items wait in order, up to the limit, and closing gives back what is left", async () => {
  const inbox = new Inbox<number>(2);
  assertEquals([inbox.put(1), inbox.put(2), inbox.put(3)], [true, true, false]);
  assertEquals(await inbox.next(), 1);
  assertEquals(inbox.close(), [2]);
  assertEquals([await inbox.next(), inbox.put(4)], [undefined, false]);
});

Deno.test("clock: sleeping lasts until its time, or until it is aborted", async () => {
  const until = soon(5);
  await systemClock.sleep(until);
  assert(systemClock.now() >= until);
  const abort = new AbortController();
  const sleeping = systemClock.sleep(Infinity, abort.signal);
  abort.abort();
  await sleeping;
  await systemClock.sleep(soon(), abort.signal);
});

Deno.test("random: any length can be had at once", () => {
  for (const length of [0, 1, 65536, 65537, 200_000]) assertEquals(systemRandom(length).length, length);
  assert(systemRandom(200_000).subarray(131_072).some((octet) => octet !== 0));
});
