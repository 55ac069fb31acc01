/**
 * Archives and checksums. A real binary is in them only where IKE_TCP_RELEASE names a folder that `deno task release`
 * filled (`.ci/run` does); the rest is tried with a small file in its place.
 */
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { unzipSync } from "fflate";
import { archive, archiveName, companions, release } from "../../.ci/release.ts";
import { complaint } from "../../.ci/compile.ts";
import { obstacle, readTargets, type Target, TARGETS } from "../../.ci/targets.ts";
import { SHELLS } from "../../lib/cli/completions/mod.ts";
import { PROGRAM, VERSION } from "../../lib/cli/version.ts";
import { runCli } from "../cli/run_cli.ts";

const LINUX = "x86_64-unknown-linux-gnu";
const WINDOWS = "x86_64-pc-windows-msvc";
const DATE = new Date("2026-02-03T04:05:06Z");

/** Where each shell looks for completions, in an archive. */
const SCRIPTS = { bash: "ike-tcp.bash", zsh: "_ike-tcp", fish: "ike-tcp.fish" } as const;

const FILES = [
  "CHANGELOG.md",
  "LICENSE",
  "README.md",
  "completions/_ike-tcp",
  "completions/ike-tcp.bash",
  "completions/ike-tcp.fish",
  "ike-tcp.1",
];

async function run(command: readonly string[], cwd: string): Promise<{ code: number; stdout: string }> {
  const [program = "", ...args] = command;
  const env = { TZ: "UTC", LC_ALL: "C" };
  const { code, stdout, stderr } = await new Deno.Command(program, { args, cwd, env }).output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout) + text.decode(stderr) };
}

