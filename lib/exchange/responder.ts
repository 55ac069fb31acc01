/**
 * The Responder of IKE_SA_INIT as a machine without sockets and clock: a request goes in, what to send back comes out.
 * It keeps no state for whom it refuses, and remembers for a while to whom it said yes, so that a repeated request gets
 * the same response (RFC 7296 §2.1), whatever connection it comes on (RFC 9329 §7.2). IKE_AUTH ends an SA, as nobody can
 * authenticate here.
 */
import type { KeyPair } from "../crypto/mod.ts";
import { checkSolution } from "../crypto/mod.ts";
import {
  checkRequest,
  criticalUnknown,
  decodeMessage,
  exchangeTypeName,
  FLAG,
  groupName,
  type Header,
  type KePayload,
  type NoncePayload,
  type Payload,
  type SaPayload,
} from "../ike/mod.ts";
import type { Endpoint, NatObservation } from "../model/mod.ts";
import { addressBytes, formatFault } from "../wire/mod.ts";
import { IKE_SA_INIT } from "./fit.ts";
import type { AcceptedSa } from "./keys.ts";
import { natNotifies, observeNat } from "./nat.ts";
import { STATUS } from "./request.ts";
import {
  announcements,
  encodeDemand,
  encodeError,
  encodeRedirection,
  encodeResponse,
  ERROR,
  uint16,
} from "./responder_answer.ts";
import { type Choice, chooseProposal } from "./responder_choice.ts";
import { CookieJar } from "./responder_cookie.ts";
import { answerAuth, IKE_AUTH } from "./responder_end.ts";
import { PUZZLE_PRF, type ResponderPolicy } from "./responder_policy.ts";
import { HalfOpenTable } from "./responder_table.ts";

const NOBODY = new Uint8Array(8);
const NONCE_LENGTH = 32;
/** RFC 7296 §3.9. */
const NONCE_LENGTHS = { min: 16, max: 256 } as const;

/** What a Responder needs from outside to be deterministic inside. */
export interface ResponderSources {
  random(length: number): Uint8Array;
  /** A key pair of a group of the policy; one may serve several exchanges (RFC 7296 §2.12). */
  keyPair(group: number): KeyPair;
  /** Why a peer's public value must not be used, or undefined (RFC 6989, RFC 8031 §3.2). */
  checkPublic(group: number, value: Uint8Array): string | undefined;
  /** The shared secret of a key exchange with a public value that passed. */
  shared(pair: KeyPair, value: Uint8Array): Uint8Array;
}

/** Between whom a request travelled, as the Responder sees it. */
export interface Between {
  /** Where it came from. */
  readonly remote: Endpoint;
  /** Where it came to; several when the system does not tell which of them it was. */
  readonly locals: readonly Endpoint[];
}

/**
 * What a Responder did with a message. All but `accepted`, `repeated` and `ignored` leave no state; `ended`: an SA is no
 * more.
 */
export const REACTIONS = [
  "accepted",
  "repeated",
  "ended",
  "cookie",
  "puzzle",
  "redirected",
  "refused",
  "ignored",
] as const;
/** One of {@linkcode REACTIONS}. */
export type Reaction = (typeof REACTIONS)[number];

/** See {@linkcode Responder.handleMessage}. */
export interface Response {
  readonly reaction: Reaction;
  /** Why, in a few words; it quotes no octets of the peer. */
  readonly why: string;
  /** The IKE message to send back, without marker and length; absent when the message is ignored. */
  readonly reply?: Uint8Array;
  /** NAT_DETECTION_* of the request, compared with what this side sees. */
  readonly nat?: NatObservation;
}

/** A request whose header has been looked at. */
interface Request {
  readonly header: Header;
  readonly payloads: readonly Payload[];
  readonly sa: SaPayload;
  readonly ke: KePayload;
  readonly nonce: Uint8Array;
  /** Notify types in it. */
  readonly announced: ReadonlySet<number>;
}

/** See the file's head. */
export class Responder {
  readonly #policy: ResponderPolicy;
  readonly #sources: ResponderSources;
  readonly #jar: CookieJar;
  readonly #table: HalfOpenTable;

  constructor(policy: ResponderPolicy, sources: ResponderSources) {
    this.#policy = policy;
    this.#sources = sources;
    this.#jar = new CookieJar(sources.random(32));
    this.#table = new HalfOpenTable(sources.random(32), policy.halfOpenMs, policy.maxHalfOpen);
  }

  /** How many SAs are half-open. */
  get halfOpen(): number {
    return this.#table.size;
  }

