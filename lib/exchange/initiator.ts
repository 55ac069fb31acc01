/**
 * The Initiator of IKE_SA_INIT as a machine without sockets and clock: octets and times go in, octets and a next
 * time come out. It retransmits (RFC 7296 §2.1), follows COOKIE (§2.6), INVALID_KE_PAYLOAD (§1.2, §2.7) and puzzles
 * (RFC 8019), bounded, and takes final errors as its transport allows: at once over TCP (RFC 9329 §7.4), after a wait
 * for a better answer over UDP (RFC 7296 §2.21.1). It stops where IKE_SA_INIT ends; the SA's end is `farewell.ts`.
 */
import { knowsPrf, PuzzleSolver } from "../crypto/mod.ts";
import {
  type DecodedMessage,
  decodeMessage,
  decodePuzzle,
  groupName,
  prfName,
  type Proposal,
  summarizeMessage,
} from "../ike/mod.ts";
import type { Endpoint, NatObservation } from "../model/mod.ts";
import { equalBytes, formatFault } from "../wire/mod.ts";
import { type Answer, readAnswer } from "./answer.ts";
import { fitOf } from "./fit.ts";
import { graceMs } from "./grace.ts";
import type {
  DecisiveMessage,
  InitiatorOutcome,
  InitiatorSettings,
  InitiatorSources,
  MessageNote,
  Transmit,
} from "./initiator_terms.ts";
import type { GrantedSa } from "./keys.ts";
import { observeNat } from "./nat.ts";
import { ordinaryOffer, unacceptableOffer } from "./offer.ts";
import { buildRequest } from "./request.ts";

export type * from "./initiator_terms.ts";

/** First retransmission after so many milliseconds; each later one waits twice as long (RFC 7296 §2.1, §2.4). */
export const FIRST_RETRANSMISSION_MS = 500;

/** How many times a gateway may ask for another request (cookie, group, puzzle) before that is `unsolved`. */
export const MAX_ROUNDS = 6;

/** Harder puzzles are not tried: four keys of 16 bits take some 260,000 PRF computations, a second or two. */
export const MAX_PUZZLE_BITS = 16;

/** See the file's head. */
export class Initiator {
  #settings: InitiatorSettings;
  readonly #sources: InitiatorSources;
  #spiI: Uint8Array;
  #nonce: Uint8Array;
  #group: number;
  #cookie: Uint8Array | undefined;
  #solution: Uint8Array | undefined;
  #puzzle: PuzzleSolver | undefined;
  #request: Uint8Array | undefined;
  #retransmitAt: number | undefined;
  #copies = 0;
  /** Copies that went out before the current cookie was known: so many answers with the old state may still come. */
  #staleAnswers = 0;
  #rounds = 0;
  #answers = 0;
  /** A final error that waits for a better answer, since when. */
  #candidate: InitiatorOutcome | undefined;
  #candidateAt = 0;
  /** A request went out, and nothing but silence is known of it. */
  #isOwed = false;
  #outcome: InitiatorOutcome | undefined;
  #decisive: DecisiveMessage | undefined;
  readonly #sent: Uint8Array[] = [];
  /** Groups a KE payload was sent for, in order. */
  readonly groupsTried: number[] = [];
  /** A COOKIE was demanded. */
  cookieDemanded = false;
  /** Difficulty of the puzzle that was demanded, in zero bits. */
  puzzleBits: number | undefined;

  constructor(settings: InitiatorSettings, sources: InitiatorSources) {
    this.#settings = settings;
    this.#sources = sources;
    this.#spiI = freshSpi(sources);
    this.#nonce = sources.random(32);
    this.#group = settings.firstGroup ?? settings.groups[0]!;
  }

  /** Our SPI, as it stands now. */
  get spiI(): Uint8Array {
    return this.#spiI;
  }

  /** The group that was accepted, or that of the latest request. */
  get currentGroup(): number {
    return this.#outcome?.kind === "accepted" ? this.#outcome.acceptance.group : this.#group;
  }

