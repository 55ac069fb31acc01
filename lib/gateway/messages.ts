/** What becomes of one IKE message: Responder, faults, answers. Knows no sockets. */
import type { KeyPair } from "../crypto/mod.ts";
import { keyExchangeGroup } from "../crypto/mod.ts";
import { Responder, type ResponderSources, type Response } from "../exchange/responder.ts";
import type { ResponderPolicy } from "../exchange/responder_policy.ts";
import { decodeMessage, summarizeMessage } from "../ike/mod.ts";
import { hex } from "../wire/mod.ts";
import type { MessageEvent } from "./event.ts";
import type { Answered, Ending, Exchange, Fault, Outgoing } from "./faults/fault.ts";
import type { GatewayHost } from "./host.ts";

/** A key pair serves all exchanges of so many milliseconds (RFC 7296 §2.12): MODP 8192 takes a while to make. */
const KEY_PAIR_MS = 60_000;

/** A fault with its name, as it is told in events. */
export interface NamedFault {
  readonly name: string;
  readonly fault: Fault;
}

/** How a message came. */
export type Circumstances = Pick<Exchange, "transport" | "between" | "carriesSa" | "now">;

/** What {@linkcode Messages.handle} decided. */
export interface Handled {
  readonly outgoing: readonly Outgoing[];
  /** What becomes of the connection when they are sent. */
  readonly ending?: Ending;
  readonly event: Pick<MessageEvent, "what" | "octets" | "data" | "reaction" | "why" | "faults" | "nat" | "answers">;
}

/** Randomness and key pairs of a host, for all its Responders. */
export function responderSources(host: GatewayHost): ResponderSources {
  const pairs = new Map<number, { pair: KeyPair; until: number }>();
  return {
    random: (length) => host.random(length),
    keyPair(group) {
      const now = host.clock.now();
      const known = pairs.get(group);
      if (known !== undefined && known.until > now) return known.pair;
      const pair = keyExchangeGroup(group)!.generate((length) => host.random(length));
      pairs.set(group, { pair, until: now + KEY_PAIR_MS });
      return pair;
    },
    checkPublic(group, value) {
      const known = keyExchangeGroup(group);
      return known === undefined ? "of a group that is not supported" : known.check(value);
    },
    shared: (pair, value) => keyExchangeGroup(pair.group)!.shared(pair, value),
  };
}

/** Handles the messages of listeners that have the same policy. */
export class Messages {
  readonly responder: Responder;

  constructor(
    private readonly policy: ResponderPolicy,
    private readonly sources: ResponderSources,
  ) {
    this.responder = new Responder(policy, sources);
  }

  /** One IKE message, without marker and length. Never throws. */
  handle(message: Uint8Array, circumstances: Circumstances, faults: readonly NamedFault[]): Handled {
    const exchange: Exchange = {
      ...circumstances,
      request: message,
      random: (length) => this.sources.random(length),
    };
    const lost = faults.find(({ fault }) => fault.lost?.(exchange));
    if (lost !== undefined) return { outgoing: [], event: { ...seen(message), ...lostEvent(lost) } };
    const response = this.responder.handleMessage(message, exchange.between, exchange.now);
    const answered: Answered = { ...exchange, reaction: response.reaction, again: () => this.#again(exchange) };
    return this.#answer(message, response, answered, faults);
  }

  #answer(message: Uint8Array, response: Response, answered: Answered, faults: readonly NamedFault[]): Handled {
    const acted: string[] = [];
    let outgoing: readonly Outgoing[] = response.reply === undefined ? [] : [{ octets: response.reply }];
    let ending: Ending | undefined;
    for (const { name, fault } of faults) {
      const changed = fault.answers?.(answered, outgoing) ?? outgoing;
      const end = fault.ending?.(answered);
      if (changed !== outgoing || end !== undefined) acted.push(name);
      outgoing = changed;
      ending ??= end;
    }
    return {
      outgoing,
      ending,
      event: {
        ...seen(message),
        reaction: response.reaction,
        why: response.why,
        faults: acted,
        answers: outgoing.map(({ octets }) => octets.length),
        ...natOf(response),
      },
    };
  }

  /** Another answer to the same request: by a Responder that has never seen it. */
  #again({ request, between, now }: Exchange): Uint8Array | undefined {
    const policy = { ...this.policy, cookieFrom: undefined, puzzleBits: undefined };
    return new Responder(policy, this.sources).handleMessage(request, between, now).reply;
  }
}

function seen(message: Uint8Array) {
  return { what: summarizeMessage(decodeMessage(message)), octets: message.length, data: hex(message) };
}

function lostEvent({ name }: NamedFault) {
  return { reaction: "lost", why: "", faults: [name], answers: [] } as const;
}

function natOf({ nat }: Response): Pick<MessageEvent, "nat"> {
  if (nat === undefined) return {};
  const client = nat.source_matches === false;
  const gateway = nat.destination_matches === false && nat.local !== undefined;
  return { nat: client && gateway ? "both" : client ? "client" : gateway ? "gateway" : "none" };
}
