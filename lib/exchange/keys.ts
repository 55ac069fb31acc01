/** The keys of an IKE SA, from what IKE_SA_INIT has exchanged (RFC 7296 §2.14). */
import { type Encryption, encryption } from "../crypto/encryption.ts";
import { type Integrity, integrity, knowsPrf, prf, prfKeyLength, prfPlus } from "../crypto/mod.ts";
import type { Proposal } from "../ike/mod.ts";
import { concatBytes } from "../wire/mod.ts";
import { keyBits, TYPE } from "./offer.ts";

/** What both sides of an accepted IKE_SA_INIT know, beside the shared secret of the key exchange. */
export interface AcceptedSa {
  readonly spiI: Uint8Array;
  readonly spiR: Uint8Array;
  readonly nonceI: Uint8Array;
  readonly nonceR: Uint8Array;
  /** The chosen one, with one transform of each type. */
  readonly proposal: Proposal;
  /** Of both KE payloads. */
  readonly group: number;
}

/** The same as its Initiator knows it: the Responder's public value is still to be made a shared secret of. */
export interface GrantedSa extends AcceptedSa {
  readonly publicR: Uint8Array;
}

/** The algorithms that a proposal stands for. */
export interface Algorithms {
  /** IANA number. */
  readonly prf: number;
  readonly encryption: Encryption;
  /** Absent beside a combined-mode cipher. */
  readonly integrity?: Integrity;
}

/** The seven keys, by their names in RFC 7296 §2.14: i the Initiator's, r the Responder's. */
export interface SaKeys {
  /** Keys of Child SAs are derived from it. */
  readonly d: Uint8Array;
  /** Integrity; empty beside a combined-mode cipher. */
  readonly ai: Uint8Array;
  readonly ar: Uint8Array;
  /** Encryption; with the salt at the end for combined-mode ciphers. */
  readonly ei: Uint8Array;
  readonly er: Uint8Array;
  /** For AUTH payloads. */
  readonly pi: Uint8Array;
  readonly pr: Uint8Array;
}

/** One direction's algorithms and keys. */
export interface Protection {
  readonly encryption: Encryption;
  readonly encryptionKey: Uint8Array;
  readonly integrity?: Integrity;
  readonly integrityKey: Uint8Array;
}

/** The algorithms of a chosen proposal; undefined when one of them is not supported, or missing. */
export function algorithmsOf(proposal: Proposal): Algorithms | undefined {
  const of = (type: number) => proposal.transforms.find((transform) => transform.type === type);
  const encr = of(TYPE.ENCR);
  const prfId = of(TYPE.PRF)?.id;
  const cipher = encr && encryption(encr.id, keyBits(encr));
  if (cipher === undefined || prfId === undefined || !knowsPrf(prfId)) return undefined;
  if (cipher.tagLength > 0) return { prf: prfId, encryption: cipher };
  const integ = integrity(of(TYPE.INTEG)?.id ?? 0);
  return integ && { prf: prfId, encryption: cipher, integrity: integ };
}

/**
 * SKEYSEED = prf(Ni | Nr, g^ir), and what prf+ makes of it.
 *
 * @param shared g^ir, as the key exchange group's RFC encodes it
 */
export function deriveKeys(sa: AcceptedSa, algorithms: Algorithms, shared: Uint8Array): SaKeys {
  const nonces = concatBytes(sa.nonceI, sa.nonceR);
  const seed = prf(algorithms.prf, nonces, shared)!;
  const derived = prfKeyLength(algorithms.prf)!;
  const integ = algorithms.integrity?.keyLength ?? 0;
  const encr = algorithms.encryption.keyLength;
  const lengths = [derived, integ, integ, encr, encr, derived, derived];
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const material = prfPlus(algorithms.prf, seed, concatBytes(nonces, sa.spiI, sa.spiR), total);
  let at = 0;
  const [d, ai, ar, ei, er, pi, pr] = lengths.map((length) => material.subarray(at, at += length));
  return { d: d!, ai: ai!, ar: ar!, ei: ei!, er: er!, pi: pi!, pr: pr! };
}

/** What protects messages of both directions. */
export function protections(algorithms: Algorithms, keys: SaKeys): { initiator: Protection; responder: Protection } {
  const { encryption, integrity } = algorithms;
  const of = (encryptionKey: Uint8Array, integrityKey: Uint8Array): Protection => ({
    encryption,
    encryptionKey,
    ...(integrity && { integrity }),
    integrityKey,
  });
  return { initiator: of(keys.ei, keys.ai), responder: of(keys.er, keys.ar) };
}