  /** How it ended; undefined while it goes on. */
  get outcome(): InitiatorOutcome | undefined {
    return this.#outcome;
  }

  /** The message behind the outcome, or the last answer. */
  get decisive(): DecisiveMessage | undefined {
    return this.#decisive;
  }

  /** What the keys of the accepted SA are derived from; undefined unless one was accepted. */
  get acceptedSa(): GrantedSa | undefined {
    const header = this.#decisive?.decoded.header;
    if (this.#outcome?.kind !== "accepted" || header === undefined) return undefined;
    const { chosen, publicValue, nonce } = this.#outcome.acceptance;
    return {
      spiI: this.#spiI,
      spiR: header.responderSpi,
      nonceI: this.#nonce,
      nonceR: nonce,
      proposal: chosen,
      group: this.#outcome.acceptance.group,
      publicR: publicValue,
    };
  }

  /** Answers that were ours. */
  get answers(): number {
    return this.#answers;
  }

  /** The latest request went out and had no answer: the gateway may have accepted it all the same. */
  get isOwed(): boolean {
    return this.#isOwed;
  }

  /** A request waits for {@linkcode pollTransmit}, or a puzzle for {@linkcode work}. */
  get hasMore(): boolean {
    return this.#outcome === undefined && (this.#request === undefined || this.#puzzle !== undefined);
  }

  /** Whether a puzzle waits to be solved. */
  get hasWork(): boolean {
    return this.#puzzle !== undefined;
  }

  /** The next request to send now, or undefined. */
  pollTransmit(now: number): Transmit | undefined {
    if (this.#outcome !== undefined || this.#candidate !== undefined || this.#puzzle !== undefined) return undefined;
    if (this.#request === undefined) {
      this.#request = this.#build();
      this.#copies = 0;
    } else if (this.#retransmitAt === undefined || now < this.#retransmitAt) return undefined;
    this.#isOwed = true;
    const retransmission = this.#copies++;
    this.#retransmitAt = this.#settings.reliable || this.#copies > this.#settings.retries
      ? undefined
      : now + FIRST_RETRANSMISSION_MS * 2 ** retransmission;
    return { message: this.#request, what: this.#describe(), retransmission };
  }

  /** When {@linkcode handleTimeout} wants to be called; undefined: never. */
  pollTimeout(): number | undefined {
    return this.#candidate === undefined ? this.#retransmitAt : this.#graceEnd;
  }

  /** Tells the machine the time. */
  handleTimeout(now: number): void {
    if (this.#candidate !== undefined && now >= this.#graceEnd) this.#outcome ??= this.#candidate;
  }

  /** How far the gateway is may have become known since the error came. */
  get #graceEnd(): number {
    return this.#candidateAt + graceMs(this.#settings.roundTripMs?.());
  }

  /** One IKE message (without marker) from where the request went. Never throws. */
  handleMessage(bytes: Uint8Array, now: number): MessageNote {
    const { fit, why } = fitOf(bytes, this.#spiI, this.#sent);
    const decoded = decodeMessage(bytes);
    if (fit !== "answer") return { fit, what: fit === "stray" ? `${summarizeMessage(decoded)} (${why})` : why };
    this.#answers++;
    const note = { fit, what: summarizeMessage(decoded), ...faultsOf(decoded) };
    const nat = this.#observeNat(decoded);
    const withNat = nat === undefined ? note : { ...note, nat };
    if (this.#outcome !== undefined) return { ...withNat, ...this.#afterwards(bytes, decoded, nat) };
    const answer = this.#read(decoded);
    const late = this.#follow(answer) === "late";
    if (!late) this.#isOwed = false;
    if (!late && answer.outcome !== undefined) this.#settle(answer.outcome, { bytes, decoded, nat }, now);
    else if (!late) this.#decisive = { bytes, decoded, nat };
    return { ...withNat, ...answer.note, ...(late && { result: "late" }) };
  }

  /**
   * An answer to an exchange that has ended. Nobody who cannot see the request can forge an acceptance, so that stands, and
   * is better than whatever the exchange ended with; everything else comes too late.
   */
  #afterwards(bytes: Uint8Array, decoded: DecodedMessage, nat?: NatObservation): Partial<MessageNote> {
    const ended = this.#outcome?.kind === "accepted";
    if (ended && equalBytes(bytes, this.#decisive!.bytes)) return { result: "repeat" };
    const { outcome, note } = this.#read(decoded);
    if (!ended && outcome?.kind === "accepted") {
      this.#outcome = outcome;
      this.#decisive = { bytes, decoded, nat };
    }
    return note;
  }

  /**
   * Works on a puzzle for up to so many PRF computations; afterwards {@linkcode pollTransmit} has the next request, or
   * the outcome is `unsolved`.
   */
  work(computations: number): void {
    this.#puzzle?.step(computations);
    const solution = this.#puzzle?.solution;
    if (solution === undefined) return;
    this.#puzzle = undefined;
    this.#solution = solution;
    this.#request = undefined;
  }

  /** The transport has a new connection: NAT_DETECTION_SOURCE_IP is computed anew, all else stays (RFC 9329 §7.3). */
  rebind(locals: readonly Endpoint[]): void {
    this.#settings = { ...this.#settings, locals };
    this.#request = undefined;
  }

  /**
   * Begins a new IKE_SA_INIT that shares only what was learnt of the gateway's group with the one before: new SPI, new
   * nonce, no cookie. For a connection that broke with a request unanswered: repeating that very request elsewhere could
   * hit an SA that the gateway made for the first copy.
   */
  restart(): void {
    this.#spiI = freshSpi(this.#sources);
    this.#nonce = this.#sources.random(32);
    this.#cookie =
      this.#solution =
      this.#puzzle =
      this.#request =
        undefined;
    this.#isOwed = false;
    this.#rounds++;
  }

  /** Time is up: what can be said now. Undefined when no answer ever came. */
  conclude(): InitiatorOutcome | undefined {
    this.#outcome ??= this.#candidate;
    if (this.#outcome === undefined && this.#answers > 0) {
      const asked = this.#puzzle !== undefined
        ? `a puzzle of ${this.puzzleBits} bits was not solved in time`
        : this.cookieDemanded
        ? "silence after the request with the demanded cookie"
        : `silence after the request with the wanted group ${groupName(this.#group)}`;
      this.#outcome = { kind: "unsolved", why: asked };
    }
    return this.#outcome;
  }

  #build(): Uint8Array {
    const { locals, remote, redirectedFrom } = this.#settings;
    const group = this.#group;
    if (this.groupsTried.at(-1) !== group) this.groupsTried.push(group);
    const request = buildRequest({
      spiI: this.#spiI,
      proposals: this.#offered(),
      group,
      publicValue: this.#sources.keyPair(group).publicValue,
      nonce: this.#nonce,
      locals,
      remote,
      cookie: this.#cookie,
      puzzleSolution: this.#solution,
      redirectedFrom,
    });
    this.#sent.push(request);
    return request;
  }

  #describe(): string {
    const extra = [
      this.#cookie === undefined ? "" : ", cookie",
      this.#solution === undefined ? "" : ", puzzle solution",
      this.#settings.offer === "ordinary" ? "" : ", a proposal that nobody accepts",
    ].join("");
    return `IKE_SA_INIT request (${groupName(this.#group)}${extra})`;
  }

  #observeNat(decoded: DecodedMessage): NatObservation | undefined {
    const header = decoded.header;
    if (header === undefined) return undefined;
    const { locals, remote } = this.#settings;
    return observeNat(decoded.payloads, header.initiatorSpi, header.responderSpi, locals, remote);
  }

  #read(decoded: DecodedMessage): Answer {
    const { groups } = this.#settings;
    const { checkPublic } = this.#sources;
    return readAnswer(decoded, {
      proposals: this.#offered(),
      sentGroups: this.groupsTried,
      groups,
      nonce: this.#nonce,
      checkPublic,
    });
  }

  #offered(): Proposal[] {
    const { offer, groups } = this.#settings;
    return offer === "ordinary" ? ordinaryOffer(groups) : unacceptableOffer(this.#group);
  }

  /** Changes the request as an answer demands; `late` when the answer belongs to an older one. */
  #follow({ cookie, wantedGroup }: Answer): "late" | void {
    if (cookie !== undefined) return this.#takeCookie(cookie);
    if (wantedGroup !== undefined) return this.#takeGroup(wantedGroup);
  }

  #takeCookie({ data, puzzle }: NonNullable<Answer["cookie"]>): "late" | void {
    this.cookieDemanded = true;
    const known = this.#cookie !== undefined && equalBytes(this.#cookie, data);
    // Copies sent before the cookie was known are still being answered with the same demand.
    if (known && this.#staleAnswers > 0) {
      this.#staleAnswers--;
      return "late";
    }
    this.#staleAnswers = this.#settings.reliable ? 0 : this.#copies - 1;
    this.#cookie = data;
    this.#solution = undefined;
    this.#puzzle = undefined;
    if (puzzle !== undefined) this.#takePuzzle(puzzle, data);
    this.#again("the gateway demands cookies without end");
  }

  #takePuzzle(puzzle: Uint8Array, cookie: Uint8Array): void {
    const asked = decodePuzzle(puzzle);
    if (asked === undefined) return;
    this.puzzleBits = asked.difficulty;
    if (asked.difficulty > MAX_PUZZLE_BITS) {
      const why = `a puzzle of ${asked.difficulty} bits, more than the ${MAX_PUZZLE_BITS} that are tried`;
      this.#outcome ??= { kind: "unsolved", why };
    } else if (knowsPrf(asked.prf)) this.#puzzle = new PuzzleSolver({ ...asked, cookie });
    else this.#outcome ??= { kind: "unsolved", why: `a puzzle with ${prfName(asked.prf)}, which is not supported` };
  }

