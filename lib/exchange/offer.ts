/** What a probe offers in its SA payload: the algorithms of today's clients, so that a refusal means something. */
import type { Proposal, Transform } from "../ike/mod.ts";

/** Transform types (RFC 7296 §3.3.2). */
export const TYPE = { ENCR: 1, PRF: 2, INTEG: 3, KE: 4, ESN: 5 } as const;

/** Attribute type of the key length (RFC 7296 §3.3.5). */
export const KEY_LENGTH = 14;

const ENCR_AES_CBC = 12;
const ENCR_AES_GCM_16 = 20;
const ENCR_CHACHA20_POLY1305 = 28;
const PRF_HMAC_SHA1 = 2;
const PRF_SHA2 = [5, 6, 7];
const INTEG_HMAC_SHA1_96 = 2;
const INTEG_SHA2 = [12, 13, 14];

/** The value of a transform's Key Length attribute, in bits. */
export function keyBits(transform: Transform): number | undefined {
  const value = transform.attributes.find((attribute) => attribute.type === KEY_LENGTH)?.value;
  return typeof value === "number" ? value : undefined;
}

/** Private-use number (RFC 7296 §3.3.2: 1024 to 65535) that no implementation has been seen to use. */
const NOBODYS_TRANSFORM = 64_917;

function transform(type: number, id: number, keyBits?: number): Transform {
  return { type, id, attributes: keyBits === undefined ? [] : [{ type: KEY_LENGTH, value: keyBits }] };
}

/** Protocol IDs of proposals (RFC 7296 §3.3.1). */
const PROTOCOL = { IKE: 1, ESP: 3 } as const;

function proposal(number: number, transforms: Transform[]): Proposal {
  return { number, protocolId: PROTOCOL.IKE, spi: new Uint8Array(0), transforms };
}

/**
 * Two proposals, as combined-mode ciphers must not be mixed with others (RFC 7296 §3.3): AEAD without integrity
 * transforms first, then AES-CBC with HMAC.
 */
export function ordinaryOffer(groups: readonly number[]): Proposal[] {
  const exchange = groups.map((group) => transform(TYPE.KE, group));
  const prf = PRF_SHA2.map((id) => transform(TYPE.PRF, id));
  return [
    proposal(1, [
      transform(TYPE.ENCR, ENCR_AES_GCM_16, 256),
      transform(TYPE.ENCR, ENCR_AES_GCM_16, 128),
      transform(TYPE.ENCR, ENCR_CHACHA20_POLY1305),
      ...prf,
      ...exchange,
    ]),
    proposal(2, [
      transform(TYPE.ENCR, ENCR_AES_CBC, 256),
      transform(TYPE.ENCR, ENCR_AES_CBC, 128),
      ...prf,
      transform(TYPE.PRF, PRF_HMAC_SHA1),
      ...INTEG_SHA2.map((id) => transform(TYPE.INTEG, id)),
      transform(TYPE.INTEG, INTEG_HMAC_SHA1_96),
      ...exchange,
    ]),
  ];
}

/**
 * One proposal that nobody accepts, because its cipher and PRF are private numbers: the answer is NO_PROPOSAL_CHOSEN
 * and leaves no half-open SA at the gateway.
 */
export function unacceptableOffer(group: number): Proposal[] {
  return [
    proposal(1, [
      transform(TYPE.ENCR, NOBODYS_TRANSFORM, 256),
      transform(TYPE.PRF, NOBODYS_TRANSFORM),
      transform(TYPE.INTEG, NOBODYS_TRANSFORM),
      transform(TYPE.KE, group),
    ]),
  ];
}

/** What a client would offer for ESP, with an SPI that nothing will ever be sent to. */
export function espOffer(random: (length: number) => Uint8Array): Proposal[] {
  const esp = (number: number, transforms: Transform[]): Proposal => ({
    number,
    protocolId: PROTOCOL.ESP,
    spi: random(4),
    transforms: [...transforms, transform(TYPE.ESN, 0)],
  });
  return [
    esp(1, [transform(TYPE.ENCR, ENCR_AES_GCM_16, 256), transform(TYPE.ENCR, ENCR_AES_GCM_16, 128)]),
    esp(2, [
      transform(TYPE.ENCR, ENCR_AES_CBC, 256),
      transform(TYPE.ENCR, ENCR_AES_CBC, 128),
      ...INTEG_SHA2.map((id) => transform(TYPE.INTEG, id)),
      transform(TYPE.INTEG, INTEG_HMAC_SHA1_96),
    ]),
  ];
}
