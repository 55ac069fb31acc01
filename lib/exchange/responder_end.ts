/**
 * How a Responder ends an SA that goes on to IKE_AUTH: nobody can authenticate here, so the answer is
 * AUTHENTICATION_FAILED, under the SA's protection, and the SA is no more (RFC 7296 §2.21.2).
 */
import { FLAG, type Header } from "../ike/mod.ts";
import { type AcceptedSa, algorithmsOf, deriveKeys, protections } from "./keys.ts";
import { statusNotify } from "./request.ts";
import { openMessage, sealMessage } from "./sk.ts";

/** Exchange type of IKE_AUTH (RFC 7296 §3.1). */
export const IKE_AUTH = 35;

const AUTHENTICATION_FAILED = 24;

/** An SA that was accepted, with what its keys are derived from. */
export interface HalfOpenSa {
  readonly sa: AcceptedSa;
  /** The shared secret of its key exchange; asked for only when somebody goes on with the SA. */
  readonly shared: () => Uint8Array;
}

/** The answer, or why the message is not one of the SA's Initiator. */
export function answerAuth(
  message: Uint8Array,
  header: Header,
  { sa, shared }: HalfOpenSa,
  random: (length: number) => Uint8Array,
): { readonly reply: Uint8Array } | { readonly why: string } {
  const algorithms = algorithmsOf(sa.proposal);
  if (algorithms === undefined) return { why: "the SA's algorithms are not supported" };
  const { initiator, responder } = protections(algorithms, deriveKeys(sa, algorithms, shared()));
  const opened = openMessage(message, initiator);
  if (!opened.ok) return { why: opened.why };
  const { initiatorSpi, responderSpi, exchangeType, messageId } = header;
  const payloads = [statusNotify(AUTHENTICATION_FAILED)];
  const answer = { initiatorSpi, responderSpi, exchangeType, messageId, flags: FLAG.RESPONSE, payloads };
  return { reply: sealMessage(answer, responder, random) };
}
