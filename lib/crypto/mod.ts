/**
 * Key exchange, keys, NAT detection hashes, PRFs and puzzles of IKEv2. Pure: randomness is an argument. The ciphers stand
 * apart, in `encryption.ts`: their tables take 10 ms to make, which is for whoever needs them.
 */
export type { KeyExchangeGroup, KeyPair } from "./group.ts";
export { KEY_EXCHANGE_GROUPS, keyExchangeGroup } from "./groups.ts";
export { type Integrity, integrity } from "./integrity.ts";
export { natDetectionHash } from "./nat_hash.ts";
export { NAT_HASH_LENGTH } from "./nat_input.ts";
export { knowsPrf, prf, prfKeyLength } from "./prf.ts";
export { prfPlus } from "./prf_plus.ts";
export { checkSolution, type Puzzle, PuzzleSolver, verifyPuzzle } from "./puzzle.ts";
