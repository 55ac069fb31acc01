import { assertEquals } from "@std/assert";
import type { NatCandidates } from "../../lib/crypto/nat_search.ts";
import { natCandidates, type NatGuess } from "../../lib/net/nat_candidates.ts";
import { formatAddress } from "../../lib/wire/mod.ts";

/** Candidates as text: "10.0.0.0+16777216 at 500", "ports 0+65536 of 192.0.2.1". */
function show({ vary, address, port, count }: NatCandidates): string {
  const text = formatAddress(address);
  return vary === "address" ? `${text}+${count} at ${port}` : `ports ${port}+${count} of ${text}`;
}

function all(guess: NatGuess, size: number): string[] {
  return Array.from(natCandidates(guess, size), show);
}

Deno.test("natCandidates: likely addresses, private ranges at likely ports, then the public addresses", () => {
  const guess = { port: 500, ports: [500, 4500], addresses: ["192.0.2.1", "2001:db8::1"] };
  assertEquals(all(guess, 2 ** 32), [
    "ports 0+65536 of 192.0.2.1",
    "ports 0+65536 of 2001:db8::1",
    "192.168.0.0+65536 at 500",
    "10.0.0.0+16777216 at 500",
    "172.16.0.0+1048576 at 500",
    "100.64.0.0+4194304 at 500",
    "192.168.0.0+65536 at 4500",
    "10.0.0.0+16777216 at 4500",
    "172.16.0.0+1048576 at 4500",
    "100.64.0.0+4194304 at 4500",
    "1.0.0.0+150994944 at 500",
    "11.0.0.0+1497366528 at 500",
    "100.128.0.0+444596224 at 500",
    "128.0.0.0+739246080 at 500",
    "172.32.0.0+344457216 at 500",
    "192.169.0.0+525795328 at 500",
  ]);
});

Deno.test("natCandidates: no IPv4 address is named twice or forgotten, but for networks without hosts", () => {
  const total = Array.from(natCandidates({ port: 500, ports: [] }, 2 ** 32)).reduce((sum, { count }) => sum + count, 0);
  // 0/8, 127/8, and 224/4 with 240/4 behind it are left out.
  assertEquals(total, 2 ** 32 - (1 + 1 + 32) * 2 ** 24);
});

Deno.test("natCandidates: pieces are no larger than asked, and leave no gap", () => {
  const pieces = natCandidates({ port: 4500, addresses: ["192.0.2.1"] }, 20_000).take(8).map(show);
  assertEquals([...pieces], [
    "ports 0+20000 of 192.0.2.1",
    "ports 20000+20000 of 192.0.2.1",
    "ports 40000+20000 of 192.0.2.1",
    "ports 60000+5536 of 192.0.2.1",
    "192.168.0.0+20000 at 4500",
    "192.168.78.32+20000 at 4500",
    "192.168.156.64+20000 at 4500",
    "192.168.234.96+5536 at 4500",
  ]);
});
