import { assert, assertEquals, assertMatch } from "@std/assert";
import plugin, { forbidden, roomOf, ROOMS } from "./layers.ts";

const ROOT = new URL("../../", import.meta.url);

/** What the plugin says about a source text in a file of the project: `RULE: message`. */
function lint(file: string, source: string): string[] {
  const found = Deno.lint.runPlugin(plugin, decodeURIComponent(new URL(file, ROOT).pathname), source);
  return found.map(({ id, message }) => `${id.replace("layers/", "")}: ${message}`);
}

Deno.test("layers: a room imports itself and what its row names", () => {
  assertEquals(lint("lib/ike/message.ts", `import { x } from "../wire/mod.ts"; import { y } from "./header.ts";`), []);
  assertEquals(lint("main.ts", `import { run } from "./commands/mod.ts"; import { z } from "./lib/cli/mod.ts";`), []);
});

Deno.test("layers: an upward import is reported, in each form an import can have", () => {
  const forms = [
    `import { x } from "../net/mod.ts";`,
    `import type { X } from "../net/mod.ts";`,
    `export { x } from "../net/mod.ts";`,
    `export * from "../net/mod.ts";`,
    `const load = () => import("../net/mod.ts");`,
    `const url = new URL("../net/worker.ts", "file:///");`,
  ];
  for (const form of forms) {
    const found = lint("lib/wire/reader.ts", form);
    assertEquals(found, ["imports: wire may not import net (no other room)"], form);
  }
});

Deno.test("layers: a sideways import is reported", () => {
  assertMatch(lint("lib/report/text.ts", `import "../probe/mod.ts";`)[0] ?? "", /report may not import probe/);
  assertMatch(lint("lib/encap/frame.ts", `import "../ike/mod.ts";`)[0] ?? "", /encap may not import ike/);
  assertMatch(lint("commands/probe.ts", `import "../main.ts";`)[0] ?? "", /commands may not import main/);
});

Deno.test("layers: nothing imports the tests", () => {
  assertMatch(forbidden("lib/net/udp.ts", "../../tests/sim/net.ts") ?? "", /net may not import tests/);
});

Deno.test("layers: a row may name a single file of another room", () => {
  assertEquals(forbidden("lib/net/search.ts", "../crypto/nat_search.ts"), undefined);
  assertMatch(forbidden("lib/net/search.ts", "../crypto/mod.ts") ?? "", /net may not import crypto/);
});

Deno.test("layers: a new folder has to be entered into the table", () => {
  assertMatch(lint("lib/misc/thing.ts", `import "./other.ts";`)[0] ?? "", /not in the table of rooms/);
});

Deno.test("layers: packages that only tests use stay out of the program", () => {
  for (const name of ["ajv", "fast-check", "@std/assert", "npm:ajv@8.20.0"]) {
    assertMatch(lint("lib/report/schema.ts", `import "${name}";`)[0] ?? "", /may not import the package/);
  }
  assertEquals(lint("lib/crypto/sha1.ts", `import { sha1 } from "@noble/hashes/legacy.js";`), []);
});

Deno.test("layers: a sans-IO room names no clock, no randomness, no system", () => {
  for (
    const [name, source] of [
      ["Deno", `export const x = Deno.pid;`],
      ["Date", `export const x = new Date();`],
      ["performance", `export const x = performance.now();`],
      ["crypto", `export const x = crypto.getRandomValues(new Uint8Array(8));`],
      ["console", `console.log(1);`],
      ["Math.random", `export const x = Math.random();`],
      ["setTimeout", `setTimeout(() => {}, 1);`],
      ["globalThis", `export const x = globalThis.Deno;`],
      ["Promise", `export type X = Promise<void>;`],
    ] as const
  ) {
    const found = lint("lib/exchange/initiator.ts", source);
    assertEquals(found, [`sans-io: exchange is a sans-IO room: no ${name}`], source);
  }
});

Deno.test("layers: a sans-IO room has no async", () => {
  for (
    const source of [
      `export async function f() {}`,
      `export const f = async () => {};`,
      `export const o = { async f() {} };`,
      `export class C { async f() {} }`,
      `await f();`,
      `for await (const x of y) x;`,
    ]
  ) {
    assert(lint("lib/encap/frame.ts", source).length > 0, source);
  }
});

Deno.test("layers: a property that is called like a global is none", () => {
  const source = `
    export interface Options { readonly crypto: string; performance(): void }
    export const o = { crypto: 1, console: 2 };
    export class C { Date = 1; crypto() { return this.Date; } }
    export const x = o.crypto + o.console;
    export const y = Math.max(1, 2);`;
  assertEquals(lint("lib/wire/reader.ts", source), []);
});

Deno.test("layers: rooms with sockets may use them, and tests may do everything", () => {
  const source = `export const x = async () => { await Deno.connect({ port: Date.now() }); };`;
  assertEquals(lint("lib/net/tcp.ts", source), []);
  assertEquals(lint("tests/net/tcp_test.ts", `import "../../lib/net/tcp.ts"; ${source}`), []);
});

Deno.test("layers: the table has a row for every folder of lib/, and no other", () => {
  const folders = [...Deno.readDirSync(new URL("lib/", ROOT))].filter((e) => e.isDirectory).map((e) => e.name);
  const rows = Object.keys(ROOMS).filter((room) => room !== "main" && room !== "commands");
  assertEquals(folders.toSorted(), rows.toSorted());
  for (const name of folders) assertEquals(roomOf(`lib/${name}/mod.ts`), name);
});

Deno.test("layers: the table has no circles", () => {
  const visit = (room: string, trail: readonly string[]): void => {
    assert(!trail.includes(room), `circle: ${[...trail, room].join(" -> ")}`);
    for (const next of ROOMS[room]?.rooms ?? []) {
      if (!next.includes("/")) visit(next, [...trail, room]);
    }
  };
  for (const room of Object.keys(ROOMS)) visit(room, []);
});