  /** When {@linkcode handleTimeout} wants to be called; undefined: not before another message. */
  pollTimeout(): number | undefined {
    return this.#table.nextExpiry;
  }

  /** Forgets half-open SAs whose time is over. */
  handleTimeout(now: number): void {
    this.#table.expire(now);
  }

  /** One IKE message, without marker. Never throws, whatever the octets are. */
  handleMessage(message: Uint8Array, between: Between, now: number): Response {
    this.handleTimeout(now);
    const decoded = decodeMessage(message);
    const header = decoded.header;
    if (header === undefined) return ignored("shorter than an IKE header");
    const foreign = this.#foreign(message, header);
    if (foreign !== undefined) return foreign;
    const repeated = this.#table.find(message, between.remote.address);
    if (repeated !== undefined) return { reaction: "repeated", why: "the same response again", reply: repeated };
    const critical = criticalUnknown(decoded)[0];
    if (critical !== undefined) {
      const reply = encodeError(header, ERROR.UNSUPPORTED_CRITICAL_PAYLOAD, Uint8Array.of(critical.type));
      return refused(`payload type ${critical.type} is unknown and critical`, reply);
    }
    const fault = [...decoded.faults, ...checkRequest(decoded)][0];
    if (fault !== undefined) return refused(formatFault(fault), encodeError(header, ERROR.INVALID_SYNTAX));
    return this.#exchange(message, requestOf(header, decoded.payloads), between, now);
  }