  #takeGroup(wanted: number): "late" | void {
    if (wanted === this.#group && this.groupsTried.length > 1 && this.#staleAnswers > 0) {
      this.#staleAnswers--;
      return "late";
    }
    this.#staleAnswers = this.#settings.reliable ? 0 : this.#copies - 1;
    this.#group = wanted;
    // RFC 7296 §2.6.1: the cookie stays in the corrected request, in case the Responder still wants it.
    this.#again("the gateway asks for other key exchange groups without end");
  }

  #again(why: string): void {
    this.#request = undefined;
    this.#retransmitAt = undefined;
    this.#candidate = undefined;
    if (++this.#rounds > MAX_ROUNDS) this.#outcome ??= { kind: "unsolved", why };
  }

  #settle(outcome: InitiatorOutcome, decisive: DecisiveMessage, now: number): void {
    const unforgeable = outcome.kind === "accepted" || outcome.kind === "redirected";
    if (this.#settings.reliable || unforgeable || this.#settings.offer === "unacceptable") {
      this.#decisive = decisive;
      this.#outcome = outcome;
      return;
    }
    if (this.#candidate !== undefined) return;
    this.#decisive = decisive;
    this.#candidate = outcome;
    this.#candidateAt = now;
    this.#retransmitAt = undefined;
  }
}

function faultsOf(decoded: DecodedMessage): { faults?: readonly string[] } {
  return decoded.faults.length === 0 ? {} : { faults: decoded.faults.map(formatFault) };
}

/** Eight random octets; zero is not an SPI (RFC 7296 §3.1). */
export function freshSpi(sources: { random(length: number): Uint8Array }): Uint8Array {
  for (;;) {
    const spi = sources.random(8);
    if (spi.some((octet) => octet !== 0)) return spi;
  }
}
