/** The ambient types of `lib/std.d.ts` really apply: were the imports `any`, these lines would stop to be errors. */
import { assertEquals } from "@std/assert";
import { parseArgs } from "@std/cli/parse-args";

Deno.test("std types: wrong arguments are type errors", () => {
  // @ts-expect-error a number is no list of arguments
  const parse = () => parseArgs(3);
  // @ts-expect-error the two sides must have one type
  const equals = () => assertEquals(1, "1");
  assertEquals([parse, equals].length, 2);
});

Deno.test("std types: the functions are there at run time", () => {
  assertEquals(parseArgs(["--port", "500", "host"], { string: ["port"] }), { _: ["host"], port: "500" });
});
