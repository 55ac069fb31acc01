/**
 * How fast preimages of NAT_DETECTION hashes are searched. Run with `deno bench -A tests/bench/nat_search_bench.ts`.
 * The goal: the four private ranges at one port, 22 million candidates, within 1.5 s on two cores.
 */
import { sha1 } from "@noble/hashes/legacy.js";
import { type NatCandidates, NatSearch } from "../../lib/crypto/nat_search.ts";
import { natDetectionHash } from "../../lib/crypto/mod.ts";
import { blockOf } from "../../lib/crypto/sha1_block.ts";
import { Sha1Lanes } from "../../lib/crypto/sha1_lanes.ts";
import { Sha1Plain } from "../../lib/crypto/sha1_plain.ts";
import { searchNatPreimage } from "../../lib/net/nat_search.ts";
import { addressBytes } from "../../lib/wire/mod.ts";
import { random } from "../crypto/octets.ts";

const SPIS = { initiatorSpi: random(8), responderSpi: random(8) };
const NOTHING = { ...SPIS, hash: new Uint8Array(20) };
const message = random(22);

/** 2^16 candidates by one search. */
function batches(search: Sha1Lanes | Sha1Plain): void {
  const block = blockOf(message);
  const hash = new Int32Array(5);
  for (let i = 0; i < 256; i++) {
    block[4] = i << 8;
    search.search(block, hash);
  }
}

const lanes = new Sha1Lanes({ word: 4, shift: 0 });
const plain = new Sha1Plain({ word: 4, shift: 0 });

Deno.bench("65,536 candidates: noble", { group: "kernel" }, () => {
  for (let i = 0; i < 65536; i++) sha1(message);
});
Deno.bench("65,536 candidates: plain", { group: "kernel" }, () => batches(plain));
Deno.bench("65,536 candidates: WebAssembly, four lanes", { group: "kernel", baseline: true }, () => batches(lanes));

Deno.bench("one thread: 10.0.0.0/8 at one port", () => {
  const range: NatCandidates = { vary: "address", address: addressBytes("10.0.0.0"), port: 4500, count: 2 ** 24 };
  new NatSearch(NOTHING, range).step(Infinity);
});

/** The last address of the last private range: everything before it has been tried when it is found. */
const LAST = addressBytes("100.127.255.255");

Deno.bench("all cores: the four private ranges at one port", async () => {
  const hash = natDetectionHash(SPIS.initiatorSpi, SPIS.responderSpi, LAST, 4500);
  const found = await searchNatPreimage({ ...SPIS, hash, port: 4500 }, { seconds: 60 });
  if (found === undefined) throw new Error("Cannot measure the search: it found nothing");
});

Deno.bench("all cores: all ports of one address", async () => {
  const hash = natDetectionHash(SPIS.initiatorSpi, SPIS.responderSpi, LAST, 65535);
  await searchNatPreimage({ ...SPIS, hash, port: 4500, addresses: ["100.127.255.255"] }, { seconds: 60 });
});
