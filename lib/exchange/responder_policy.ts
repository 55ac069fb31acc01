/** What a Responder accepts and demands: everything that an operator can set, and nothing that changes while it runs. */

/** A cipher with its key length, where the cipher has several (RFC 7296 §3.3.5). */
export interface Cipher {
  /** Transform type 1 (ENCR), IANA number. */
  readonly id: number;
  /** Absent: no Key Length attribute. */
  readonly keyBits?: number;
}

/** Algorithms that may be combined freely, each list in the order of preference. */
export interface Suite {
  readonly encr: readonly Cipher[];
  readonly prf: readonly number[];
  /** Empty for combined-mode ciphers (RFC 7296 §3.3). */
  readonly integ: readonly number[];
}

/** See the file's head. */
export interface ResponderPolicy {
  /** In the order of preference; empty: NO_PROPOSAL_CHOSEN to everybody. */
  readonly suites: readonly Suite[];
  /** Key exchange groups in the order of preference: the first one that is offered is demanded. */
  readonly groups: readonly number[];
  /** Demands a COOKIE (RFC 7296 §2.6) when at least so many SAs are half-open; 0: always; undefined: never. */
  readonly cookieFrom?: number;
  /** Demands a PUZZLE of this difficulty together with the cookie (RFC 8019). */
  readonly puzzleBits?: number;
  /** Where everybody who supports it is redirected (RFC 5685): an address or a name. */
  readonly redirect?: string;
  /** Hash algorithms for SIGNATURE_HASH_ALGORITHMS (RFC 7427 §4); empty: not announced. */
  readonly signatureHashes: readonly number[];
  /** IKEV2_FRAGMENTATION_SUPPORTED (RFC 7383 §2.3), to who announces it. */
  readonly fragmentation: boolean;
  /** CHILDLESS_IKEV2_SUPPORTED (RFC 6023 §3). */
  readonly childless: boolean;
  readonly vendorIds: readonly Uint8Array[];
  /** How long a half-open SA is remembered, in milliseconds; 0: a repeated request gets a new answer. */
  readonly halfOpenMs: number;
  /** How many half-open SAs are remembered; further requests are ignored. */
  readonly maxHalfOpen: number;
}

/** PRF of puzzles: HMAC-SHA2-256. */
export const PUZZLE_PRF = 5;

/** Accepts what a probe offers, demands nothing, announces what today's gateways announce. */
export const DEFAULT_POLICY: ResponderPolicy = {
  suites: [
    { encr: [{ id: 20, keyBits: 256 }, { id: 20, keyBits: 128 }, { id: 28 }], prf: [5, 6, 7], integ: [] },
    { encr: [{ id: 12, keyBits: 256 }, { id: 12, keyBits: 128 }], prf: [5, 6, 7, 2], integ: [12, 13, 14, 2] },
  ],
  groups: [31, 19, 20, 21, 14, 15, 16, 17, 18],
  signatureHashes: [2, 3, 4, 5],
  fragmentation: true,
  childless: true,
  vendorIds: [],
  halfOpenMs: 30_000,
  maxHalfOpen: 4096,
};
