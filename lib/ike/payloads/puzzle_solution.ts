/** Puzzle Solution payload (RFC 8019 §8.2). */
import { EMPTY, rest } from "../../wire/mod.ts";
import type { PayloadBase, PayloadForm } from "./form.ts";

/** The keys that solve a puzzle, one behind the other. */
export interface PuzzleSolutionPayload extends PayloadBase {
  kind: "PS";
  /** See RFC 8019 §7.1.2. */
  data: Uint8Array;
}

/** Payload type 54. */
export const PUZZLE_SOLUTION: PayloadForm<PuzzleSolutionPayload> = {
  type: 54,
  fields: [rest("data")],
  create: () => ({ kind: "PS", critical: false, data: EMPTY }),
};
