/** The build: what may be embedded in the binary, and what it may do. */
import { assert, assertEquals } from "@std/assert";
import { embeddedFiles, packagesIn, RUNTIME_PACKAGES } from "../../.ci/compile.ts";
import { PERMISSIONS } from "../../.ci/permissions.ts";
import config from "../../deno.json" with { type: "json" };
import { LIBC_PATHS } from "../../lib/net/linux/libc.ts";

const ROOT = new URL("../../", import.meta.url);

/** A module of the program, as `deno info` tells. */
interface Module {
  readonly kind: string;
  readonly specifier: string;
  readonly dependencies?: readonly { readonly code?: { readonly specifier?: string }; readonly isDynamic?: boolean }[];
}

/** All modules that main.ts reaches. */
async function graph(): Promise<Module[]> {
  const command = new Deno.Command(Deno.execPath(), { args: ["info", "--json", "main.ts"], cwd: ROOT });
  const { success, stdout, stderr } = await command.output();
  const text = new TextDecoder();
  assert(success, text.decode(stderr));
  return JSON.parse(text.decode(stdout)).modules;
}

/** Packages that only tests use. */
const TEST_PACKAGES = ["ajv", "fast-check", "micromark", "micromark-extension-gfm"];

/** Packages that only the build uses. */
const BUILD_PACKAGES = ["fflate", "nanotar"];

/** `npm:/@noble/curves@2.4.0/` to `@noble/curves`. */
function packageName(specifier: string): string {
  return specifier.replace(/^npm:\/?/, "").replace(/(?<=.)@.*$/, "");
}

Deno.test("compile: every imported package is known as the program's, the build's or the tests'", () => {
  const imported = new Set(Object.values(config.imports).map(packageName));
  assertEquals([...imported].toSorted(), [...RUNTIME_PACKAGES, ...BUILD_PACKAGES, ...TEST_PACKAGES].toSorted());
});

Deno.test("compile: packages are found in a bundle", () => {
  const bundle = [
    "// ../../root/.cache/deno/npm/registry.example/@noble/hashes/2.4.0/utils.js",
    "var a = 1; // /npm/registry.example/no/1.0.0/ is no comment of its own",
    "// ../home/me/.cache/deno/npm/localhost_4873/ajv/8.20.0/dist/ajv.js",
    "// lib/wire/reader.ts",
  ].join("\n");
  assertEquals(packagesIn(bundle), ["@noble/hashes", "ajv"]);
});

Deno.test("compile: embedded files are read from what deno compile prints", () => {
  const printed = `Compile file:///p/dist/bundle/main.js to dist/ike-tcp

Embedded Files

ike-tcp
├─┬ .deno_compile_node_modules (3.6MB)
│ └── ajv/8.20.0/* (1.52MB)
├── \x1b[1mchunk-JSBRDJBE.js\x1b[0m (1.33KB)
└── main.js (8.57KB)

Files: 104.19KB`;
  assertEquals(embeddedFiles(printed), [".deno_compile_node_modules", "ajv/8.20.0/*", "chunk-JSBRDJBE.js", "main.js"]);
});

Deno.test("compile: the modules of the program belong to no package that only tests use", async () => {
  const packages = (await graph()).filter((m) => m.kind === "npm").map((m) => packageName(m.specifier));
  assert(packages.length > 0, "the program uses packages");
  const strangers = [...new Set(packages)].filter((name) => !RUNTIME_PACKAGES.includes(name));
  assertEquals(strangers, []);
});

Deno.test("start-up: what main.ts loads at once is no crypto, no protocol and no network code", async () => {
  const modules = new Map((await graph()).map((module) => [module.specifier, module]));
  const loaded = new Set<string>();
  const load = (specifier: string | undefined): void => {
    if (specifier === undefined || loaded.has(specifier)) return;
    loaded.add(specifier);
    for (const { code, isDynamic } of modules.get(specifier)?.dependencies ?? []) {
      if (isDynamic !== true) load(code?.specifier);
    }
  };
  load(new URL("main.ts", ROOT).href);
  const rooms = [...loaded].map((specifier) => /\/lib\/([^/]+)\//.exec(specifier)?.[1] ?? "");
  assert(rooms.includes("cli"), `${[...loaded]}`);
  const heavy = ["crypto", "ike", "encap", "exchange", "net", "probe", "diagnose", "report", "gateway"];
  assertEquals(heavy.filter((room) => rooms.includes(room)), []);
  assertEquals([...loaded].filter((specifier) => /@noble|^node:/.test(specifier)), []);
});

Deno.test("permissions: FFI is for the C library alone, wherever lib/net looks for it", () => {
  const ffi = PERMISSIONS.filter((flag) => flag.startsWith("--allow-ffi"));
  assertEquals(ffi, [`--allow-ffi=${LIBC_PATHS.join()}`]);
});

Deno.test("permissions: none without bounds but the network, and the files that users name", () => {
  assertEquals(PERMISSIONS.filter((flag) => !flag.includes("=")), ["--allow-net", "--allow-read", "--allow-write"]);
});

Deno.test("tasks: the program runs with the binary's permissions wherever a task runs it", () => {
  const runs = Object.values(config.tasks).filter((task) => task.includes("main.ts ") && task.startsWith("deno run"));
  assert(runs.length > 0);
  for (const task of runs) {
    const flags = task.replaceAll("'", "").split(" ").filter((word) => word.startsWith("--allow") || word === "-A");
    assertEquals(flags.toSorted(), [...PERMISSIONS].toSorted(), task);
  }
});
