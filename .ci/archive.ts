/** Archives whose octets depend on nothing but names, contents and one time. */
import { gzipSync, type Zippable, zipSync } from "fflate";
import { createTar } from "nanotar";

/** A file of an archive. */
export interface ArchiveFile {
  /** Its path in the archive, with slashes. */
  readonly name: string;
  readonly contents: Uint8Array;
  /** A program. */
  readonly executable?: boolean;
}

/** Compression of both forms: the highest costs twice the time for a percent. */
const LEVEL = 6;

function mode({ executable }: ArchiveFile): number {
  return executable ? 0o755 : 0o644;
}

function inOrder(files: readonly ArchiveFile[]): ArchiveFile[] {
  return files.toSorted((a, b) => a.name < b.name ? -1 : 1);
}

/** A gzipped tar file; everything belongs to root. */
export function tarGz(files: readonly ArchiveFile[], date: Date): Uint8Array {
  const attrs = { uid: 0, gid: 0, user: "root", group: "root", mtime: date.getTime() };
  const items = inOrder(files).map((file) => ({
    name: file.name,
    data: file.contents,
    attrs: { mode: mode(file).toString(8) },
  }));
  // a time of 0 is none: the header of gzip has no need of one
  return gzipSync(createTar(items, { attrs }), { level: LEVEL, mtime: 0 });
}

/** "version made by" of a zip file: its modes are those of Unix. */
const MADE_BY_UNIX = 3;

/** A zip file. */
export function zip(files: readonly ArchiveFile[], date: Date): Uint8Array {
  // A zip file has local times without a zone: here they are UTC, wherever it is made.
  const mtime = new Date(date.getTime() + 60_000 * date.getTimezoneOffset());
  const entries: Zippable = {};
  for (const file of inOrder(files)) {
    entries[file.name] = [file.contents, { os: MADE_BY_UNIX, attrs: (0o100000 | mode(file)) << 16, mtime }];
  }
  return zipSync(entries, { level: LEVEL });
}
