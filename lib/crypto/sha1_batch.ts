/** SHA-1 preimages among 256 messages that differ in a few neighbouring bits of one word. */
import { hashBlock } from "./sha1_block.ts";

/** Messages that one search covers. */
export const BATCH = 256;

/** Which word of the block varies, and by how many bits the candidate's number is shifted in it. */
export interface Varying {
  readonly word: number;
  readonly shift: number;
}

/** A way to search a batch. */
export interface BatchSearch {
  /**
   * The number 0 to 255 which, shifted and put by exclusive or into the varying word of `block`, leads to `hash`;
   * undefined when none does.
   */
  search(block: Int32Array, hash: Int32Array): number | undefined;
}

/** Whether a candidate's whole hash is the wanted one, and not only the word that searches look at first. */
export function isPreimage(
  block: Int32Array,
  { word, shift }: Varying,
  candidate: number,
  hash: Int32Array,
): boolean {
  const message = block.slice();
  message[word]! ^= candidate << shift;
  return hashBlock(message).every((value, i) => value === hash[i]);
}
