/** What a query may say, and how it is complained about. */
import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { CLOSED_PARAMETERS, PARAMETERS } from "../../commands/exporter_options.ts";
import { PROBE_OPTIONS } from "../../commands/probe_options.ts";
import { UsageError } from "../../lib/cli/failure.ts";
import { readGiven, readModule, readQuery } from "../../lib/exporter/parameters.ts";
import { scrapeMs } from "../../lib/exporter/scrape_time.ts";
import { World } from "./world.ts";

const TABLE = { open: PARAMETERS, closed: CLOSED_PARAMETERS };
const read = (query: string) => readQuery(new URLSearchParams(query), TABLE);

Deno.test("parameters: options by their long names, as the command line reads them", () => {
  assertEquals(read("target=vpn.example.org&paths=udp-4500,tcp-4500&timeout=2&quick=true&paths=tls-443&retries=0"), {
    target: "vpn.example.org",
    module: undefined,
    debug: false,
    given: { paths: ["udp-4500", "tcp-4500", "tls-443"], timeout: 2000, quick: true, retries: 0 },
  });
  assertEquals(read("target=a&module=strict&debug=true"), { target: "a", module: "strict", debug: true, given: {} });
  assertEquals(read("target=a&debug=0").debug, false);
});

const COMPLAINTS: Readonly<Record<string, string>> = {
  "": "Missing parameter target: the name or address of a gateway",
  "target=": "Parameter target needs a value",
  "target=a&target=b": "Parameter target is there 2 times",
  [`target=${"a".repeat(301)}`]: "Cannot read target: it has more than 300 characters",
  "target=a&pathes=udp-500": 'Unknown parameter "pathes"; did you mean paths?',
  "target=a&constructor=1": 'Unknown parameter "constructor"',
  "target=a&%1b[31m=1": 'Unknown parameter "\\x1b[31m"',
  "target=a&timeout=soon": 'Cannot read timeout "soon": expected a time such as 3, 3s, 500ms or 2m',
  "target=a&timeout=2h": 'Cannot read timeout "2h": expected at most 60s',
  "target=a&timeout=1&timeout=2": "Parameter timeout is there 2 times",
  "target=a&quick": "Parameter quick needs a value",
  "target=a&quick=perhaps": 'Cannot read quick "perhaps": expected 1 or 0',
  "target=a&retries=1.5": 'Cannot read retries "1.5": expected a whole number from 0 to 10',
  "target=a&max-half-open=100":
    "Cannot take max-half-open from here: it is set when the exporter is started (--max-half-open)",
  "target=a&listen=:1": 'Unknown parameter "listen"',
};

for (const [query, complaint] of Object.entries(COMPLAINTS)) {
  Deno.test(`parameters: ${query.slice(0, 60)}`, () => {
    assertThrows(() => read(query), UsageError, complaint);
  });
}

Deno.test("parameters: complaints of the settings are one line of a 400, too", async () => {
  const made = new World();
  for (
    const [query, body] of [
      ["a&paths=icmp", /^Cannot read path "icmp": expected udp-PORT[^\n]*\n$/],
      ["a&paths=,", /^--paths needs at least one path\n$/],
      ["a&groups=X0", /^Cannot offer group "X0"[^\n]*\n$/],
      ["a&ipv4=1&ipv6=1", /exclude each other[^\n]*\n$/],
      ["http%3A//x/", /^Cannot probe "http:\/\/x\/"[^\n]*\n$/],
      ["a:4500", /^Cannot probe "a:4500": ports go into/],
      ["a&module=fast", /^Unknown module "fast" \(the exporter was started without --module\)\n$/],
    ] as const
  ) {
    const answer = await made.probe(query);
    assertEquals([answer.status, body.test(answer.body)], [400, true], answer.body);
  }
  for (const header of ["soon", "-1", "0", "NaN", "1e999x", "Infinity"]) {
    assertEquals((await made.probe("a", header)).status, 400, header);
  }
});

Deno.test("parameters: whatever a client asks, it gets an answer", async () => {
  const made = new World({ minIntervalMs: 0 });
  const name = fc.oneof(fc.constantFrom("target", "module", "debug", ...Object.keys(PROBE_OPTIONS)), fc.string());
  const text = fc.oneof(fc.string(), fc.constantFrom("1", "udp-500", "10s", "9.9.9.9", "::1"));
  const query = fc.array(fc.tuple(name, text), { maxLength: 4 }).map((pairs) => new URLSearchParams(pairs).toString());
  await fc.assert(
    fc.asyncProperty(query, async (asked) => {
      const { status } = await made.get(`/probe?${asked}`, 1);
      assertEquals([200, 400, 403].includes(status), true, `${status}`);
    }),
    { numRuns: 200 },
  );
});

Deno.test("parameters: every probing option is open to clients or closed, and the closed ones cost somebody something", () => {
  assertEquals(CLOSED_PARAMETERS.toSorted(), ["max-half-open", "nat-search", "public-address", "source"]);
});

Deno.test("parameters: a module is a name and parameters", () => {
  const { name, query } = readModule("strict=require=udp-4500,tcp-4500&timeout=2s");
  assertEquals([name, readGiven(query, TABLE)], ["strict", { require: ["udp-4500", "tcp-4500"], timeout: 2000 }]);
  for (const text of ["strict", "=timeout=2", "strict=", "a b=timeout=2"]) {
    assertThrows(() => readModule(text), UsageError, "expected NAME=PARAMETERS");
  }
  assertThrows(() => readGiven(readModule("a=target=x").query, TABLE), UsageError, 'Unknown parameter "target"');
});

Deno.test("parameters: how long a scrape may take", () => {
  assertEquals(scrapeMs(undefined, 500), 120_000);
  assertEquals(["10", "10.000000", "0.6", "1e3", ".5"].map((header) => scrapeMs(header, 500)), [
    9500,
    9500,
    300,
    119_500,
    250,
  ]);
});
