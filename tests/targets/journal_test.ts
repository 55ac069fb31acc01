/** The file that a run keeps and a later one continues, whatever ended the run. */
import { assertEquals, assertRejects } from "@std/assert";
import { Journal, NoJournal } from "../../lib/targets/journal.ts";

const BEGINNING = `{"schema":"x"`;

interface Line {
  readonly schema: string;
  readonly n: number;
}

const line = (n: number) => `${JSON.stringify({ schema: "x", n })}\n`;

/** Opens a file with these contents, adds a line, and says what was read and what is in it then. */
async function resumed(contents: string | Uint8Array | undefined): Promise<{ read: number[]; file: string }> {
  const path = await Deno.makeTempFile();
  try {
    if (contents === undefined) await Deno.remove(path);
    else if (typeof contents === "string") await Deno.writeTextFile(path, contents);
    else await Deno.writeFile(path, contents);
    const read: number[] = [];
    const take = (value: unknown) => {
      if ((value as Line).schema !== "x") return false;
      read.push((value as Line).n);
      return true;
    };
    const before = contents === undefined ? undefined : await Deno.readTextFile(path);
    try {
      const journal = await Journal.open(path, { beginning: BEGINNING, take });
      journal.add(line(99));
      journal.close();
    } catch (error) {
      assertEquals(await Deno.readTextFile(path), before, "what is somebody else's is left as it is");
      throw error;
    }
    return { read, file: await Deno.readTextFile(path) };
  } finally {
    await Deno.remove(path).catch(() => {});
  }
}

Deno.test("journal: it is made where there is none, and grows", async () => {
  assertEquals(await resumed(undefined), { read: [], file: line(99) });
  assertEquals(await resumed(""), { read: [], file: line(99) });
  assertEquals(await resumed(line(1) + "\n" + line(2)), { read: [1, 2], file: line(1) + "\n" + line(2) + line(99) });
});

Deno.test("journal: a last line that was cut off, wherever, is taken away", async () => {
  const text = JSON.stringify({ schema: "x", n: 3, more: "é".repeat(40) });
  const octets = new TextEncoder().encode(line(1) + text);
  const whole = line(1).length;
  for (let length = whole + 1; length < octets.length; length++) {
    const { read, file } = await resumed(octets.slice(0, length));
    assertEquals([read, file], [[1], line(1) + line(99)], `cut off after ${length - whole} octets`);
  }
  const { read, file } = await resumed(octets);
  assertEquals([read, file], [[1, 3], `${line(1)}${text}\n${line(99)}`], "only the newline was missing");
});

Deno.test("journal: a file of somebody else's is refused by line, and not touched", async () => {
  const refuse = async (contents: string, message: string) => {
    const error = await assertRejects(() => resumed(contents), NoJournal);
    assertEquals(error.message.split(" is no")[0], message);
  };
  await refuse("vpn.example.org\n", "line 1");
  await refuse("vpn.example.org", "line 1");
  await refuse(`${line(1)}{"schema":"y"}\n`, "line 2");
  await refuse(`${line(1)}{"schema":"y"`, "line 2");
  await refuse(`${line(1)}\0\0\0\0`, "line 2");
  await refuse(`{\n  "schema": "x"\n}\n`, "line 1");
});

Deno.test("journal: lines longer than a read, and many of them", async () => {
  const long = JSON.stringify({ schema: "x", n: 7, data: "a".repeat(1_000_000) });
  const many = Array.from({ length: 10_000 }, (_, n) => line(n)).join("");
  const { read } = await resumed(`${many}${long}\n${line(8)}`);
  assertEquals([read.length, ...read.slice(-2)], [10_002, 7, 8]);
});

Deno.test("journal: a folder is none, nor is a device", async () => {
  const open = (path: string) => Journal.open(path, { beginning: BEGINNING, take: () => true });
  await assertRejects(() => open("/"));
  if (Deno.build.os === "linux") await assertRejects(() => open("/dev/null"), NoJournal);
});
