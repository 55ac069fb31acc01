/**
 * A file that is either written whole or not at all: what is written goes to a file of another name beside it, which takes
 * its place at the end. Whoever reads it meanwhile (the node exporter's textfile collector, for one) sees the old one.
 */
import { escapeText } from "../wire/escape.ts";
import { OutputError, UsageError } from "./failure.ts";
import { fileTrouble } from "./file_trouble.ts";

/** See the file's head. Made by {@linkcode openAtomic}; ended by `commit` or `discard`, once. */
export interface AtomicFile {
  /** @throws {OutputError} when the disk is full, for one */
  write(data: string | Uint8Array): void;
  /** Puts it in its place. @throws {OutputError} */
  commit(): void;
  /** Leaves everything as it was; harmless after `commit`. */
  discard(): void;
}

/**
 * Opens a file for writing. What is no plain file (a pipe, /dev/stdout) is written directly; a link is followed.
 *
 * @throws {UsageError} at once, before any work is done, when nothing can be written there
 */
export function openAtomic(path: string): AtomicFile {
  const trouble = (error: unknown) => `Cannot write ${escapeText(path)}: ${fileTrouble(error, "folder")}`;
  let opened: { readonly file: Deno.FsFile; readonly scratch?: string; readonly place: string };
  try {
    opened = open(path);
  } catch (error) {
    throw new UsageError(trouble(error));
  }
  const { file, scratch, place } = opened;
  let isOpen = true;
  const attempt = (work: () => void) => {
    try {
      work();
    } catch (error) {
      throw new OutputError(trouble(error));
    }
  };
  const remove = () => {
    if (scratch !== undefined) Deno.removeSync(scratch);
  };
  const discard = () => {
    if (!isOpen) return;
    isOpen = false;
    removeEventListener("unload", discard);
    file.close();
    remove();
  };
  // A second Ctrl-C ends the program at once: nothing stays behind then either.
  addEventListener("unload", discard);
  return {
    discard,
    write(data) {
      const octets = typeof data === "string" ? new TextEncoder().encode(data) : data;
      attempt(() => {
        for (let at = 0; at < octets.length;) at += file.writeSync(octets.subarray(at));
      });
    },
    commit() {
      if (!isOpen) return;
      attempt(() => {
        try {
          if (scratch === undefined) return;
          file.syncDataSync();
          Deno.renameSync(scratch, place);
        } catch (error) {
          remove();
          throw error;
        } finally {
          isOpen = false;
          removeEventListener("unload", discard);
          file.close();
        }
      });
    },
  };
}

function open(path: string): { file: Deno.FsFile; scratch?: string; place: string } {
  const there = statOrNothing(path);
  if (there?.isDirectory) throw new Deno.errors.IsADirectory();
  if (there !== undefined && !there.isFile) return { file: Deno.openSync(path, { write: true }), place: path };
  const place = there === undefined ? path : Deno.realPathSync(path);
  // A file that may not be written is not replaced either, although its folder would allow that.
  if (there !== undefined) Deno.openSync(place, { write: true }).close();
  const scratch = `${place}.${crypto.randomUUID().slice(0, 8)}.part`;
  const mode = there?.mode ?? null;
  return { file: Deno.openSync(scratch, { write: true, createNew: true, mode: mode ?? 0o666 }), scratch, place };
}

function statOrNothing(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
