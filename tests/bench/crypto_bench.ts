/** What key exchange and puzzles cost. Run with `deno bench tests/bench/crypto_bench.ts`. */
import { KEY_EXCHANGE_GROUPS, natDetectionHash, PuzzleSolver } from "../../lib/crypto/mod.ts";
import { random } from "../crypto/octets.ts";

for (const group of KEY_EXCHANGE_GROUPS) {
  const ours = group.generate(random);
  const theirs = group.generate(random);
  Deno.bench(`${group.name}: key pair`, { group: group.name }, () => {
    group.generate(random);
  });
  Deno.bench(`${group.name}: shared secret`, { group: group.name }, () => {
    group.shared(ours, theirs.publicValue);
  });
}

const spi = random(8);
const address = random(4);
Deno.bench("NAT detection hash", () => {
  natDetectionHash(spi, spi, address, 4500);
});

Deno.bench("puzzle: 1,000 keys, HMAC-SHA2-256", () => {
  new PuzzleSolver({ prf: 5, difficulty: 255, cookie: address }).step(1000);
});
