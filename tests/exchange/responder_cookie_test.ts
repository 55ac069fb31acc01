import { assertEquals, assertNotEquals } from "@std/assert";
import { PuzzleSolver } from "../../lib/crypto/mod.ts";
import { CookieJar, SECRET_MS } from "../../lib/exchange/responder_cookie.ts";
import { decodePuzzle } from "../../lib/ike/mod.ts";
import { BETWEEN, CLIENT, notifyData, read, request, responder } from "./responder_world.ts";

const COOKIE = 16390;
const PUZZLE = 16434;
const spiI = new Uint8Array(8).fill(3);
const nonce = new Uint8Array(32).fill(4);

Deno.test("cookie jar: a cookie is bound to nonce, address and SPI, and lives for one to two minutes", () => {
  const jar = new CookieJar(new Uint8Array(32).fill(1));
  const address = Uint8Array.of(192, 0, 2, 1);
  const cookie = jar.make(nonce, address, spiI, 0);
  assertEquals(cookie.length, 36);
  assertEquals(jar.knows(cookie, nonce, address, spiI, 2 * SECRET_MS - 1), true);
  assertEquals(jar.knows(cookie, nonce, address, spiI, 2 * SECRET_MS), false);
  assertEquals(jar.knows(cookie, spiI, address, spiI, 0), false);
  assertEquals(jar.knows(cookie, nonce, Uint8Array.of(192, 0, 2, 2), spiI, 0), false);
  assertEquals(jar.knows(cookie, nonce, address, nonce.slice(0, 8), 0), false);
  assertNotEquals(new CookieJar(new Uint8Array(32)).make(nonce, address, spiI, 0), cookie);
});

Deno.test("responder: COOKIE is demanded without keeping state, and taken from another port (RFC 9329 §7.3)", () => {
  const machine = responder({ cookieFrom: 0 });
  const demand = machine.handleMessage(request({ spiI, nonce }), BETWEEN, 0);
  assertEquals([demand.reaction, read(demand).notifies], ["cookie", ["COOKIE"]]);
  assertEquals(machine.halfOpen, 0);
  const cookie = notifyData(demand, COOKIE);
  const elsewhere = { ...BETWEEN, remote: { ...CLIENT, port: 1 } };
  assertEquals(machine.handleMessage(request({ spiI, nonce, cookie }), elsewhere, 10).reaction, "accepted");
  assertEquals(machine.handleMessage(request({ cookie }), BETWEEN, 10).reaction, "cookie");
});

Deno.test("responder: COOKIE is demanded from a number of half-open SAs on (RFC 7296 §2.6)", () => {
  const machine = responder({ cookieFrom: 2 });
  const reactions = [1, 2, 3].map(() => machine.handleMessage(request(), BETWEEN, 0).reaction);
  assertEquals(reactions, ["accepted", "accepted", "cookie"]);
});

Deno.test("responder: a cookie that was not asked for does no harm", () => {
  const response = responder().handleMessage(request({ cookie: new Uint8Array(8) }), BETWEEN, 0);
  assertEquals(response.reaction, "accepted");
});

Deno.test("responder: a PUZZLE is demanded with its cookie, and its solution checked (RFC 8019 §7.1)", () => {
  const machine = responder({ puzzleBits: 4 });
  const demand = machine.handleMessage(request({ spiI, nonce }), BETWEEN, 0);
  assertEquals([demand.reaction, read(demand).notifies], ["puzzle", ["COOKIE", "PUZZLE"]]);
  const puzzle = decodePuzzle(notifyData(demand, PUZZLE))!;
  const cookie = notifyData(demand, COOKIE);
  assertEquals([puzzle.prf, puzzle.difficulty], [5, 4]);
  const puzzleSolution = new PuzzleSolver({ ...puzzle, cookie }).step(100_000)!;
  const solved = request({ spiI, nonce, cookie, puzzleSolution });
  const wrong = request({ spiI, nonce, cookie, puzzleSolution: new Uint8Array(16) });
  const unsolved = request({ spiI, nonce, cookie });
  const withoutCookie = request({ spiI, nonce, puzzleSolution });
  assertEquals(machine.handleMessage(wrong, BETWEEN, 0).reaction, "puzzle");
  assertEquals(machine.handleMessage(unsolved, BETWEEN, 0).reaction, "puzzle");
  assertEquals(machine.handleMessage(withoutCookie, BETWEEN, 0).reaction, "puzzle");
  assertEquals(machine.handleMessage(solved, BETWEEN, 0).reaction, "accepted");
});
