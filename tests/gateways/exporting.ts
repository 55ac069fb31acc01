/** An exporter in the client's namespace, and scrapes of it. */
import { assertEquals } from "@std/assert";
import { BINARY, SOURCES, type Testbed } from "../testbed/mod.ts";
import { Background } from "./background.ts";
import type { Answer } from "./scraper.ts";

const EXPORTER = "http://127.0.0.1:9329";
const SCRAPER = decodeURIComponent(new URL("scraper.ts", import.meta.url).pathname);

/** Starts one where it listens by default. */
export async function startExporter(bed: Testbed, ...args: string[]): Promise<Background> {
  const program = BINARY === undefined ? SOURCES : [BINARY];
  const exporter = new Background(bed, [...program, "exporter", ...args], { env: { NO_COLOR: "1" } });
  await exporter.says(/listening on http:\/\/127\.0\.0\.1:9329\//);
  return exporter;
}

/** Scrapes it so many times, one every so many milliseconds. */
export async function scrape(bed: Testbed, path: string, count = 1, intervalMs = 0): Promise<Answer[]> {
  const program = [Deno.execPath(), "run", "--quiet", "--cached-only", "--no-check", "-A", SCRAPER];
  const args = [`${EXPORTER}${path}`, String(count), String(intervalMs)];
  const { code, stdout, stderr } = await bed.inClient([...program, ...args], { timeoutMs: 300_000 });
  assertEquals(code, 0, stderr);
  return stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
}
