/** Snapshots: plain files, so that a change of the output is read as a diff. `UPDATE_SNAPSHOTS=1` writes them anew. */
import { assertEquals } from "@std/assert";

/** Compares text with the file at `url`. */
export async function assertSnapshot(actual: string, url: URL): Promise<void> {
  if (Deno.env.get("UPDATE_SNAPSHOTS") === "1") {
    await Deno.mkdir(new URL(".", url), { recursive: true });
    await Deno.writeTextFile(url, actual);
    return;
  }
  assertEquals(actual, await Deno.readTextFile(url), `${url.pathname} (UPDATE_SNAPSHOTS=1 writes it anew)`);
}
