/**
 * The end of an SA that a probe was given: one IKE_AUTH request that cannot succeed. A half-open SA would otherwise stay
 * with the gateway until it expires; RFC 7296 §2.21.2 has the Responder delete it when authentication fails. The request
 * is complete (RFC 7296 §1.2), as a Responder may just drop one that lacks payloads. It claims a name that nobody has
 * (RFC 6761 §6.4) and which tells a reader of the gateway's log what it was; it guesses no pre-shared key, and its AUTH
 * payload keeps EAP from beginning (RFC 7296 §2.16).
 */
import {
  type DecodedMessage,
  FLAG,
  isErrorNotify,
  notifyName,
  type NotifyPayload,
  type Payload,
  summarizeMessage,
} from "../ike/mod.ts";
import { concatBytes, equalBytes, formatFault } from "../wire/mod.ts";
import { fitOf } from "./fit.ts";
import type { MessageNote } from "./initiator.ts";
import { type AcceptedSa, algorithmsOf, deriveKeys, type Protection, protections } from "./keys.ts";
import { espOffer } from "./offer.ts";
import { openMessage, sealMessage } from "./sk.ts";

/** Who the request claims to be. */
export const NOBODYS_NAME = "ike-tcp-probe.invalid";

/** IKE_AUTH (RFC 7296 §3.1), the first request behind IKE_SA_INIT. */
const IKE_AUTH = { exchangeType: 35, messageId: 1 } as const;

/** Payload types (RFC 7296 §3.2). */
const IDI = 35;
const AUTH = 39;
const TSI = 44;
const TSR = 45;

const ID_FQDN = 2;
/** The one method of authentication that every implementation knows and that involves no shared secret. */
const RSA_DIGITAL_SIGNATURE = 1;
/** As of a key of 2048 bits. */
const SIGNATURE_LENGTH = 256;
/** TS_IPV4_ADDR_RANGE: any protocol, any port, any address (RFC 7296 §3.13.1). */
const EVERYTHING = Uint8Array.of(1, 0, 0, 0, 7, 0, 0, 16, 0, 0, 255, 255, 0, 0, 0, 0, 255, 255, 255, 255);

/** See the file's head. */
export class Farewell {
  /** The request, without marker and length. */
  readonly message: Uint8Array;
  readonly what = "IKE_AUTH that ends the SA";
  /** The gateway has said, under the SA's protection, that the SA is no more. */
  ended = false;
  readonly #sa: AcceptedSa;
  readonly #responder: Protection;

  private constructor(
    sa: AcceptedSa,
    { initiator, responder }: ReturnType<typeof protections>,
    random: (length: number) => Uint8Array,
  ) {
    this.#sa = sa;
    this.#responder = responder;
    const request = {
      initiatorSpi: sa.spiI,
      responderSpi: sa.spiR,
      flags: FLAG.INITIATOR,
      ...IKE_AUTH,
      payloads: hopelessRequest(random),
    };
    this.message = sealMessage(request, initiator, random);
  }

  /**
   * Undefined when the SA's algorithms are not supported, so that nothing can be said.
   *
   * @param shared The shared secret of the key exchange, as in {@linkcode deriveKeys}.
   */
  static to(sa: AcceptedSa, shared: Uint8Array, random: (length: number) => Uint8Array): Farewell | undefined {
    const algorithms = algorithmsOf(sa.proposal);
    return algorithms && new Farewell(sa, protections(algorithms, deriveKeys(sa, algorithms, shared)), random);
  }

  /** One IKE message (without marker) from where the request went. Never throws. */
  handleMessage(bytes: Uint8Array): MessageNote {
    const { fit, why } = fitOf(bytes, this.#sa.spiI, [this.message], IKE_AUTH);
    if (fit !== "answer") return { fit, what: why };
    const opened = openMessage(bytes, this.#responder);
    if (!opened.ok) return { fit, what: `an answer to IKE_AUTH that cannot be read: ${opened.why}`, result: "unread" };
    return this.#read(opened.decoded);
  }

  #read(decoded: DecodedMessage): MessageNote {
    const error = decoded.payloads.find((p): p is NotifyPayload => p.kind === "N" && isErrorNotify(p.type));
    // Errors about the Child SA alone come beside an AUTH payload (RFC 7296 §1.2).
    const authenticated = decoded.payloads.some((p) => p.kind === "unknown" && p.type === AUTH);
    const mine = equalBytes(decoded.header!.responderSpi, this.#sa.spiR);
    const ends = error !== undefined && !authenticated && mine;
    this.ended ||= ends;
    return {
      fit: "answer",
      what: `${summarizeMessage(decoded)} (encrypted)`,
      result: ends ? "ended" : "other",
      ...(error && { notify: notifyName(error.type) }),
      ...(decoded.faults.length > 0 && { faults: decoded.faults.map(formatFault) }),
    };
  }
}

/** IDi, AUTH, SA, TSi, TSr: complete, with a signature that is none. */
function hopelessRequest(random: (length: number) => Uint8Array): Payload[] {
  const other = (type: number, ...parts: Uint8Array[]): Payload => {
    return { kind: "unknown", critical: false, type, data: concatBytes(...parts) };
  };
  return [
    other(IDI, Uint8Array.of(ID_FQDN, 0, 0, 0), new TextEncoder().encode(NOBODYS_NAME)),
    other(AUTH, Uint8Array.of(RSA_DIGITAL_SIGNATURE, 0, 0, 0), random(SIGNATURE_LENGTH)),
    { kind: "SA", critical: false, proposals: espOffer(random) },
    other(TSI, EVERYTHING),
    other(TSR, EVERYTHING),
  ];
}
