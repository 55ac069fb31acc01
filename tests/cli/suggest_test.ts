import { assertEquals } from "@std/assert";
import { editDistance, nearest } from "../../lib/cli/suggest.ts";

Deno.test("suggest: a swap of neighbours is one mistake", () => {
  assertEquals([editDistance("timeout", "tiemout"), editDistance("", "abc"), editDistance("a", "a")], [1, 3, 0]);
});

Deno.test("suggest: only what is near, or begins like it", () => {
  const known = ["paths", "timeout", "max-half-open"];
  assertEquals(["path", "Timeout", "max-h", "source", "m"].map((word) => nearest(word, known)), [
    "paths",
    "timeout",
    "max-half-open",
    undefined,
    undefined,
  ]);
});
