/** Requests and a Responder for tests, with numbers instead of randomness. */
import { keyExchangeGroup, type KeyPair } from "../../lib/crypto/mod.ts";
import { ordinaryOffer } from "../../lib/exchange/offer.ts";
import { buildRequest, type RequestParts } from "../../lib/exchange/request.ts";
import { type Between, Responder, type Response } from "../../lib/exchange/responder.ts";
import { DEFAULT_POLICY, type ResponderPolicy } from "../../lib/exchange/responder_policy.ts";
import { type DecodedMessage, decodeMessage, notifyName } from "../../lib/ike/mod.ts";
import { SeededRandom } from "../sim/random.ts";

export const CLIENT = { address: "192.0.2.10", port: 40000 };
export const GATEWAY = { address: "203.0.113.2", port: 500 };
export const BETWEEN: Between = { remote: CLIENT, locals: [GATEWAY] };
/** X25519. */
export const GROUP = 31;

const random = new SeededRandom(99);
const octets = (length: number) => random.octets(length);
const pairs = new Map<number, KeyPair>();

/** One key pair for each group: tests need no fresh ones. */
export function keyPair(group: number): KeyPair {
  let pair = pairs.get(group);
  if (pair === undefined) pairs.set(group, pair = keyExchangeGroup(group)!.generate(octets));
  return pair;
}

export function responder(policy: Partial<ResponderPolicy> = {}, seed = 1): Responder {
  const own = new SeededRandom(seed);
  return new Responder({ ...DEFAULT_POLICY, ...policy }, {
    random: (length) => own.octets(length),
    keyPair,
    checkPublic: (group, value) => keyExchangeGroup(group)!.check(value),
    shared: (pair, value) => keyExchangeGroup(pair.group)!.shared(pair, value),
  });
}

/** A request as the probe sends it; each with an SPI and a nonce of its own. */
export function request(parts: Partial<RequestParts> = {}): Uint8Array {
  const group = parts.group ?? GROUP;
  return buildRequest({
    spiI: octets(8),
    proposals: ordinaryOffer([31, 19, 14]),
    group,
    publicValue: keyExchangeGroup(group) === undefined ? octets(32) : keyPair(group).publicValue,
    nonce: octets(32),
    locals: [CLIENT],
    remote: GATEWAY,
    ...parts,
  });
}

/** What came back, decoded; and the names of its notifies. */
export function read(response: Response): DecodedMessage & { notifies: string[] } {
  const decoded = decodeMessage(response.reply ?? new Uint8Array());
  const notifies = decoded.payloads.flatMap((payload) => payload.kind === "N" ? [notifyName(payload.type)] : []);
  return { ...decoded, notifies };
}

/** Data of the first notify of a type. */
export function notifyData(response: Response, type: number): Uint8Array {
  const found = read(response).payloads.find((payload) => payload.kind === "N" && payload.type === type);
  return found?.kind === "N" ? found.data : new Uint8Array();
}