/** Runs with a temporary folder. */
async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "ike-tcp-release-" });
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function has(program: string): boolean {
  try {
    return new Deno.Command(program, { args: ["--version"], stdout: "null", stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

Deno.test("release: targets are read from a list, and a strange one is told", () => {
  assertEquals(readTargets(`host, ${LINUX},${WINDOWS}`).includes(WINDOWS), true);
  assertEquals(readTargets(`${LINUX},${LINUX}`), [LINUX]);
  const { message } = assertThrows(() => readTargets("amiga"), TypeError);
  assertStringIncludes(message, `Cannot compile for "amiga": possible are host, ${TARGETS[0]}, `);
  assertThrows(() => readTargets(","), TypeError, "--target needs a target");
});

Deno.test("release: a runtime given for this machine makes no binary of another", () => {
  assertEquals(obstacle(WINDOWS, undefined, LINUX), undefined);
  assertEquals(obstacle(LINUX, "/denort", LINUX), undefined);
  assertStringIncludes(obstacle(WINDOWS, "/denort", LINUX) ?? "", `a runtime for this machine (${LINUX})`);
});

Deno.test("release: of what deno says, the line that says why", () => {
  const download = `Cannot run deno compile:
\x1b[32mCompile\x1b[0m file:///p/main.js to x.exe
\x1b[1m\x1b[31merror\x1b[0m: Writing deno compile executable to temporary file 'x.exe.tmp-66c5768c865a840d'

Caused by:
    0: Setting up base binary.
    1: error sending request for url (https://example.invalid/denort-aarch64-pc-windows-msvc.zip): dns error
    2: client error (Connect)

Stack backtrace:
   0: <unknown>
   1: __libc_start_main_impl_with_a_name_that_is_longer_than_all_the_causes_together_but_says_nothing_at_all
`;
  assertEquals(
    complaint(new Error(download)),
    "error sending request for url (https://example.invalid/denort-aarch64-pc-windows-msvc.zip): dns error",
  );
  const invalid =
    "Cannot run deno compile:\nerror: invalid value 'x' for '--target <target>'\n  [possible values: y]\n";
  assertEquals(complaint(new Error(invalid)), "invalid value 'x' for '--target <target>'");
  assertEquals(complaint(new Error("Cannot compile: ajv got embedded")), "Cannot compile: ajv got embedded");
});

Deno.test("release: a target that cannot be had is told, and the others are made", async () => {
  await inFolder(async (folder) => {
    const said = { out: [] as string[], err: [] as string[] };
    const makeBinary = async (target: Target, place: string) => {
      if (target === "aarch64-apple-darwin") throw new Error(`Cannot compile for ${target}: no luck`);
      await Deno.writeTextFile(place, `#!/bin/sh\necho ${target}\n`);
    };
    const targets = [LINUX, "aarch64-apple-darwin", WINDOWS] as const;
    await Deno.writeTextFile(`${folder}/${archiveName("aarch64-apple-darwin")}`, "one of an earlier version");
    const log = { out: (line: string) => said.out.push(line), err: (line: string) => said.err.push(line) };
    assertEquals(await release(targets, folder, makeBinary, log), false);
    assertEquals(said.err, ["Cannot compile for aarch64-apple-darwin: no luck", "2 of 3 archives were made"]);
    const made = [archiveName(WINDOWS), archiveName(LINUX)];
    assertEquals(said.out, [made[1], made[0], "SHA256SUMS"].map((name) => `${folder}/${name}`));
    const sums = await Deno.readTextFile(`${folder}/SHA256SUMS`);
    assertEquals(sums.split("\n").map((line) => line.slice(66)), [...made, ""]);
    assertEquals([...Deno.readDirSync(folder)].length, 3);
    assertEquals(await release([LINUX], folder, makeBinary, log), true);
  });
});

Deno.test("release: a tar file that tar reads: one folder, modes, times, nobody's name", async () => {
  await inFolder(async (folder) => {
    const octets = archive(LINUX, new TextEncoder().encode("#!/bin/sh\n"), await companions(), DATE);
    await Deno.writeFile(`${folder}/a.tar.gz`, octets);
    const { code, stdout } = await run(["tar", "tvzf", "a.tar.gz"], folder);
    assertEquals(code, 0);
    const stem = `ike-tcp-${VERSION}-${LINUX}`;
    const lines = stdout.trimEnd().split("\n").map((line) => line.split(/\s+/));
    assertEquals(
      lines.map((words) => words.at(-1)),
      [...FILES.slice(0, -1), "ike-tcp", "ike-tcp.1"].map((name) => `${stem}/${name}`),
    );
    for (const [modes, ...rest] of lines) {
      assertEquals(modes, rest.at(-1) === `${stem}/ike-tcp` ? "-rwxr-xr-x" : "-rw-r--r--");
    }
    assert(lines.every((words) => words.includes("root/root") || words.includes("root")), stdout);
    if (stdout.includes("2026-")) assert(lines.every((words) => words.includes("2026-02-03")), stdout);
  });
});

Deno.test("release: a zip file with the same, and times that are the same everywhere", async () => {
  const binary = new TextEncoder().encode("MZ");
  const octets = archive(WINDOWS, binary, await companions(), DATE);
  const stem = `ike-tcp-${VERSION}-${WINDOWS}`;
  const files = unzipSync(octets);
  assertEquals(Object.keys(files).toSorted(), [...FILES, "ike-tcp.exe"].map((name) => `${stem}/${name}`).toSorted());
  assertEquals(files[`${stem}/ike-tcp.exe`], binary);
  // the first local header: DOS time and date
  const view = new DataView(octets.buffer, octets.byteOffset);
  assertEquals(view.getUint16(10, true), (4 << 11) | (5 << 5) | (6 >> 1));
  assertEquals(view.getUint16(12, true), ((2026 - 1980) << 9) | (2 << 5) | 3);
  if (has("unzip")) {
    await inFolder(async (folder) => {
      await Deno.writeFile(`${folder}/a.zip`, octets);
      const { code, stdout } = await run(["unzip", "-Z", "a.zip"], folder);
      assertEquals(code, 0);
      assertStringIncludes(stdout, "-rwxr-xr-x");
    });
  }
});

Deno.test("release: the same files at the same time are the same octets", async () => {
  const binary = new Uint8Array(100_000).map((_, i) => i * i);
  const others = await companions();
  const backwards = new Map([...others].toReversed());
  for (const target of [LINUX, WINDOWS] as const) {
    assertEquals(archive(target, binary, others, DATE), archive(target, binary, backwards, DATE));
  }
});

const RELEASED = Deno.env.get("IKE_TCP_RELEASE");

Deno.test({
  name: `release: this machine's archive: checksum, binary, manual page, completions${
    RELEASED === undefined ? " (needs IKE_TCP_RELEASE, a folder of `deno task release`)" : ""
  }`,
  ignore: RELEASED === undefined,
  async fn() {
    const [target] = readTargets("host");
    const name = archiveName(target!);
    await inFolder(async (folder) => {
      const check = await run(["sha256sum", "--check", "--ignore-missing", "SHA256SUMS"], RELEASED!);
      assertEquals([check.code, check.stdout.includes(`${name}: OK`)], [0, true], check.stdout);
      assertEquals((await run(["tar", "xzf", `${RELEASED}/${name}`], folder)).code, 0);
      const place = `${folder}/ike-tcp-${VERSION}-${target}`;
      const found = [...Deno.readDirSync(place)].map((entry) => entry.name).toSorted();
      assertEquals(found, ["CHANGELOG.md", "LICENSE", "README.md", "completions", "ike-tcp", "ike-tcp.1"]);
      const { code, stdout } = await run([`${place}/ike-tcp`, "--version"], folder);
      assertEquals([code, stdout.startsWith(`${PROGRAM} ${VERSION} (deno `)], [0, true], stdout);

      const says = async (...args: string[]) => {
        const binary = await run([`${place}/ike-tcp`, ...args], folder);
        assertEquals(binary.stdout, (await runCli(args)).stdout, "the binary is of these sources");
        return binary.stdout;
      };
      assertEquals(await Deno.readTextFile(`${place}/ike-tcp.1`), await says("man"));
      for (const shell of SHELLS) {
        assertEquals(
          await Deno.readTextFile(`${place}/completions/${SCRIPTS[shell]}`),
          await says("completions", shell),
        );
      }
      for (const copied of ["README.md", "LICENSE", "CHANGELOG.md"]) {
        const original = await Deno.readTextFile(new URL(`../../${copied}`, import.meta.url));
        assertEquals(await Deno.readTextFile(`${place}/${copied}`), original);
      }
    });
  },
});
