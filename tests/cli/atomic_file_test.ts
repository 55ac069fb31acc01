/** Files that are written whole or not at all. */
import { assertEquals, assertThrows } from "@std/assert";
import { openAtomic } from "../../lib/cli/atomic_file.ts";
import { OutputError, UsageError } from "../../lib/cli/failure.ts";

function folder(test: (dir: string) => void): void {
  const dir = Deno.makeTempDirSync();
  try {
    test(dir);
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
}

const names = (dir: string) => [...Deno.readDirSync(dir)].map(({ name }) => name).toSorted();

Deno.test("atomic file: readers see the old content until the new one is whole", () =>
  folder((dir) => {
    Deno.writeTextFileSync(`${dir}/a.prom`, "old\n", { mode: 0o640 });
    const file = openAtomic(`${dir}/a.prom`);
    file.write("ne");
    file.write(new TextEncoder().encode("w\n"));
    assertEquals(Deno.readTextFileSync(`${dir}/a.prom`), "old\n");
    file.commit();
    assertEquals(Deno.readTextFileSync(`${dir}/a.prom`), "new\n");
    assertEquals(Deno.statSync(`${dir}/a.prom`).mode! & 0o777, 0o640);
    file.discard();
    assertEquals(names(dir), ["a.prom"]);
  }));

Deno.test("atomic file: what is discarded leaves nothing, and does no harm to what was there", () =>
  folder((dir) => {
    Deno.writeTextFileSync(`${dir}/a`, "old");
    for (const name of ["a", "b"]) {
      const file = openAtomic(`${dir}/${name}`);
      file.write("new");
      file.discard();
    }
    assertEquals(names(dir), ["a"]);
    assertEquals(Deno.readTextFileSync(`${dir}/a`), "old");
  }));

Deno.test("atomic file: a link is followed, a device is written directly", () =>
  folder((dir) => {
    Deno.writeTextFileSync(`${dir}/real`, "old");
    Deno.symlinkSync(`${dir}/real`, `${dir}/link`);
    const file = openAtomic(`${dir}/link`);
    file.write("new");
    file.commit();
    assertEquals(Deno.lstatSync(`${dir}/link`).isSymlink, true);
    assertEquals(Deno.readTextFileSync(`${dir}/real`), "new");
    const device = openAtomic("/dev/null");
    device.write("gone");
    device.commit();
    assertEquals(Deno.statSync("/dev/null").isFile, false);
  }));

Deno.test("atomic file: what cannot be written is said at once", () =>
  folder((dir) => {
    const says = (path: string, words: string) => assertThrows(() => openAtomic(path), UsageError, words);
    says(`${dir}/nosuch/a`, "there is no such folder");
    says(dir, "it is a directory");
  }));

Deno.test("atomic file: what cannot take its place leaves nothing behind", () =>
  folder((dir) => {
    const file = openAtomic(`${dir}/a`);
    file.write("new");
    Deno.mkdirSync(`${dir}/a`);
    assertThrows(() => file.commit(), OutputError, "Cannot write");
    file.discard();
    assertEquals(names(dir), ["a"]);
  }));

Deno.test("atomic file: a program that ends at once leaves nothing behind", () =>
  folder((dir) => {
    const module = new URL("../../lib/cli/atomic_file.ts", import.meta.url);
    const code = `import { openAtomic } from "${module}"; openAtomic("${dir}/a").write("half"); Deno.exit(3);`;
    const { code: exit } = new Deno.Command(Deno.execPath(), { args: ["eval", "--cached-only", code] }).outputSync();
    assertEquals([exit, names(dir)], [3, []]);
  }));
