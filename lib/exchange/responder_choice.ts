/** How a Responder chooses one proposal out of an SA payload (RFC 7296 §2.7, §3.3.6). */
import type { Proposal, Transform } from "../ike/mod.ts";
import { KEY_LENGTH, TYPE } from "./offer.ts";
import type { Cipher, ResponderPolicy, Suite } from "./responder_policy.ts";

/** Protocol ID of IKE in a proposal (RFC 7296 §3.3.1). */
const PROTOCOL_IKE = 1;
/** Transform types 6 to 12: additional key exchanges (RFC 9370 §2.2.2). */
const ADDITIONAL = { first: 6, last: 12 };
const NONE = 0;

/** What was chosen. */
export interface Choice {
  /** The Initiator's proposal, reduced to one transform of each type. */
  readonly proposal: Proposal;
  /** Key exchange group that goes with it. */
  readonly group: number;
}

function ofType(proposal: Proposal, type: number): readonly Transform[] {
  return proposal.transforms.filter((transform) => transform.type === type);
}

/** A transform without attributes: with any, it means something that is not known here (RFC 7296 §3.3.6). */
function plain(transforms: readonly Transform[], ids: readonly number[]): Transform | undefined {
  for (const id of ids) {
    const found = transforms.find((transform) => transform.id === id && transform.attributes.length === 0);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isCipher(transform: Transform, cipher: Cipher): boolean {
  if (transform.id !== cipher.id) return false;
  const [first, ...more] = transform.attributes;
  if (cipher.keyBits === undefined) return first === undefined;
  return first?.type === KEY_LENGTH && first.value === cipher.keyBits && more.length === 0;
}

function chooseCipher(transforms: readonly Transform[], ciphers: readonly Cipher[]): Transform | undefined {
  for (const cipher of ciphers) {
    const found = transforms.find((transform) => isCipher(transform, cipher));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** One transform for each type that a suite of ours does not speak about, or undefined when one of them is a must. */
function chooseOthers(proposal: Proposal): Transform[] | undefined {
  const types = new Set(proposal.transforms.map((transform) => transform.type));
  const others: Transform[] = [];
  for (const type of types) {
    if (type >= TYPE.ENCR && type <= TYPE.KE) continue;
    // An additional key exchange is optional when NONE is among its transforms.
    const none = type >= ADDITIONAL.first && type <= ADDITIONAL.last
      ? plain(ofType(proposal, type), [NONE])
      : undefined;
    if (none === undefined) return undefined;
    others.push(none);
  }
  return others;
}

function match(proposal: Proposal, suite: Suite, groups: readonly number[]): Choice | undefined {
  if (proposal.protocolId !== PROTOCOL_IKE || proposal.spi.length !== 0) return undefined;
  const encr = chooseCipher(ofType(proposal, TYPE.ENCR), suite.encr);
  const prf = plain(ofType(proposal, TYPE.PRF), suite.prf);
  const offeredInteg = ofType(proposal, TYPE.INTEG);
  const integ = plain(offeredInteg, suite.integ.length === 0 ? [NONE] : suite.integ);
  const noInteg = suite.integ.length === 0 && offeredInteg.length === 0;
  const ke = plain(ofType(proposal, TYPE.KE), groups);
  const others = chooseOthers(proposal);
  if (encr === undefined || prf === undefined || ke === undefined || others === undefined) return undefined;
  if (integ === undefined && !noInteg) return undefined;
  const transforms = [encr, prf, ...(integ === undefined ? [] : [integ]), ke, ...others];
  return { proposal: { ...proposal, transforms }, group: ke.id };
}

/** The first suite of the policy that fits a proposal, in the Initiator's order of proposals; undefined: none does. */
export function chooseProposal(proposals: readonly Proposal[], policy: ResponderPolicy): Choice | undefined {
  for (const suite of policy.suites) {
    for (const proposal of proposals) {
      const choice = match(proposal, suite, policy.groups);
      if (choice !== undefined) return choice;
    }
  }
  return undefined;
}
