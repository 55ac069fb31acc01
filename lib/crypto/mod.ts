/** Key exchange, NAT detection hashes, PRFs and puzzles of IKEv2. Pure: randomness is an argument. */
export type { KeyExchangeGroup, KeyPair } from "./group.ts";
export { KEY_EXCHANGE_GROUPS, keyExchangeGroup } from "./groups.ts";
export { natDetectionHash } from "./nat_hash.ts";
export { NAT_HASH_LENGTH } from "./nat_input.ts";
export { knowsPrf, prf } from "./prf.ts";
export { checkSolution, type Puzzle, PuzzleSolver, verifyPuzzle } from "./puzzle.ts";
