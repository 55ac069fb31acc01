/** What a file system said, in one phrase. */
import { escapeText } from "../wire/escape.ts";

/**
 * The reason to stand behind a file's name and a colon.
 *
 * @param missing what is not there when something is not: the file to read, or the folder to write to
 */
export function fileTrouble(error: unknown, missing: "file" | "folder" = "file"): string {
  if (error instanceof Deno.errors.NotFound) return `there is no such ${missing}`;
  if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
  if (error instanceof Deno.errors.IsADirectory) return "it is a directory";
  return escapeText(error instanceof Error ? error.message : String(error));
}
