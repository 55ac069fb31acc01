/** What holds for every key exchange group. */
import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { KEY_EXCHANGE_GROUPS, keyExchangeGroup } from "../../lib/crypto/mod.ts";
import { random } from "./octets.ts";

for (const group of KEY_EXCHANGE_GROUPS) {
  Deno.test(`${group.name}: both sides compute the same secret, another pair another one`, () => {
    const ours = group.generate(random);
    const theirs = group.generate(random);
    assertEquals(ours.publicValue.length, group.publicLength);
    assertEquals(group.check(theirs.publicValue), undefined);
    const secret = group.shared(ours, theirs.publicValue);
    assertEquals(group.shared(theirs, ours.publicValue), secret);
    assertNotEquals(group.shared(group.generate(random), theirs.publicValue), secret);
  });

  Deno.test(`${group.name}: equal randomness makes equal pairs, and is left as it was`, () => {
    const octets = random(1024);
    const before = octets.slice();
    const take = (length: number) => octets.subarray(0, length);
    assertEquals(group.generate(take), group.generate(take));
    assertEquals(octets, before);
  });

  Deno.test(`${group.name}: a public value of another length is refused`, () => {
    const pair = group.generate(random);
    const { publicValue: value } = group.generate(random);
    for (const wrong of [new Uint8Array(), value.subarray(1), Uint8Array.of(0, ...value), Uint8Array.of(...value, 0)]) {
      assertEquals(group.check(wrong), `${wrong.length} octets in place of ${group.publicLength}`);
      assertThrows(() => group.shared(pair, wrong), RangeError, `Cannot compute the shared secret of ${group.name}`);
    }
  });

  Deno.test(`${group.name}: zeros are no public value`, () => {
    const zeros = new Uint8Array(group.publicLength);
    assertNotEquals(group.check(zeros), undefined);
    assertThrows(() => group.shared(group.generate(random), zeros), RangeError, "the peer's public value is");
  });
}

Deno.test("groups: a pair of another group is refused", () => {
  const pair = keyExchangeGroup(31)!.generate(random);
  const group = keyExchangeGroup(19)!;
  const { publicValue } = group.generate(random);
  assertThrows(() => group.shared(pair, publicValue), RangeError, "the key pair is of group 31");
});

Deno.test("groups: the IANA numbers and lengths of RFC 3526, 5903 and 8031; weak and unknown ones are absent", () => {
  const lengths = KEY_EXCHANGE_GROUPS.map(({ id, publicLength }) => [id, publicLength]).sort(([a], [b]) => a! - b!);
  assertEquals(lengths, [
    [14, 256],
    [15, 384],
    [16, 512],
    [17, 768],
    [18, 1024],
    [19, 64],
    [20, 96],
    [21, 132],
    [31, 32],
    [32, 56],
  ]);
  for (const id of [0, 1, 2, 5, 22, 23, 24, 36, 65535]) assertEquals(keyExchangeGroup(id), undefined);
});