  /** What is no IKE_SA_INIT request of version 2 is ignored, or refused by its header alone. */
  #foreign(message: Uint8Array, header: Header): Response | undefined {
    if ((header.flags & FLAG.RESPONSE) !== 0) return ignored("a response");
    if (header.majorVersion < 2) return ignored(`version ${header.majorVersion} is not spoken here`);
    if (header.majorVersion > 2) {
      return refused(`major version ${header.majorVersion}`, encodeError(header, ERROR.INVALID_MAJOR_VERSION));
    }
    if (header.exchangeType === IKE_AUTH) return this.#auth(message, header);
    if (header.exchangeType !== IKE_SA_INIT) {
      return ignored(`${exchangeTypeName(header.exchangeType)} of an unknown SA`);
    }
    if ((header.flags & FLAG.INITIATOR) === 0) return ignored("a request without the Initiator flag");
    if (header.messageId !== 0) return ignored(`IKE_SA_INIT with message ID ${header.messageId}`);
    if (isZero(header.initiatorSpi)) return ignored("the Initiator's SPI is zero");
    if (!isZero(header.responderSpi)) return ignored("a first request with a Responder's SPI");
    return undefined;
  }

  /** What comes next for an SA: its end. */
  #auth(message: Uint8Array, header: Header): Response {
    const halfOpen = this.#table.halfOpen(header.initiatorSpi, header.responderSpi);
    if (halfOpen === undefined) return ignored("IKE_AUTH of an unknown SA");
    if ((header.flags & FLAG.INITIATOR) === 0 || header.messageId !== 1) {
      return ignored("not the first IKE_AUTH of its SA");
    }
    const answer = answerAuth(message, header, halfOpen, (length) => this.#sources.random(length));
    if ("why" in answer) return ignored(`IKE_AUTH: ${answer.why}`);
    this.#table.forget(halfOpen);
    return { reaction: "ended", why: "nobody can authenticate here", reply: answer.reply };
  }

  #exchange(message: Uint8Array, request: Request, between: Between, now: number): Response {
    const nat = observeNat(
      request.payloads,
      request.header.initiatorSpi,
      NOBODY,
      between.locals,
      between.remote,
    );
    const response = this.#demand(request, between, now) ?? this.#negotiate(message, request, between, now);
    return nat === undefined ? response : { ...response, nat };
  }

  /** COOKIE, PUZZLE and REDIRECT: what is asked for before the request's contents are looked at. */
  #demand(request: Request, between: Between, now: number): Response | undefined {
    const { header, nonce } = request;
    const length = nonce.length;
    if (length < NONCE_LENGTHS.min || length > NONCE_LENGTHS.max) {
      return refused(`a nonce of ${length} octets`, encodeError(header, ERROR.INVALID_SYNTAX));
    }
    const cookie = this.#demandCookie(request, between, now);
    if (cookie !== undefined) return cookie;
    const gateway = this.#policy.redirect;
    const follows = request.announced.has(STATUS.REDIRECT_SUPPORTED) || request.announced.has(STATUS.REDIRECTED_FROM);
    if (gateway === undefined || !follows) return undefined;
    return { reaction: "redirected", why: `to ${gateway}`, reply: encodeRedirection(header, gateway, nonce) };
  }

  #demandCookie(request: Request, between: Between, now: number): Response | undefined {
    const { cookieFrom, puzzleBits } = this.#policy;
    const wanted = puzzleBits !== undefined || (cookieFrom !== undefined && this.halfOpen >= cookieFrom);
    if (!wanted) return undefined;
    const address = addressBytes(between.remote.address);
    const spiI = request.header.initiatorSpi;
    const came = request.payloads.find((payload) => payload.kind === "N" && payload.type === STATUS.COOKIE);
    const cookie = came?.kind === "N" ? came.data : undefined;
    const known = cookie !== undefined && this.#jar.knows(cookie, request.nonce, address, spiI, now);
    if (known && puzzleBits === undefined) return undefined;
    const fresh = known ? cookie : this.#jar.make(request.nonce, address, spiI, now);
    const reply = encodeDemand(request.header, fresh, puzzleBits);
    if (puzzleBits === undefined) {
      return { reaction: "cookie", why: came ? "the cookie is not ours" : "no cookie", reply };
    }
    const solution = request.payloads.find((payload) => payload.kind === "PS");
    if (!known || solution?.kind !== "PS") return { reaction: "puzzle", why: `${puzzleBits} zero bits wanted`, reply };
    const wrong = checkSolution({ prf: PUZZLE_PRF, difficulty: puzzleBits, cookie }, solution.data);
    return wrong === undefined ? undefined : { reaction: "puzzle", why: wrong, reply };
  }

  #negotiate(message: Uint8Array, request: Request, between: Between, now: number): Response {
    const { header, ke } = request;
    const choice = chooseProposal(request.sa.proposals, this.#policy);
    if (choice === undefined) return refused("no proposal fits", encodeError(header, ERROR.NO_PROPOSAL_CHOSEN));
    if (ke.group !== choice.group) {
      const reply = encodeError(header, ERROR.INVALID_KE_PAYLOAD, uint16(choice.group));
      return refused(`${groupName(choice.group)} wanted in place of ${groupName(ke.group)}`, reply);
    }
    const invalid = this.#sources.checkPublic(ke.group, ke.data);
    if (invalid !== undefined) return refused(`KE: ${invalid}`, encodeError(header, ERROR.INVALID_SYNTAX));
    if (this.#table.full) return ignored("too many half-open SAs");
    const pair = this.#sources.keyPair(choice.group);
    const sa = this.#saOf(request, choice);
    const reply = this.#accept(request, sa, pair, between);
    const halfOpen = { sa, shared: () => this.#sources.shared(pair, ke.data) };
    this.#table.add(message, between.remote.address, reply, halfOpen, now);
    return { reaction: "accepted", why: groupName(choice.group), reply };
  }

  #saOf({ header, nonce }: Request, { proposal, group }: Choice): AcceptedSa {
    const spiR = this.#freshSpi();
    const nonceR = this.#sources.random(NONCE_LENGTH);
    return { spiI: header.initiatorSpi, spiR, nonceI: nonce, nonceR, proposal, group };
  }

  #accept({ header, announced }: Request, sa: AcceptedSa, pair: KeyPair, between: Between): Uint8Array {
    return encodeResponse(header, sa.spiR, [
      { kind: "SA", critical: false, proposals: [sa.proposal] },
      { kind: "KE", critical: false, group: pair.group, data: pair.publicValue },
      { kind: "Nonce", critical: false, data: sa.nonceR },
      ...natNotifies(sa.spiI, sa.spiR, between.locals, between.remote),
      ...announcements(this.#policy, announced),
    ]);
  }

  /** RFC 7296 §2.6: never zero. */
  #freshSpi(): Uint8Array {
    for (;;) {
      const spi = this.#sources.random(8);
      if (!isZero(spi)) return spi;
    }
  }
}

function requestOf(header: Header, payloads: readonly Payload[]): Request {
  const one = <K extends Payload["kind"]>(kind: K) =>
    payloads.find((payload): payload is Extract<Payload, { kind: K }> => payload.kind === kind)!;
  const nonce: NoncePayload = one("Nonce");
  return {
    header,
    payloads,
    sa: one("SA"),
    ke: one("KE"),
    nonce: nonce.data,
    announced: new Set(payloads.flatMap((payload) => payload.kind === "N" ? [payload.type] : [])),
  };
}

function ignored(why: string): Response {
  return { reaction: "ignored", why };
}

function refused(why: string, reply: Uint8Array): Response {
  return { reaction: "refused", why, reply };
}

function isZero(octets: Uint8Array): boolean {
  return octets.every((octet) => octet === 0);
}
