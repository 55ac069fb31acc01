import { assertEquals } from "@std/assert";
import { count, formatMs } from "../../lib/report/units.ts";

Deno.test("units: milliseconds keep the digits that mean something", () => {
  const shown = [0, 0.04, 0.4, 12.345, 99.94, 99.96, 123.4, 999.4, 999.6, 1520, 9994, 9996, 12_345].map(formatMs);
  assertEquals(shown, [
    "<0.1 ms",
    "<0.1 ms",
    "0.4 ms",
    "12.3 ms",
    "99.9 ms",
    "100 ms",
    "123 ms",
    "999 ms",
    "1.00 s",
    "1.52 s",
    "9.99 s",
    "10.0 s",
    "12.3 s",
  ]);
});

Deno.test("units: one thing, several things", () => {
  assertEquals([count(1, "request"), count(0, "request"), count(2, "address", "addresses")], [
    "1 request",
    "0 requests",
    "2 addresses",
  ]);
});
