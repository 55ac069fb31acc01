/** The hand-written SHA-1, against noble's. */
import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { sha1 } from "@noble/hashes/legacy.js";
import { BATCH, type Varying } from "../../lib/crypto/sha1_batch.ts";
import {
  blockOf,
  DECISIVE_ROUNDS,
  decisiveWord,
  expand,
  hashBlock,
  INITIAL,
  runRounds,
} from "../../lib/crypto/sha1_block.ts";
import { Sha1Lanes } from "../../lib/crypto/sha1_lanes.ts";
import { Sha1Plain } from "../../lib/crypto/sha1_plain.ts";

/** Words of a hash that noble made. */
function wordsOf(hash: Uint8Array): Int32Array {
  const view = new DataView(hash.buffer, hash.byteOffset);
  return Int32Array.from({ length: 5 }, (_, i) => view.getInt32(4 * i));
}

const shortMessage = fc.uint8Array({ maxLength: 55 });

Deno.test("hashBlock: is SHA-1 for every message of one block", () => {
  for (let length = 0; length <= 55; length++) {
    const message = Uint8Array.from({ length }, (_, i) => 7 * i + length);
    assertEquals(hashBlock(blockOf(message)), wordsOf(sha1(message)));
  }
  fc.assert(fc.property(shortMessage, (message) => {
    assertEquals(hashBlock(blockOf(message)), wordsOf(sha1(message)));
  }));
  assertThrows(() => blockOf(new Uint8Array(56)), RangeError, "Cannot hash 56 octets as one block");
});

Deno.test("decisiveWord: is what a is after 76 rounds", () => {
  fc.assert(fc.property(shortMessage, (message) => {
    const schedule = new Int32Array(80);
    schedule.set(blockOf(message));
    expand(schedule);
    const state = INITIAL.slice();
    runRounds(state, schedule, 0, DECISIVE_ROUNDS);
    assertEquals(state[0], decisiveWord(wordsOf(sha1(message))));
  }));
});

/** The three words that NAT searches vary: an IPv4 address, and the port behind an IPv4 or IPv6 one. */
const VARYING: readonly (Varying & { readonly length: number })[] = [
  { word: 4, shift: 0, length: 22 },
  { word: 5, shift: 16, length: 22 },
  { word: 8, shift: 16, length: 34 },
];

for (const make of [Sha1Lanes, Sha1Plain]) {
  for (const { length, ...varying } of VARYING) {
    const search = new make(varying);
    const at = 4 * varying.word + (varying.shift === 0 ? 3 : 1);

    Deno.test(`${make.name}: finds each of the 256 candidates in word ${varying.word}`, () => {
      for (let candidate = 0; candidate < BATCH; candidate++) {
        const message = Uint8Array.from({ length }, (_, i) => 31 * i + candidate);
        message[at] = 0;
        const block = blockOf(message);
        message[at] = candidate;
        assertEquals(search.search(block, wordsOf(sha1(message))), candidate);
      }
    });

    Deno.test(`${make.name}: finds what noble hashed in word ${varying.word}, whatever the message`, () => {
      const message = fc.uint8Array({ minLength: length, maxLength: length });
      fc.assert(fc.property(message, (whole) => {
        const first = whole.slice();
        first[at] = 0;
        assertEquals(search.search(blockOf(first), wordsOf(sha1(whole))), whole[at]);
      }));
    });

    Deno.test(`${make.name}: a hash that agrees in one word only is no find in word ${varying.word}`, () => {
      const message = new Uint8Array(length);
      const hash = wordsOf(sha1(message));
      assertEquals(search.search(blockOf(message), hash), 0);
      for (let word = 0; word < 5; word++) {
        const other = hash.slice();
        other[word]! ^= 1;
        assertEquals(search.search(blockOf(message), other), undefined);
      }
    });
  }
}
