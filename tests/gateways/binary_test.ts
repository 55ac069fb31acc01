/** The compiled binary says what the sources say. Only where IKE_TCP_BINARY names one (`.ci/run` compiles it first). */
import { assert, assertEquals } from "@std/assert";
import { BINARY, GATEWAY4, gatewaySuite, SOURCES } from "../testbed/mod.ts";

/** Of a report, what must be the same in two runs: not times, random numbers, our ports and the runtime's version. */
function lasting(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) return value.map((item) => lasting(item, key));
  // packets and hashes differ, and their lengths do not
  if (/^(data|source|destination)$/.test(key)) return String(value).length;
  if (typeof value === "object" && value !== null) {
    const kept = Object.entries(value).filter(([name]) => !/^(started|runtime|port)$|(^|_)(ms|spi)$/.test(name));
    return Object.fromEntries(kept.map(([name, item]) => [name, lasting(item, name)]));
  }
  return typeof value === "string" ? withoutTimes(value) : value;
}

/** A text without the digits of times and ports, and without what lines it up and breaks its lines. */
function withoutTimes(text: string): string {
  return text.replaceAll(/<?[\d.]+ (m?s)\b/g, "# $1").replaceAll(/\b\d{5}\b/g, "#").replaceAll(/\s+/g, " ");
}

if (BINARY !== undefined) {
  const binary = [BINARY];
  gatewaySuite("binary", (test) => {
    test("the same JSON report over TCP as from the sources", ["libreswan"], async (bed) => {
      const args = ["probe", "--format", "json", "--paths", "tcp-4500", "--groups", "MODP2048", GATEWAY4];
      const [sources, compiled] = [
        await bed.inClient([...SOURCES, ...args]),
        await bed.inClient([...binary, ...args]),
      ];
      assertEquals(compiled.stderr, "");
      assertEquals(lasting(JSON.parse(compiled.stdout)), lasting(JSON.parse(sources.stdout)));
      assertEquals(compiled.code, sources.code);
    });

    test("the same text report of all paths as from the sources", ["libreswan"], async (bed) => {
      const args = ["probe", "--groups", "MODP2048", GATEWAY4];
      const [sources, compiled] = [
        await bed.inClient([...SOURCES, ...args]),
        await bed.inClient([...binary, ...args]),
      ];
      assertEquals(withoutTimes(compiled.stdout), withoutTimes(sources.stdout));
      assertEquals([compiled.code, compiled.stderr], [sources.code, ""]);
    });

    test("help and version come from the binary alone", undefined, async (bed) => {
      const { stdout: help } = await bed.inClient([...binary, "--help"], { cwd: "/" });
      assert(help.includes("probe"), help);
      const { stdout: version, code } = await bed.inClient([...binary, "--version"], { cwd: "/" });
      assert(version.startsWith("ike-tcp "), version);
      assertEquals(code, 0);
    });

    test(
      "it keeps no files of its own, least of all in a folder that everybody may write to",
      undefined,
      async (bed) => {
        const folder = await Deno.makeTempDir();
        const { code } = await bed.inClient(["env", `TMPDIR=${folder}`, `HOME=${folder}`, ...binary, "explain"]);
        assertEquals([code, [...Deno.readDirSync(folder)]], [0, []]);
        await Deno.remove(folder);
      },
    );
  });
}
