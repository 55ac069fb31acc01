/** SHA-256 checksums as `sha256sum --check` reads them. */

import { hex } from "../lib/wire/bytes.ts";

/** One line for each file of a folder, sorted by name. */
export async function checksums(folder: string, names: readonly string[]): Promise<string> {
  const lines = [];
  for (const name of names.toSorted()) {
    const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(`${folder}/${name}`));
    lines.push(`${hex(new Uint8Array(digest))}  ${name}\n`);
  }
  return lines.join("");
}
